"""An editor's desk in a real browser: marked, kept, put in order, played through; lists as lines; keys on pictures."""

import pytest
from sqlalchemy import select

from media_archive.catalogue.collections.models import Clip, Collection, CollectionItem, Marker
from media_archive.catalogue.models import Asset
from tests.e2e.conftest import Opened, Served, faults, shoot, until

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
FRAME = "document.querySelector('ma-player').clock.frame"
SHOWN = "document.querySelector('ma-cut video.is-shown')"


def keep(page, first: int, last: int) -> None:
    for frame, key in ((first, "i"), (last, "o")):
        page.evaluate(f"document.querySelector('ma-player').transport.seek({frame})")
        until(page, f"{FRAME} === {frame}")
        page.keyboard.press(key)
    kept = page.locator("[data-list=clips] > li").count()
    page.keyboard.press("Enter")
    until(page, f"document.querySelectorAll('[data-list=clips] > li').length === {kept + 1}")


def test_parts_of_a_film_become_a_rough_cut(served: Served, open_page: Opened) -> None:
    page = open_page(role="editor")
    page.goto(f"{served.url}/assets/{served.sample.film}")
    until(page, "document.querySelector('video')?.readyState >= 2 && document.querySelector('.ma-ticks')")
    page.locator("ma-player").focus()
    keep(page, 25, 49)
    keep(page, 100, 112)
    page.keyboard.press("m")
    mark = page.locator("[data-list=markers] > li")
    mark.wait_for()
    page.keyboard.press("m")  # once more at the same frame: its words
    page.keyboard.type("剪彩 m")
    page.keyboard.press("Enter")
    until(page, "document.activeElement.tagName === 'MA-PLAYER'")
    assert "10:00:04:12" in mark.inner_text()
    with served.archive.reading() as session:
        assert session.scalars(select(Marker.text)).all() == ["剪彩 m"]
        clips = list(session.scalars(select(Clip).order_by(Clip.position)))
        assert [(one.begins, one.ends) for one in clips] == [("1/1", "2/1"), ("4/1", "113/25")]
        one = session.get_one(Collection, clips[0].collection_id)
    shoot(page, "desk-film")
    assert faults(page, "desk-film", "desktop") == []
    page.goto(f"{served.url}/bins/{one.id}")
    until(page, f"{SHOWN}?.readyState >= 2")
    # the second goes before the first, then both are played through
    page.locator("#cut-list > li").nth(1).locator("button[value=up]").click()
    until(page, "document.querySelector('#cut-list > li').dataset.begins === '4.0000'")
    page.locator("#cut-list > li").first.locator("[data-play]").click()
    until(page, f"{SHOWN}.currentTime > 4 && !{SHOWN}.paused")
    until(page, "document.querySelectorAll('#cut-list > li')[1].hasAttribute('data-now')")
    until(page, f"{SHOWN}.currentTime > 1.9 && {SHOWN}.paused")
    shoot(page, "desk-bin")
    assert faults(page, "desk-bin", "desktop") == []
    with served.archive.reading() as session:
        assert [clip.begins for clip in session.scalars(select(Clip).order_by(Clip.position))] == ["4/1", "1/1"]


def test_keys_do_to_pictures_what_they_do_elsewhere(served: Served, open_page: Opened) -> None:
    page = open_page("phone", "dark")
    page.goto(f"{served.url}/?view=list&group=month")
    page.wait_for_selector("ma-grid[complete]")
    shoot(page, "desk-list-phone")
    assert faults(page, "desk-list", "phone") == []
    page = open_page()
    page.goto(f"{served.url}/?view=list&group=street")
    page.wait_for_selector("ma-grid[complete]")
    shoot(page, "desk-list")
    assert faults(page, "desk-list", "desktop") == []
    page.keyboard.press("Home")
    until(page, "document.activeElement.dataset.index === '0'")
    chosen = page.evaluate("document.activeElement.dataset.id")
    page.keyboard.press("4")
    until(page, "document.activeElement.querySelector('.col-rating').textContent === '★★★★'")
    page.keyboard.press("f")
    until(page, "document.activeElement.querySelector('.col-title').textContent.startsWith('♥')")
    page.keyboard.press("t")
    page.keyboard.type("夜景、灯光")
    page.keyboard.press("Enter")
    page.locator(".ma-toast", has_text="1").last.wait_for()
    page.keyboard.press("l")
    page.locator("dialog input").fill("键盘专题")
    page.keyboard.press("Enter")
    until(page, "[...document.querySelectorAll('.ma-toast')].some((one) => one.textContent.includes('键盘专题'))")
    with served.archive.reading() as session:
        (asset,) = session.scalars(select(Asset).where(Asset.rating == 4, Asset.title.is_not(None)))
        assert {"夜景", "灯光"} <= set(asset.keywords)
        assert str(asset.id) == chosen
        names = select(Collection.name).join(CollectionItem, CollectionItem.collection_id == Collection.id)
        assert set(session.scalars(names.where(CollectionItem.asset_id == asset.id))) >= {"键盘专题"}
    # dragged to a collection that stands at the side
    page.goto(f"{served.url}/")
    page.wait_for_selector("ma-grid[complete]")
    cell = page.locator("a.cell").nth(3)
    dragged = cell.get_attribute("data-id")
    box = cell.bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 120, box["y"] + 90, steps=4)
    target = page.locator(".ma-drop-target", has_text="键盘专题")
    target.wait_for()
    there = target.bounding_box()
    page.mouse.move(there["x"] + 20, there["y"] + 10, steps=4)
    shoot(page, "desk-drag")
    page.mouse.up()
    until(page, "[...document.querySelectorAll('.ma-toast')].some((one) => one.textContent.includes('键盘专题'))")
    with served.archive.reading() as session:
        inside = select(CollectionItem.asset_id).join(Collection).where(Collection.name == "键盘专题")
        assert dragged in {str(one) for one in session.scalars(inside)}
