"""Which renditions are missing, outdated or impossible, and that a change of the recipes makes them anew."""

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from PIL import Image
from sqlalchemy import delete, select

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Outcome, Rendition
from media_archive.cli.main import cli
from media_archive.errors import Invalid, NotFound
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs.models import Job
from media_archive.renditions import asking, recipes, remaking
from media_archive.renditions.planning import Plan, Standing, hold, plan
from media_archive.storage import fixity
from media_archive.upkeep import mending

pytestmark = pytest.mark.slow

SIZES = ["large", "screen", "thumb"]


@pytest.fixture
def shoot(either_archive: Archive, tmp_path: Path) -> Archive:
    """An archive with two photographs and a broken one, all rendered."""
    card = tmp_path / "card"
    card.mkdir()
    for number in range(2):
        Image.effect_mandelbrot((900, 600), (-2, -1.2, 1 + number, 1.2), 90).save(card / f"桥{number}.jpg")
    (card / "坏.jpg").write_bytes((card / "桥0.jpg").read_bytes()[:300])
    receive(either_archive, [card], Wish(shoot="实拍"))
    work_off(either_archive)
    return either_archive


def work_off(archive: Archive) -> None:
    for queue in ("fast", "photo", "upkeep", "photo"):
        archive.runner().drain(queue)


def planned(archive: Archive, name: str = "桥0.jpg") -> Plan:
    with archive.reading() as session:
        return plan(hold(session, asset_called(session, name)))


def asset_called(session, name: str) -> UUID:
    return next(one.id for one in session.scalars(select(Asset)) if any(file.name == name for file in one.files))


def digests(archive: Archive, name: str = "桥0.jpg") -> dict[str, str]:
    with archive.reading() as session:
        made = session.scalars(select(Rendition).where(Rendition.asset_id == asset_called(session, name)))
        return {one.recipe: one.file.sha256 for one in made}


def bytes_of(archive: Archive, sha256: str) -> Path:
    """The stored file itself."""
    path = archive.stores.path("main", sha256)
    assert path
    path.chmod(0o600)
    return path


def names(plan: Plan, standing: Standing) -> list[str]:
    return sorted(item.recipe.name for item in plan.standing(standing) if item.recipe.made_by == "size")


@pytest.fixture
def edited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], None]:
    """Changes the recipes of photographs as an editor of their file would."""
    folder = tmp_path / "recipes"
    shutil.copytree(recipes.FOLDER, folder)
    monkeypatch.setattr(recipes, "FOLDER", folder)
    recipes.books()

    def edit(old: str, new: str) -> None:
        file = folder / "photo.toml"
        assert old in file.read_text("utf-8")
        file.write_text(file.read_text("utf-8").replace(old, new, 1), "utf-8")

    return edit


THUMB = 'maker = "size"\nversion = 1\ninputs = ["original"]\noutputs = { thumb'
NEWER = THUMB.replace("version = 1", "version = 2")


def test_what_was_rendered_is_current_and_asks_for_no_decode(shoot: Archive) -> None:
    assert names(planned(shoot), Standing.CURRENT) == SIZES
    assert planned(shoot).ready() == {}
    assert planned(shoot).decodes() == 0


def test_what_cannot_be_rendered_is_impossible_with_its_reason(shoot: Archive) -> None:
    broken = planned(shoot, "坏.jpg")
    assert names(broken, Standing.IMPOSSIBLE) == SIZES
    assert all(str(item.reason) for item in broken.standing(Standing.IMPOSSIBLE))
    assert broken.ready() == {}, "it is not tried again and again"


def test_one_missing_rendition_costs_one_decode_and_leaves_the_others(shoot: Archive) -> None:
    before = digests(shoot)
    with shoot.transaction() as session:
        session.execute(delete(Rendition).where(Rendition.recipe == "screen"))
    todo = planned(shoot)
    assert names(todo, Standing.MISSING) == ["screen"]
    assert todo.decodes() == 1
    with shoot.reading() as session:
        times = {one.id: one.created_at for one in session.scalars(select(Rendition))}
    with shoot.transaction() as session:
        asking.follow(session, hold(session, asset_called(session, "桥0.jpg")), ())
    work_off(shoot)
    assert digests(shoot) == before
    with shoot.reading() as session:
        assert {one.id: one.created_at for one in session.scalars(select(Rendition)) if one.id in times} == times


