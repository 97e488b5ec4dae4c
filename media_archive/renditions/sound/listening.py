"""What is learnt of a recording while its samples pass: peaks in several levels of zoom, and the spectrogram."""

from pathlib import Path

from media_archive.renditions import parameters
from media_archive.renditions.orders import Order
from media_archive.renditions.outputs import Output
from media_archive.renditions.recipes import Recipe, book
from media_archive.renditions.sound.heard import SAMPLE_RATE, Heard
from media_archive.renditions.sound.peaks import Peaks
from media_archive.renditions.sound.spectrum import Spectrum
from media_archive.tools.isolation import reader

#: the level of which the waveform is drawn
PEAKS = "peaks.json"
LEVELS, SPECTROGRAM = "spectrum.npy", "spectrogram.jpg"


class Listening:
    """Takes the samples of a recording for all recipes that are made of them."""

    def __init__(self, order: Order, sound: Heard) -> None:
        self._order = order
        self._recipe = order.wanted("peaks") or (_in_the_book() if order.wanted("waveform") else None)
        self._peaks = Peaks(self._recipe.told(parameters.Peaks), sound.channels, SAMPLE_RATE) if self._recipe else None
        self._picture = order.wanted("spectrogram")
        self._spectrum = (
            Spectrum(self._picture.told(parameters.Spectrogram), sound.channels, SAMPLE_RATE) if self._picture else None
        )

    @property
    def wanted(self) -> bool:
        """Whether anything is made of samples."""
        return bool(self._peaks or self._spectrum)

    def take(self, data: bytes) -> None:
        """Samples of 16 bits, channel by channel, cut anywhere."""
        for one in (self._peaks, self._spectrum):
            if one:
                one.take(data)

    def outputs(self) -> list[Output]:
        """What came of them; nothing of a track without a sample."""
        made = []
        if self._peaks and self._recipe:
            made += levels(self._recipe, self._peaks, self._order.scratch)
        if self._spectrum and self._picture:
            made += self._drawn(self._picture, self._spectrum)
        return made if self._order.wanted("peaks") else [one for one in made if one.recipe != self._recipe]

    def _drawn(self, recipe: Recipe, spectrum: Spectrum) -> list[Output]:
        spectrum.finish()
        if not spectrum.length:
            return []
        told, scratch = recipe.told(parameters.Spectrogram), self._order.scratch
        spectrum.write(scratch / LEVELS)
        reader().call(
            "media_archive.renditions.sound.drawing:draw_spectrogram",
            *(str(scratch / LEVELS), str(scratch / SPECTROGRAM), told.model_dump()),
            timeout=self._order.settings.reader_seconds,
        )
        return [Output("spectrogram", recipe, scratch / SPECTROGRAM, "image/jpeg", told.width, told.height)]


def _in_the_book() -> Recipe:
    return next(one for one in book("sound").recipe if one.made_by == "peaks")


def levels(recipe: Recipe, peaks: Peaks, folder: Path) -> list[Output]:
    """The peaks in each level of zoom of the recipe, as files in `folder`; none of a track without a sample."""
    peaks.finish()
    if not peaks.length:
        return []
    made = []
    for name, most in recipe.told(parameters.Peaks).levels.items():
        path = folder / f"{name}.json"
        peaks.write(path, most)
        made.append(Output(name, recipe, path, "application/json"))
    return made
