"""What a film or recording holds, as far as rendering must know."""

from pydantic import BaseModel


class Picture(BaseModel):
    """The picture stream: the constant rate nearest to it as "n/d", and why no frame of it can be decoded."""

    index: int
    width: int
    height: int
    pixel_aspect: float = 1.0
    rate: str = "25/1"
    #: how many frames there are at that rate, where the coded pictures claim another; else 0
    frames: int = 0
    #: seconds that the stream lasts; None where the container does not say
    seconds: float | None = None
    #: seconds from the beginning of the file to the first frame
    begins: float = 0.0
    #: whether frames say of themselves that they are two fields
    interlaced: bool = False
    #: "tff" or "bff" where only the container says that, and its frames say nothing
    fields: str = ""
    #: "pq", "hlg", or "" for standard range
    high_range: str = ""
    #: "bt2020", "p3" or "" for those of BT.709 or near to them
    primaries: str = ""
    #: brightest light the film says it holds, in candela a square metre; 0 where it does not say
    brightest: float = 0.0
    #: whether the file says by which matrix its colours were coded
    matrix_known: bool = True
    transparent: bool = False
    sideways: bool = False
    #: whether the file asks for it to be turned, by any angle, or mirrored
    turned: bool = False
    problem: str | None = None

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height as displayed: square pixels, upright."""
        width, height = max(1, round(self.width * self.pixel_aspect)), self.height
        return (height, width) if self.sideways else (width, height)


class Sound(BaseModel):
    """A sound stream."""

    index: int
    channels: int
    sample_rate: int
    language: str = ""
    title: str = ""
    #: whether the file says which loudspeakers its channels are meant for
    placed: bool = True


class Subtitle(BaseModel):
    """A subtitle stream: whether it is text, or pictures of text."""

    index: int
    codec: str
    text: bool
    language: str = ""
    title: str = ""
    forced: bool = False


class Streams(BaseModel):
    """All of them; `duration` in seconds."""

    duration: float | None
    picture: Picture | None
    sounds: list[Sound]
    subtitles: list[Subtitle] = []
