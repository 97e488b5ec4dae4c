"""The map (地图): where everything that is found was taken, and what lies there."""

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, send_file, url_for

from media_archive.catalogue import queries as catalogue
from media_archive.errors import Invalid, NotFound
from media_archive.geo.shapes import Box
from media_archive.search import service as search
from media_archive.search.service import Filters
from webapp.assets import cells
from webapp.assets.choice import Choice, box_of
from webapp.door import archive, reading, user
from webapp.map import queries

blueprint = Blueprint("map", __name__)
#: pictures shown beside the map
SHOWN = 24
HOUR = 3600


@blueprint.get("/map")
def page() -> str:
    """The map of what the address asks for."""
    choice = Choice.of(request.args)
    with reading() as session:
        found = search.find(session, choice.q, choice.filters(), limit=1, facets=("has",))
        counted = {value.value: value.count for value in found.facets["has"]}
    return render_template("map.html", choice=choice, total=found.total, placed=counted.get("gps", 0))


@blueprint.get("/map/clusters")
def clusters() -> Response:
    """Where what is found lies within a box, gathered in cells of a level: [latitude, longitude, count] each."""
    choice = Choice.of(request.args)
    level = request.args.get("level", "12")
    if not (level.isascii() and level.isdigit() and len(level) <= 2):
        raise Invalid("The address asks for something that cannot be done. Start again.")
    with reading() as session:
        found = search.clusters(session, choice.q, _within(choice), level=int(level))
    return jsonify([[round(one.latitude, 6), round(one.longitude, 6), one.count] for one in found])


@blueprint.get("/map/assets")
def assets() -> Response:
    """The first of what is found within a box, how many there are, and the address of the list of them."""
    choice = Choice.of(request.args)
    with reading() as session:
        found = search.find(session, choice.q, _within(choice), limit=SHOWN, facets=False)
        cards = catalogue.cards(session, found.ids)
    args: dict[str, Any] = dict(choice.args(box=request.args.get("bbox", "")))
    return jsonify(total=found.total, items=[cells.detail(card) for card in cards], list=url_for("assets.grid", **args))


@blueprint.get("/map/ground.pmtiles")
def ground() -> Response:
    """The file with the ground of the map, by ranges."""
    file = Path(archive().settings.map_file)
    if not archive().settings.map_file or not file.is_file():
        raise NotFound("There is no file with the ground of the map. The setting map_file names it.")
    return send_file(file.absolute(), "application/vnd.pmtiles", conditional=True, max_age=HOUR)


@blueprint.get("/map/subjects")
def subjects() -> Response:
    """Outlines of subjects within a box, as GeoJSON."""
    with reading() as session:
        return jsonify(queries.subjects(session, user().archive_id, _box()))


def _box() -> Box:
    south, west, north, east = box_of(request.args.get("bbox", ""))
    return west, south, east, north


def _within(choice: Choice) -> Filters:
    """The filters of the choice, and the box of the address instead of the choice's own."""
    if "bbox" not in request.args:
        return choice.filters()
    changed = {name: value for name, value in choice.args().items() if name != "box"}
    return Choice.of({**changed, "box": request.args["bbox"]}).filters()
