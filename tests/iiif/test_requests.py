"""Requests by the tables of the IIIF Image API 3.0, sections 3 and 4."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_archive.errors import Invalid, NotFound
from media_archive.iiif import identifiers, requests
from media_archive.iiif.information import information, scale_factors
from media_archive.iiif.requests import Picture
from media_archive.iiif.sizes import Limits

LIMITS = Limits(4000, 3000, 8_000_000)
PICTURE = Picture(300, 200)
ASSET = UUID("01a202ee-5f64-77c3-8f00-0123456789ab")


def canonical(region: str = "full", size: str = "max", rotation: str = "0", last: str = "default.jpg") -> str:
    return requests.fit(requests.parse(region, size, rotation, last), PICTURE, LIMITS).canonical


@pytest.mark.parametrize(
    ("region", "box"),
    [
        ("full", (0, 0, 300, 200)),
        ("square", (50, 0, 200, 200)),
        ("125,15,120,140", (125, 15, 120, 140)),
        ("pct:41.6,7.5,40,70", (125, 15, 120, 140)),
        ("125,15,200,200", (125, 15, 175, 185)),
        ("pct:41.6,7.5,66.6,100", (125, 15, 175, 185)),
        ("0,0,300,200", (0, 0, 300, 200)),
    ],
)
def test_regions_of_the_specification(region: str, box: tuple[int, int, int, int]) -> None:
    found = requests.fit(requests.parse(region, "max", "0", "default.jpg"), PICTURE, LIMITS).box
    assert (found.x, found.y, found.width, found.height) == box


@pytest.mark.parametrize(
    ("size", "written"),
    [
        ("max", "max"),
        ("^max", "^max"),
        ("150,", "150,100"),
        (",150", "225,150"),
        ("^360,", "^360,240"),
        ("^,240", "^360,240"),
        ("pct:50", "150,100"),
        ("pct:100", "max"),
        ("^pct:120", "^360,240"),
        ("225,100", "225,100"),
        ("^360,360", "^360,360"),
        ("!225,100", "150,100"),
        ("^!360,360", "^360,240"),
        ("^150,", "150,100"),
        ("!300,300", "max"),
    ],
)
def test_sizes_of_the_specification(size: str, written: str) -> None:
    assert canonical(size=size) == f"full/{written}/0/default.jpg"


def test_the_largest_size_keeps_every_limit() -> None:
    found = requests.fit(requests.parse("full", "^max", "0", "default.jpg"), PICTURE, LIMITS).size
    assert (found.width, found.height) == (3464, 2309)
    wide = Picture(20_000, 1_000)
    most = requests.fit(requests.parse("full", "max", "0", "default.jpg"), wide, LIMITS).size
    assert (most.width, most.height) == (4000, 200)


@pytest.mark.parametrize(
    ("part", "text"),
    [
        *(("region", one) for one in ("", "ful", "1,2,3", "1,2,3,4,5", "-1,0,5,5", "1.5,0,5,5", "pct:1,2,3", "pct:-1,0,5,5", "+1,0,5,5")),
        *(("region", one) for one in ("0,0,0,5", "0,0,5,0", "300,0,5,5", "0,200,5,5", "pct:0,0,0,5", "pct:100,0,5,5")),
        *(("region", one) for one in ("１,0,5,5", "0,0,99999999999,5", "1e2,0,5,5")),
        *(("size", one) for one in ("full", "", ",", "^", "!", "301,", ",201", "300,201", "pct:101", "!301,301", "0,", ",0", "pct:0", "!0,5")),
        *(("size", one) for one in ("^5000,", "^,3001", "^4000,3000", "1.5,", "-5,", "pct:", "pct:a", "max,", "^^max", "!5,", "5,!5")),
        *(("rotation", one) for one in ("", "361", "-90", "!", "!!0", "a", "1e2", "360.5", "+90", "90.5.5")),
        *(("last", one) for one in ("grey.jpg", "default.jpeg", "default", ".jpg", "default.jp2", "default.JPG", "Default.jpg", "default.jpg.png")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_as_a_bad_request(part: str, text: str) -> None:
    with pytest.raises(Invalid):
        canonical(**{part: text})


@pytest.mark.parametrize(
    ("rotation", "written"),
    [("0", "0"), ("90", "90"), ("360", "0"), ("!0", "!0"), ("22.50", "22.5"), ("!.5", "!0.5"), ("359.999", "359.999")],
)
def test_rotations_are_written_one_way(rotation: str, written: str) -> None:
    assert canonical(rotation=rotation) == f"full/max/{written}/default.jpg"


def test_the_quality_a_picture_has_by_itself_is_called_default() -> None:
    assert canonical(last="color.png").endswith("/default.png")
    assert canonical(last="gray.png").endswith("/gray.png")
    grey = requests.fit(requests.parse("full", "max", "0", "gray.png"), Picture(300, 200, True), LIMITS)
    assert grey.canonical.endswith("/default.png")


regions = st.one_of(
    st.just("full"),
    st.just("square"),
    st.tuples(st.integers(0, 320), st.integers(0, 220), st.integers(0, 400), st.integers(0, 400)).map(
        lambda four: ",".join(map(str, four))
    ),
    st.tuples(*[st.decimals(0, 120, places=2)] * 4).map(lambda four: "pct:" + ",".join(map(str, four))),
)
sizes = st.tuples(
    st.sampled_from(["", "^"]),
    st.one_of(
        st.just("max"),
        st.integers(0, 500).map(lambda n: f"{n},"),
        st.integers(0, 500).map(lambda n: f",{n}"),
        st.tuples(st.sampled_from(["", "!"]), st.integers(0, 500), st.integers(0, 500)).map(
            lambda t: f"{t[0]}{t[1]},{t[2]}"
        ),
        st.decimals(0, 200, places=3).map(lambda n: f"pct:{n}"),
    ),
).map("".join)


@pytest.mark.slow
@given(regions, sizes, st.decimals(0, 360, places=2), st.booleans())
def test_canonical_addresses_mean_the_same_and_are_their_own(
    region: str, size: str, turn: object, mirror: bool
) -> None:
    try:
        first = requests.fit(
            requests.parse(region, size, f"{'!' if mirror else ''}{turn}", "color.webp"), PICTURE, LIMITS
        )
    except Invalid:
        return
    assert 1 <= first.size.width <= LIMITS.width
    assert 1 <= first.size.height <= LIMITS.height
    assert first.size.width * first.size.height <= LIMITS.area
    if not size.startswith("^"):
        assert not first.size.exceeds(first.box)
    again = requests.fit(requests.parse(*first.canonical.split("/")), PICTURE, LIMITS)
    assert again == first


def test_identifiers_name_an_asset_a_moment_and_a_right() -> None:
    signed = identifiers.signed(ASSET, "a secret")
    assert identifiers.parse(signed).is_signed("a secret")
    assert not identifiers.parse(signed).is_signed("another")
    assert not identifiers.parse(str(ASSET)).is_signed("a secret")
    other = str(ASSET).replace("ab", "ac")
    assert not identifiers.parse(signed.replace(str(ASSET), other)).is_signed("a secret")
    assert identifiers.parse(f"{signed}_t12.345").seconds == Fraction("12.345")
    assert identifiers.parse(f"{ASSET}_f300").frame == 300


@pytest.mark.parametrize(
    "text",
    ["", "x", f"{ASSET}/", f"{ASSET}_t", f"{ASSET}_f1.5", f"{ASSET}_t-1", f"{ASSET}.short", f"{ASSET}\n", "[frob]"],
)
def test_what_names_nothing_is_not_found(text: str) -> None:
    with pytest.raises(NotFound):
        identifiers.parse(text)


def test_tiles_and_sizes_are_within_the_limits_and_complete() -> None:
    said = information(
        "https://example.org/iiif/3/x", Picture(6001, 4000), LIMITS, "https://creativecommons.org/licenses/by/4.0/"
    )
    assert next(iter(said)) == "@context"
    assert said["tiles"] == [{"width": 512, "height": 512, "scaleFactors": [1, 2, 4, 8, 16]}]
    assert said["sizes"][-1] == {"width": 3001, "height": 2000}
    assert all(LIMITS.allow(requests.fit(requests.parse("full", f"{one['width']},{one['height']}", "0", "default.jpg"), Picture(6001, 4000), LIMITS).size) for one in said["sizes"])  # fmt: skip
    assert said["rights"] == "http://creativecommons.org/licenses/by/4.0/"
    assert "rights" not in information("https://example.org/x", PICTURE, LIMITS, "https://example.org/our-own-terms")
    assert scale_factors(Picture(512, 512)) == [1]
