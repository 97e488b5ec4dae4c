"""What a film or recording holds, as far as rendering must know."""

from pydantic import BaseModel


class Picture(BaseModel):
    """The picture stream: the constant rate nearest to it as "n/d", and why no frame of it can be decoded."""

    index: int
    width: int
    height: int
    pixel_aspect: float = 1.0
    rate: str = "25/1"
    interlaced: bool = False
    #: "smpte2084" (PQ), "arib-std-b67" (HLG), or "" for standard range
    high_range: str = ""
    #: whether the file says by which matrix its colours were coded
    matrix_known: bool = True
    sideways: bool = False
    problem: str | None = None

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height as displayed: square pixels, upright."""
        width, height = max(1, round(self.width * self.pixel_aspect)), self.height
        return (height, width) if self.sideways else (width, height)


class Sound(BaseModel):
    index: int
    channels: int
    sample_rate: int
    language: str = ""


class Streams(BaseModel):
    duration: float | None
    picture: Picture | None
    sounds: list[Sound]
