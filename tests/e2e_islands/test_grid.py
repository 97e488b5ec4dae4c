"""The grid of a million items, as a person at the keyboard meets it."""

import time

from playwright.sync_api import Locator, Page, expect

from tests.e2e_islands.stub import LONG, TOTAL, Stub, item_id
from tests.e2e_islands.waiting import until

CURRENT = "document.activeElement.dataset.index"


def open_grid(page: Page, total: int = 5000, look: str = "") -> None:
    page.goto(f"/grid?total={total}{look}")
    page.wait_for_selector("ma-grid[complete]", timeout=60_000)


def cells(page: Page) -> int:
    return page.locator("ma-grid a.cell").count()


def in_view(page: Page) -> list[int]:
    """Positions of the cells whose middle can be seen."""
    script = """() => {
      const box = document.querySelector('.ma-scroll').getBoundingClientRect();
      return [...document.querySelectorAll('a.cell')].filter((cell) => {
        const r = cell.getBoundingClientRect();
        return (r.top + r.bottom) / 2 > box.top && (r.top + r.bottom) / 2 < box.bottom;
      }).map((cell) => Number(cell.dataset.index));
    }"""
    return sorted(page.evaluate(script))


def test_end_shows_the_last_of_a_million_and_home_the_first(page: Page) -> None:
    open_grid(page, TOTAL)
    page.keyboard.press("End")
    last = page.locator(f'a.cell[data-id="{item_id(TOTAL - 1)}"]')
    expect(last).to_be_in_viewport()
    expect(last).to_be_focused()
    expect(last).to_have_attribute("aria-label", f"照片 {TOTAL - 1}")
    assert cells(page) <= 300
    page.keyboard.press("Home")
    expect(page.locator(f'a.cell[data-id="{item_id(0)}"]')).to_be_focused()


def test_the_first_cells_are_there_before_anything_is_fetched(page: Page) -> None:
    page.route("**/assets/skeleton*", lambda route: None)
    page.goto("/grid?total=5000")
    expect(page.locator("ma-grid.is-ready a.cell img.is-loaded").first).to_be_visible()
    href = page.locator("ma-grid a.cell").first.get_attribute("href")
    assert href == f"/assets/{item_id(0)}?q=x"


def test_coming_back_lands_on_the_same_row_with_the_item_focused(page: Page) -> None:
    open_grid(page, TOTAL)
    page.mouse.move(600, 400)
    for _ in range(30):
        page.mouse.wheel(0, 900)
        page.wait_for_timeout(20)
    page.wait_for_timeout(400)
    chosen = in_view(page)[7]
    cell = page.locator(f'a.cell[data-index="{chosen}"]')
    before = cell.bounding_box()
    cell.click(position={"x": 90, "y": 90})
    expect(page.locator("h1")).to_have_text(item_id(chosen))
    page.go_back()
    again = page.locator(f'a.cell[data-index="{chosen}"]')
    expect(again).to_be_focused()
    after = again.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) <= 1
    page.wait_for_selector("ma-grid[complete]", timeout=60_000)
    settled = again.bounding_box()
    assert settled is not None
    assert abs(before["y"] - settled["y"]) <= 1
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(item_id(chosen))
    page.keyboard.press("Escape")
    expect(page.locator(f'a.cell[data-index="{chosen}"]')).to_be_focused()


def test_scrolling_never_jumps_back_and_keeps_few_cells(page: Page) -> None:
    open_grid(page, LONG)
    page.keyboard.press("g")
    page.keyboard.type("2004")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)
    page.mouse.move(600, 400)
    seen = in_view(page)[0]
    for _ in range(120):
        page.mouse.wheel(0, 240)
        page.wait_for_timeout(16)
        now = in_view(page)
        assert now, "nothing in view"
        assert now[0] >= seen
        assert cells(page) <= 300
        seen = now[0]
    page.wait_for_timeout(600)
    assert in_view(page)[0] >= seen


