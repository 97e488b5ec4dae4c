"""What a card itself says of recordings that span several clips: AVCHD playlists, the shots of P2."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

PLAYLISTS = frozenset({".mpl", ".mpls"})
#: a clip that goes on without a seam where the item before it ended; 1 begins anew (Blu-ray, BD-ROM part 3)
SEAMLESS = frozenset({5, 6})
#: playlists and clip files of P2 are a few KiB
MOST_BYTES = 4 << 20


def playlists(paths: Iterable[Path]) -> list[list[str]]:
    """Clips in runs of one recording each, as the playlists tell; none for a list that makes no sense."""
    return [run for path in paths for run in _playlist(_read(path))]


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES)
    except OSError:
        return b""


def _playlist(data: bytes) -> list[list[str]]:
    """The play items: name of the clip (5 bytes), codec (4), then how it is connected to the item before."""
    if data[:4] != b"MPLS":
        return []
    at = int.from_bytes(data[8:12], "big")
    count = int.from_bytes(data[at + 6 : at + 8], "big")
    at += 10
    runs: list[list[str]] = []
    for _ in range(count):
        length, item = int.from_bytes(data[at : at + 2], "big"), data[at + 2 : at + 13]
        if len(item) < 11 or not item[:5].isalnum():
            break
        name = item[:5].decode("ascii", "replace").casefold()
        if runs and item[10] & 0x0F in SEAMLESS:
            runs[-1].append(name)
        else:
            runs.append([name])
        at += 2 + length
    return runs


def shots(sidecars: Mapping[str, Sequence[Path]]) -> list[list[str]]:
    """Clips in runs of one shot each, in their order in it, by the clips' XML."""
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for name, paths in sidecars.items():
        for path in paths:
            if path.suffix.lower() == ".xml" and path.parent.name.casefold() == "clip" and (told := _shot(path)):
                found[told[0]].append((told[1], name))
    return [[name for _, name in sorted(clips)] for clips in found.values()]


def _shot(path: Path) -> tuple[str, int] | None:
    """The shot that a P2 clip belongs to, and where in it the clip begins, in frames."""
    try:
        root = fromstring(_read(path))
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return None
    shot, offset = _said(root, "GlobalShotID"), _said(root, "OffsetInShot")
    return (shot, int(offset) if offset.isdecimal() else 0) if shot else None


def _said(root: Element, wanted: str) -> str:
    found = next((one for one in root.iter() if str(one.tag).rpartition("}")[2] == wanted), None)
    return (found.text or "").strip() if found is not None else ""
