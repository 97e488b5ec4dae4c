"""What lies along the edge of a part of the map, looked at one by one, so that `near:` ends where it says."""

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import tantivy

from media_archive.search.counting import Kept
from media_archive.search.index.places import Snapshot
from media_archive.search.index.values import whole
from media_archive.search.language import areas, tree

#: assets along one edge that are looked at; where more lie, all of them count as near: at most a cell too far
MOST = 5000
#: more are looked for in smaller cells first
ENOUGH = 300


def drawn(snapshot: Snapshot, node: tree.Node) -> tree.Node:
    """The node with what is near along the edges told by its ids."""
    if not _has_edge(node):
        return node
    make = lambda: tree.rebuild(node, lambda leaf: _drawn(snapshot, leaf))  # noqa: E731
    return _kept.get((snapshot.generation[0], node), snapshot.generation, make)


_kept = Kept(64)


@lru_cache(maxsize=1000)
def _has_edge(node: tree.Node) -> bool:
    return any(isinstance(one, tree.Within) and one.edge for one in tree.walk(node))


def _drawn(snapshot: Snapshot, node: tree.Node) -> tree.Node:
    if not isinstance(node, tree.Within) or not node.edge:
        return node
    hits = _along(snapshot, node, ENOUGH)
    if len(hits) > ENOUGH:
        node = areas.finer(node)
        hits = _along(snapshot, node, MOST)
    if len(hits) > MOST:
        return node
    values = snapshot.searcher.fast_field_values
    near = _near(node, values("longitude", hits), values("latitude", hits))
    rows = zip(values("high", hits), values("low", hits), near, strict=True)
    return replace(node, edge=(), ids=tuple(whole(high, low).hex for high, low, is_near in rows if is_near))


def _along(snapshot: Snapshot, node: tree.Within, most: int) -> list[tantivy.DocAddress]:
    """The assets along its edge, or one more than `most`."""
    there = tantivy.Query.term_set_query(snapshot.schema, "cells", list(node.edge))
    return [address for _, address in snapshot.searcher.search(there, most + 1, count=False).hits]


def _near(node: tree.Within, longitudes: Sequence[Any], latitudes: Sequence[Any]) -> Sequence[bool]:
    # with numpy, and shapely below, half of a search's start-up, and few ask for places
    import numpy as np

    points = np.array([longitudes, latitudes], dtype=float).T
    near = np.zeros(len(points), dtype=bool)
    for place in node.places:
        near |= _from_one(json.loads(place), points, node.metres)
    return near.tolist()


def _from_one(geometry: Any, points: Any, metres: float) -> Any:
    """Which of the points are at most so far from a geometry, on planes that are as long and wide as the earth between."""
    import numpy as np

    from media_archive.geo.distances import degree, degrees

    if geometry["type"] == "Point":
        longitude, latitude = geometry["coordinates"][:2]
        scales = degrees((points[:, 1] + latitude) / 2)
        return np.hypot(*((points - (longitude, latitude)) * scales).T) <= metres
    import shapely

    figure = shapely.geometry.shape(geometry)
    scale = degree(float(figure.centroid.y))
    plane = shapely.transform(figure, lambda at: at * scale)
    shapely.prepare(plane)
    return shapely.dwithin(plane, shapely.points(points * scale), metres)
