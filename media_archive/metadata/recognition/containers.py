"""Windows Media (ASF), Ogg and Flash Video."""

from media_archive.metadata.recognition.detail import Detail
from media_archive.metadata.recognition.window import Window

ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
ASF_VIDEO = bytes.fromhex("c0ef19bc4d5bcf11a8fd00805f5c442b")
ASF_AUDIO = bytes.fromhex("409e69f84d5bcf11a8fd00805f5c442b")
OGG = b"OggS\x00"
#: how the first packet of an Ogg stream begins, by codec; where several are in a file, the first of this table names it
OGG_CODECS = (
    (b"\x80theora", "theora"),
    (b"BBCD\x00", "dirac"),
    (b"OVP80", "vp8"),
    (b"OpusHead", "opus"),
    (b"\x01vorbis", "vorbis"),
    (b"\x7fFLAC", "flac"),
    (b"Speex   ", "speex"),
)
OGG_FILMS = {"theora", "dirac", "vp8"}
#: the first pages of all streams stand at the start
OGG_STARTS = 4096


def asf(window: Window) -> str | None:
    """wma if its streams are all of sound."""
    if not window.head.startswith(ASF):
        return None
    return "wma" if ASF_AUDIO in window.head and ASF_VIDEO not in window.head else "wmv"


def windows_media(window: Window) -> Detail:
    """Film, advanced film (VC-1), sound, or streams of neither kind."""
    if ASF_VIDEO in window.head:
        return Detail("vc-1" if b"WVC1" in window.head else "film")
    return Detail("sound" if ASF_AUDIO in window.head else None)


def ogg(window: Window) -> str | None:
    """ogv if there is a film among its streams."""
    if not window.head.startswith(OGG):
        return None
    return "ogv" if ogg_codec(window).variant in OGG_FILMS else "ogg"


def ogg_codec(window: Window) -> Detail:
    """The codec that names the file."""
    start = window.head[:OGG_STARTS]
    return Detail(next((codec for mark, codec in OGG_CODECS if mark in start), None))


def flash(window: Window) -> Detail:
    """The version behind the mark."""
    return Detail(version=str(window.head[3])) if len(window.head) > 3 else Detail()


def core_audio(window: Window) -> Detail:
    """The version behind the mark."""
    return Detail(version=f"{int.from_bytes(window.head[4:6], 'big')}.0")
