"""HLS playlists (RFC 8216) of films in one file: every segment is a range of its bytes."""

from pathlib import Path

from media_archive.renditions.streaming.boxes import layout

MEDIA_TYPE = "application/vnd.apple.mpegurl"
#: of the format: byte ranges came with 4, MP4 fragments with 7
VERSION = 7


def file_of(name: str) -> Path:
    """How a playlist calls the file of the rendition `name`; whoever serves it puts in the true address."""
    return Path(f"{name}.mp4")


def of_file(path: Path, duration: float = 0.0) -> str:
    """The playlist of the film in fragments at `path`, which it calls by its name, and which lasts `duration` seconds.

    The index tells how long the picture lasts; what is heard after that is in the last fragment.
    """
    with path.open("rb") as file:
        laid = layout(file)
    spans = [float(one.seconds) for one in laid.fragments]
    if spans:
        spans[-1] += max(0.0, duration - sum(spans))
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, round(max(spans, default=0)))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{path.name}",BYTERANGE="{laid.header}@0"',
    ]
    for one, seconds in zip(laid.fragments, spans, strict=True):
        lines += [f"#EXTINF:{seconds:.6f},", f"#EXT-X-BYTERANGE:{one.size}@{one.start}", path.name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
