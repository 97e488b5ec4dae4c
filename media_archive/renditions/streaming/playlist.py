"""HLS playlists (RFC 8216) of films in one file: every segment is a range of its bytes."""

from pathlib import Path

from media_archive.renditions.streaming.boxes import layout

MEDIA_TYPE = "application/vnd.apple.mpegurl"
#: of the format: byte ranges came with 4, MP4 fragments with 7
VERSION = 7


def file_of(name: str) -> Path:
    """How a playlist calls the file of the rendition `name`; whoever serves it puts in the true address."""
    return Path(f"{name}.mp4")


def of_file(path: Path) -> str:
    """The playlist of the film in fragments at `path`, which it calls by its name."""
    with path.open("rb") as file:
        laid = layout(file)
    longest = max((float(one.seconds) for one in laid.fragments), default=0)
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, round(longest))}",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{path.name}",BYTERANGE="{laid.header}@0"',
    ]
    for one in laid.fragments:
        lines += [f"#EXTINF:{float(one.seconds):.6f},", f"#EXT-X-BYTERANGE:{one.size}@{one.start}", path.name]
    return "\n".join([*lines, "#EXT-X-ENDLIST", ""])
