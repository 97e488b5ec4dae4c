"""The catalogue in a real browser: found, opened, played, by everybody, from nowhere else."""

import pytest

from tests.e2e.conftest import LOOKS, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]


def pages(served: Served) -> dict[str, str]:
    sample = served.sample
    return {
        "grid": "/", "photograph": f"/assets/{sample.photos[5]}", "film": f"/assets/{sample.film}", "sound": f"/assets/{sample.sound}",
        "broken": f"/assets/{sample.broken}", "shoots": "/shoots", "shoot": f"/shoots/{sample.shoot}", "subjects": "/subjects?kind=street",
        "subject": f"/subjects/{sample.street}", "ingest": "/ingest", "jobs": "/jobs", "storage": "/storage", "about": "/about",
        "nothing": "/?q=nothing-like-it", "missing": "/nowhere", "search": "/?filtering=all&q=解放路", "mistake": "/?q=year:abc",
    }  # fmt: skip


def test_a_link_leads_to_the_grid_and_a_cell_to_its_picture(open_page, served: Served) -> None:
    page = open_page()
    assert page.url == f"{served.url}/"
    cell = page.locator("ma-grid a.cell").nth(4)
    cell.click()
    page.wait_for_url("**/assets/*")
    picture = page.locator("ma-viewer img")
    picture.wait_for()
    until(page, "document.querySelector('ma-viewer img').naturalWidth > 1000")
    page.keyboard.press("ArrowRight")
    until(page, f"location.href !== {page.url!r}")


def test_signing_in_by_password_with_the_keyboard(open_page, served: Served) -> None:
    from tests.webapp.sample import PASSWORD

    page = open_page(role=None)
    page.goto(f"{served.url}/storage")
    shoot(page, "sign-in")
    page.keyboard.type("archivist")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/storage")


def test_a_film_plays_and_its_frames_advance(open_page, served: Served) -> None:
    page = open_page()
    page.goto(f"{served.url}/assets/{served.sample.film}")
    until(page, "document.querySelector('video').readyState >= 2")
    page.evaluate("document.querySelector('video').muted = true")
    page.evaluate("document.querySelector('video').play()")
    until(page, "document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames > 20")
    track = page.evaluate("fetch(document.querySelector('ma-player').getAttribute('sprites')).then(a => a.text())")
    sheet = next(line for line in track.splitlines() if "#xywh" in line).split("#")[0]
    assert page.evaluate("address => fetch(address).then(a => a.status)", sheet) == 200


def test_filters_narrow_and_come_back(open_page, served: Served) -> None:
    page = open_page()
    street = page.locator(".facets details", has=page.locator("summary", has_text="街道"))
    street.locator("summary").click()
    street.locator("a", has_text="解放路").click()
    page.wait_for_url("**street=*")
    assert page.locator(".facets .total").inner_text().startswith("40")
    page.locator(".facets .chosen").click()
    until(page, "!location.search.includes('street=')")


def test_everything_is_reached_without_scripts(open_page, served: Served) -> None:
    page = open_page(java_script_enabled=False)
    assert page.locator("a.cell").count() == 43
    shoot(page, "grid-without-scripts")
    page.fill("input[name=q]", "DSC_4001")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=DSC_4001*")
    page.locator("a.cell").first.click()
    page.locator("ma-viewer img").wait_for()
    page.goto(f"{served.url}/assets/{served.sample.film}")
    page.locator("video[controls]").wait_for()


#: what a third look can show that the two others have not
CONTRAST = ("color-contrast",)


@pytest.mark.parametrize(("size", "theme", "rules"), [*((*look, ()) for look in LOOKS), ("desktop", "dark", CONTRAST)])
def test_every_page_is_accessible_and_fits(
    open_page, served: Served, size: str, theme: str, rules: tuple[str, ...]
) -> None:
    page = open_page(size, theme)
    found: list[str] = []
    for name, address in pages(served).items():
        page.goto(f"{served.url}{address}")
        page.wait_for_timeout(400)
        shoot(page, f"{name}-{size}-{theme}")
        found += faults(page, name, size, *rules)
    assert found == []