def test_a_higher_version_is_made_in_the_background_while_the_old_one_serves(
    shoot: Archive, edited: Callable[[str, str], None]
) -> None:
    with shoot.transaction() as session:
        assert remaking.notice(session, shoot.settings) is not None
    work_off(shoot)
    before = digests(shoot)
    edited(THUMB, NEWER)
    edited("long_edge = 320", "long_edge = 200")
    assert names(planned(shoot), Standing.OUTDATED) == ["thumb"]
    shoot.remake()
    assert digests(shoot) == before, "nothing is taken away before the new one is there"
    work_off(shoot)
    after = digests(shoot)
    assert after["thumb"] != before["thumb"]
    assert {name: after[name] for name in ("large", "screen")} == {name: before[name] for name in ("large", "screen")}
    assert names(planned(shoot), Standing.CURRENT) == SIZES
    with shoot.transaction() as session:
        assert remaking.notice(session, shoot.settings) is None, "one look through the catalogue a change"


def test_background_work_waits_while_other_renderings_wait(
    shoot: Archive, edited: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    edited(THUMB, NEWER)
    monkeypatch.setattr(remaking, "WAITING", 1)
    with shoot.transaction() as session:
        asset = session.get_one(Asset, asset_called(session, "桥0.jpg"))
        asking.want(session, asset, ["large"], "somebody")
        session.flush()
        asking.follow(session, hold(session, asset.id), ())
    shoot.remake()
    shoot.runner().drain("upkeep")
    with shoot.reading() as session:
        waiting = session.scalars(select(Job).where(Job.kind == "render-photo", Job.ended_at.is_(None))).all()
        again = session.scalars(select(Job).where(Job.kind == remaking.KIND, Job.ended_at.is_(None))).one()
    assert [job.target for job in waiting] == [asset.id]
    assert again.run_after > again.created_at


def test_a_rendition_asked_for_again_is_made_again_and_tried_again_where_it_failed(shoot: Archive) -> None:
    with shoot.transaction() as session:
        asset = session.get_one(Asset, asset_called(session, "坏.jpg"))
        asking.want(session, asset, ["thumb"], "somebody")
    assert names(planned(shoot, "坏.jpg"), Standing.MISSING) == ["thumb"]
    with shoot.transaction() as session:
        asking.follow(session, hold(session, asset.id), ())
    work_off(shoot)
    assert names(planned(shoot, "坏.jpg"), Standing.IMPOSSIBLE) == SIZES
    with shoot.reading() as session:
        told = session.scalars(select(Outcome).where(Outcome.asset_id == asset.id, Outcome.recipe == "thumb")).one()
    assert told.asked_by == "somebody"


def test_what_a_newer_version_cannot_make_is_impossible_and_the_older_serves(
    shoot: Archive, edited: Callable[[str, str], None]
) -> None:
    before = digests(shoot)
    with shoot.reading() as session:
        original = hold(session, asset_called(session, "桥0.jpg")).source
    bytes_of(shoot, original.sha256).write_bytes(b"\xff\xd8\xff\xe0 spoilt")
    edited(THUMB, NEWER)
    shoot.remake()
    work_off(shoot)
    [thumb] = planned(shoot).standing(Standing.IMPOSSIBLE)
    assert (thumb.recipe.name, bool(str(thumb.reason))) == ("thumb", True)
    assert digests(shoot) == before


@pytest.mark.parametrize("wish", ["asset", "recipe"])
def test_a_clock_that_was_put_back_makes_no_rendition_for_ever(shoot: Archive, wish: str) -> None:
    with shoot.transaction() as session:
        asset = session.get_one(Asset, asset_called(session, "桥0.jpg"))
        for made in session.scalars(select(Rendition).where(Rendition.asset_id == asset.id)):
            made.created_at += timedelta(days=1)
    with shoot.transaction() as session:
        names_of = [] if wish == "asset" else ["thumb"]
        assert asking.ask(session, hold(session, asset.id), names_of, (), "somebody", anew=True), "it can be asked for"
    work_off(shoot)
    assert names(planned(shoot), Standing.CURRENT) == SIZES


def test_a_spoilt_rendition_is_made_again_and_no_other(shoot: Archive) -> None:
    with shoot.reading() as session:
        asset_id = asset_called(session, "桥0.jpg")
        made = {one.recipe: (one.created_at, one.file.sha256) for one in hold(session, asset_id).renditions.values()}
    spoilt = bytes_of(shoot, made["screen"][1])
    spoilt.write_bytes(spoilt.read_bytes()[:-3] + b"...")
    with shoot.transaction() as session:
        bad = fixity.verify(shoot.engine, shoot.stores).bad
        assert mending.ask(session, bad, "somebody") == 1
    assert names(planned(shoot), Standing.OUTDATED) == ["screen"]
    work_off(shoot)
    assert fixity.verify(shoot.engine, shoot.stores).good
    with shoot.reading() as session:
        after = {one.recipe: (one.created_at, one.file.sha256) for one in hold(session, asset_id).renditions.values()}
    assert {name for name in made if made[name] != after[name]} == {"screen"}


def test_a_wish_for_one_recipe_asks_for_what_leads_to_it_only(shoot: Archive) -> None:
    with shoot.transaction() as session:
        holding = hold(session, asset_called(session, "桥0.jpg"))
        assert asking.follow(session, holding, ["text"], only=["thumb"]) == []
        session.execute(delete(Rendition).where(Rendition.recipe == "large"))
    with shoot.transaction() as session:
        holding = hold(session, holding.asset.id)
        asked = asking.follow(session, holding, ["text"], only=["text"])
        assert [session.get_one(Job, one).kind for one in asked] == ["render-photo"]


def test_a_mistake_in_the_recipes_stops_nobody_who_works_and_nobody_begins_with_it(
    shoot: Archive, edited: Callable[[str, str], None]
) -> None:
    edited("long_edge = 320", "long_edge = 3")
    assert names(planned(shoot), Standing.CURRENT) == SIZES
    recipes.known.clear()  # a process that has just begun
    with pytest.raises(Invalid, match=r"photo.toml.*long_edge"):
        planned(shoot)
    edited("long_edge = 3,", "long_edge = 320,")
    assert names(planned(shoot), Standing.CURRENT) == SIZES


def test_a_recipe_nobody_knows_is_refused_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="large"):
        asking.named(["huge"])