def test_no_cell_stays_without_picture_at_one_view_a_second(page: Page) -> None:
    open_grid(page)
    page.mouse.move(600, 400)
    for _ in range(8):
        for _ in range(10):
            page.mouse.wheel(0, 75)
            page.wait_for_timeout(100)
        blank = page.evaluate("""() => {
          const box = document.querySelector('.ma-scroll').getBoundingClientRect();
          return [...document.querySelectorAll('a.cell:not(.plain)')].filter((cell) => {
            const r = cell.getBoundingClientRect();
            return r.bottom > box.top && r.top < box.bottom && !cell.querySelector('img.is-loaded');
          }).length; }""")
        assert blank == 0


def test_pulling_the_years_reaches_any_year_and_far_pictures_are_not_fetched_on_the_way(
    page: Page, stub: type[Stub]
) -> None:
    open_grid(page, LONG)
    page.wait_for_selector(".ma-years span")
    strip = page.locator(".ma-scrubber").bounding_box()
    assert strip is not None
    stub.asked.clear()
    x = strip["x"] + 20
    page.mouse.move(x, strip["y"] + 5)
    page.mouse.down()
    began = time.monotonic()
    for step in range(60):
        page.mouse.move(x, strip["y"] + strip["height"] * step / 120)
    seconds = time.monotonic() - began
    page.mouse.up()
    expect(page.locator(".ma-bubble")).to_have_text("2005")
    middle = in_view(page)[0]
    assert abs(middle - LONG / 2) < LONG / 50
    page.wait_for_timeout(500)
    # a hand that pulls slowly, as on a busy machine, rests now and then, and sees pictures where it rests
    assert sum("window" in each for each in stub.asked) < 15 + 5 * max(0.0, seconds - 2)
    expect(page.locator(f'a.cell[data-index="{middle}"]')).to_have_attribute("aria-label", f"照片 {middle}")


def test_going_to_a_date_asks_little(page: Page, stub: type[Stub]) -> None:
    open_grid(page, LONG)
    page.wait_for_selector(".ma-years span")
    stub.asked.clear()
    page.keyboard.press("g")
    page.keyboard.type("1999")
    page.keyboard.press("Enter")
    until(page, f"{CURRENT} === '125000'")
    assert sum("window" in each for each in stub.asked) < 12
    page.keyboard.press("i")
    expect(page.locator(".ma-info")).to_contain_text("1999-06-01")


def test_selection_by_mouse_and_keys_is_the_same_everywhere(page: Page) -> None:
    open_grid(page)
    bar = page.locator("[data-selection-bar]")

    def at(index: int) -> Locator:
        return page.locator(f'a.cell[data-index="{index}"]')

    at(2).click(modifiers=["Control"])
    at(6).click(modifiers=["Shift"])
    expect(bar).to_contain_text("已选 5 张")
    at(3).click(modifiers=["Control"])
    expect(bar).to_contain_text("已选 4 张")
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("Home")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowLeft")
    expect(bar).to_contain_text("已选 2 张")
    assert page.url.endswith("/grid?total=5000")


def test_select_all_is_by_query_and_a_form_sends_it_so(page: Page) -> None:
    open_grid(page)
    page.keyboard.press("Control+a")
    expect(page.locator("[data-selection-bar]")).to_contain_text("All 5,000 results selected")
    page.keyboard.press("x")
    sent = page.evaluate("[...new FormData(document.getElementById('bulk'))]")
    assert sent == [["query", "/assets/skeleton?total=5000&group=0"], ["except", item_id(0)]]


def test_the_mark_over_a_cell_selects_it(page: Page) -> None:
    open_grid(page)
    page.locator('a.cell[data-index="4"]').hover()
    page.locator(".ma-pick").click()
    expect(page.locator('a.cell[data-index="4"]')).to_have_class("cell is-selected")


def test_keys_are_letters_while_typing(page: Page) -> None:
    open_grid(page)
    page.keyboard.press("Control+k")
    search = page.get_by_role("searchbox")
    expect(search).to_be_focused()
    page.keyboard.type("xgi?")
    expect(search).to_have_value("xgi?")
    assert page.locator("a.cell.is-selected").count() == 0
    assert page.locator("dialog").count() == 0


