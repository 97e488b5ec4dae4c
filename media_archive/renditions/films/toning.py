"""High dynamic range and wide gamut shown on standard screens: by a table of colours that every ffmpeg can apply.

The table does what ffmpeg's zscale and tonemap do together, which not every build has: linear light, BT.709 primaries,
Hable's curve on the brightest channel, BT.709 transfer. Light is counted in units of 100 candela a square metre.
"""

from pathlib import Path
from typing import Any

from media_archive.renditions.streams import Picture

TABLE = "colours.cube"


def needed(picture: Picture) -> bool:
    """Whether a standard screen would show the film's colours wrongly."""
    return bool(picture.high_range or picture.primaries)


def tone(stream: Any, picture: Picture, size: tuple[int, int]) -> Any:
    """Frames of `size` as BT.709 in video range; `write` must have put the table where ffmpeg runs."""
    matrix = "auto" if picture.matrix_known else "bt2020" if picture.primaries == "bt2020" else "bt709"
    light = stream.filter("scale", *size, in_color_matrix=matrix).filter("format", "gbrp10le")
    toned = light.filter("lut3d", file=TABLE, interp="tetrahedral")
    return toned.filter("scale", out_color_matrix="bt709", out_range="tv")


def write(picture: Picture, folder: Path) -> None:
    """The table for `picture`."""
    from media_archive.renditions.films import colours  # numpy: few films need one

    colours.write(picture, folder / TABLE)
