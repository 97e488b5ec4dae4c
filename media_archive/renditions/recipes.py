"""The recipes: what is made of photographs, films and sound, read from the TOML files in `recipes/`."""

from functools import lru_cache
from pathlib import Path
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from media_archive.rules import load

FOLDER = Path(__file__).parent / "recipes"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Size(_Part):
    """A JPEG whose long edge is at most `long_edge` pixels; smaller originals are not enlarged."""

    recipe: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")
    version: int = Field(ge=1)
    long_edge: int = Field(ge=16, le=16384)
    quality: int = Field(ge=1, le=100)


class PhotoRecipes(_Part):
    kind: Literal["photo"]
    background: tuple[int, int, int]
    sizes: list[Size] = Field(min_length=1)


class Proxy(_Part):
    """What is played in place of the film: H.264 and AAC in MP4, constant frame rate."""

    version: int = Field(ge=1)
    long_edge: int = Field(ge=64)
    short_edge: int = Field(ge=64)
    most_frames_a_second: int = Field(ge=1)
    group: int = Field(ge=1)
    quality: int = Field(ge=0, le=51)
    preset: str
    most_bit_rate: int = Field(ge=10_000)
    audio_bit_rate: int = Field(ge=8_000)


class Sprites(_Part):
    """Small pictures of the film on one sheet, and the WebVTT index that says which shows when."""

    version: int = Field(ge=1)
    index_version: int = Field(ge=1)
    edge: int = Field(ge=16, le=640)
    columns: int = Field(ge=1)
    most: int = Field(ge=1, le=2000)
    least_seconds: float = Field(gt=0)
    quality: int = Field(ge=2, le=31)


class Poster(_Part):
    candidates: int = Field(ge=1, le=50)
    sizes: list[Size] = Field(min_length=1)


class PeaksRecipe(_Part):
    """The waveform: least and greatest sample of each stretch."""

    version: int = Field(ge=1)
    least_samples: int = Field(ge=1)
    most_pairs: int = Field(ge=2, multiple_of=2)


class FilmRecipes(_Part):
    kind: Literal["film"]
    max_frame_pixels: int = Field(ge=1)
    proxy: Proxy
    sprites: Sprites
    poster: Poster
    peaks: PeaksRecipe


class Audio(_Part):
    version: int = Field(ge=1)
    bit_rate: int = Field(ge=8_000)


class Waveform(_Part):
    recipe: str
    version: int = Field(ge=1)
    width: int = Field(ge=16)
    height: int = Field(ge=16)
    quality: int = Field(ge=1, le=100)


class SoundRecipes(_Part):
    kind: Literal["sound"]
    audio: Audio
    peaks: PeaksRecipe
    waveform: Waveform


Recipes = TypeVar("Recipes", PhotoRecipes, FilmRecipes, SoundRecipes)


@lru_cache
def photo() -> PhotoRecipes:
    return load(FOLDER / "photo.toml", PhotoRecipes)


@lru_cache
def film() -> FilmRecipes:
    return load(FOLDER / "film.toml", FilmRecipes)


@lru_cache
def sound() -> SoundRecipes:
    return load(FOLDER / "sound.toml", SoundRecipes)