def test_an_input_method_keeps_its_keys(page: Page) -> None:
    open_grid(page)
    page.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'x', bubbles: true, isComposing: true}))"
    )
    page.evaluate("document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'x', bubbles: true, keyCode: 229}))")
    assert page.locator("a.cell.is-selected").count() == 0
    page.keyboard.press("x")
    assert page.locator("a.cell.is-selected").count() == 1


def test_help_lists_the_keys_and_the_palette_does_them(page: Page) -> None:
    open_grid(page)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Go to date")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.type("select all")
    page.keyboard.press("Enter")
    expect(page.locator("[data-selection-bar]")).to_contain_text("5,000")


def test_a_narrower_window_keeps_the_row_in_view(page: Page) -> None:
    open_grid(page, LONG)
    page.keyboard.press("g")
    page.keyboard.type("2010")
    page.keyboard.press("Enter")
    until(page, f"{CURRENT} === '70000'")
    page.set_viewport_size({"width": 500, "height": 800})
    page.wait_for_timeout(500)
    expect(page.locator('a.cell[data-index="70000"]')).to_be_in_viewport()
    assert cells(page) <= 300


def test_no_arrow_key_typed_fast_is_lost_and_all_of_them_ask_little(page: Page, stub: type[Stub]) -> None:
    open_grid(page)
    page.keyboard.press("Home")
    stub.asked.clear()
    for _ in range(60):
        page.keyboard.press("ArrowDown")
    assert sum("window" in each for each in stub.asked) <= 8, "what is known is not asked for again"
    index = int(page.evaluate(CURRENT))
    assert index > 100
    assert index in in_view(page)


def test_twenty_thousand_of_one_day_keep_few_cells_and_each_group_its_heading(page: Page) -> None:
    open_grid(page, 60_000, "&group=20000")
    sticky = page.locator(".ma-group.is-sticky")
    expect(sticky).to_contain_text("第 0 组")
    expect(sticky).to_contain_text("20,000")
    page.mouse.move(600, 400)
    for _ in range(40):
        page.mouse.wheel(0, 2000)
        page.wait_for_timeout(16)
        assert cells(page) <= 300
    expect(sticky).to_contain_text("第 0 组")
    page.keyboard.press("End")
    expect(sticky).to_contain_text("第 2 组")
    expect(page.locator(f'a.cell[data-index="{60_000 - 1}"]')).to_be_in_viewport()
    # the group of the current item, and what its heading selects
    page.keyboard.press("Shift+x")
    expect(page.locator("[data-selection-bar]")).to_contain_text("已选 20,000 张")
    sticky.get_by_role("button", include_hidden=True).click()
    expect(page.locator("[data-selection-bar]")).to_be_hidden()


def test_a_new_group_begins_a_row_under_its_heading(page: Page) -> None:
    open_grid(page, 200, "&group=7")
    head = page.locator(".ma-heads .ma-group", has_text="第 1 组").bounding_box()
    first, last = (page.locator(f'a.cell[data-index="{n}"]').bounding_box() for n in (7, 6))
    assert head is not None
    assert first is not None
    assert last is not None
    assert last["y"] + last["height"] <= head["y"] + 1
    assert head["y"] + head["height"] <= first["y"] + 1
    assert first["x"] < 10


def test_a_million_lines_are_walked_selected_and_opened_as_pictures_are(page: Page) -> None:
    open_grid(page, TOTAL, "&view=list")
    page.keyboard.press("End")
    last = page.locator(f'a.cell.line[data-id="{item_id(TOTAL - 1)}"]')
    expect(last).to_be_in_viewport()
    expect(last.locator(".col-code")).to_have_text(f"A-{TOTAL - 1:07}")
    assert cells(page) <= 300
    page.keyboard.press("ArrowUp")
    until(page, f"{CURRENT} === '{TOTAL - 2}'")
    page.keyboard.press("x")
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator("[data-selection-bar]")).to_contain_text("已选 2 张")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(item_id(TOTAL - 3))
    page.go_back()
    expect(page.locator(f'a.cell.line[data-index="{TOTAL - 3}"]')).to_be_focused()