@pytest.fixture
def command(shoot: Archive, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.setenv("MEDIA_ARCHIVE_HOME", str(shoot.settings.home))
    monkeypatch.setenv("MEDIA_ARCHIVE_DATABASE_URL", shoot.settings.database_url)

    def call(*words: str) -> Result:
        return CliRunner(catch_exceptions=False).invoke(cli, ["renditions", *words])

    return call


def test_the_command_tells_the_plan_of_what_a_search_finds(shoot: Archive, command: Callable[..., Result]) -> None:
    shoot.index()
    with shoot.transaction() as session:
        session.execute(delete(Rendition).where(Rendition.recipe == "screen"))
    everything = json.loads(command("plan", "--json").stdout)
    assert everything["assets"] == 3
    assert {row["title"] for row in everything["missing"]} == {"桥0", "桥1"}
    assert {row["recipe"] for row in everything["impossible"] if row["recipe"] in SIZES} == set(SIZES)
    assert everything["impossible"][0]["reason"]["template"]
    assert everything["decodes"] == 2
    found = json.loads(command("plan", "--where", "桥1", "--recipe", "screen", "--json").stdout)
    assert [row["title"] for row in found["missing"]] == ["桥1"]
    assert found["impossible"] == found["outdated"] == []


def test_the_command_makes_what_is_missing_and_nothing_else(shoot: Archive, command: Callable[..., Result]) -> None:
    shoot.index()
    with shoot.transaction() as session:
        session.execute(delete(Rendition).where(Rendition.recipe == "screen"))
    assert json.loads(command("make", "--where", "桥1", "--json").stdout)["assets"] == 1
    shoot.runner().drain("photo")
    assert names(planned(shoot, "桥1.jpg"), Standing.CURRENT) == SIZES
    assert names(planned(shoot, "桥0.jpg"), Standing.MISSING) == ["screen"]
    command("make")
    work_off(shoot)
    assert names(planned(shoot, "桥0.jpg"), Standing.CURRENT) == SIZES


def test_an_asset_is_named_by_the_beginning_of_its_number(shoot: Archive, command: Callable[..., Result]) -> None:
    with shoot.reading() as session:
        number = str(asset_called(session, "坏.jpg"))
    told = json.loads(command("plan", number, number[:-2], "--json").stdout)
    assert (told["assets"], {row["asset"] for row in told["impossible"]}) == (1, {number})
    assert told["missing"] == told["outdated"] == []


def test_remaking_everything_must_be_said(command: Callable[..., Result]) -> None:
    assert command("remake").exit_code == 2
    with pytest.raises(Invalid, match="no word"):
        command("remake", "--where", ' " ')
    assert json.loads(command("remake", "--recipe", "thumb", "--json").stdout)["assets"] == 3
