"""Sound: what is played, and a waveform that tells where it is loud."""

import json
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from media_archive.renditions import parameters
from media_archive.renditions.films import sprites
from media_archive.renditions.outputs import Rendered
from media_archive.renditions.recipes import book
from media_archive.renditions.sound.peaks import Peaks
from tests.renditions.conftest import output

pytestmark = pytest.mark.slow

Make = Callable[[Path], Rendered]
RECIPE = parameters.Peaks(least_samples=10, levels={"peaks": 64})
SOUND = {"audio", "peaks", "peaks-near", "peaks-far", "analysis", "spectrogram", "thumb"}


def test_a_recording_is_played_and_drawn(made: Make, drawn: Callable[..., Path]) -> None:
    recording = drawn("a.wav", "-f", "lavfi", "-i", "sine=duration=3:sample_rate=44100", "-ac", "2")
    rendered = made(recording)
    assert {one.name for one in rendered.outputs} == SOUND
    assert rendered.duration == pytest.approx(3, abs=0.03)
    with av.open(str(output(rendered, "audio"))) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.sample_rate, stream.channels) == ("aac", 48000, 2)
    whole = output(rendered, "audio").read_bytes()
    assert whole.index(b"moov") < whole.index(b"mdat")
    assert Image.open(output(rendered, "thumb")).size == (320, 180)


def test_the_waveform_shows_where_it_is_loud(made: Make, drawn: Callable[..., Path]) -> None:
    source = "sine=duration=4:sample_rate=48000,volume='between(t,1,2)':eval=frame"
    peaks = json.loads(output(made(drawn("a.flac", "-f", "lavfi", "-i", source)), "peaks").read_text())
    assert (peaks["version"], peaks["channels"], peaks["bits"]) == (2, 1, 8)
    seconds = peaks["samples_per_pixel"] / peaks["sample_rate"]
    loud = [n * seconds for n in range(peaks["length"]) if peaks["data"][2 * n + 1] > 5]
    assert loud[0] == pytest.approx(1, abs=0.03)
    assert loud[-1] == pytest.approx(2, abs=0.03)
    assert peaks["length"] * seconds == pytest.approx(4, abs=0.03)


def test_a_cover_picture_is_no_film(made: Make) -> None:
    from tests.conftest import SHARED_MEDIA

    path = SHARED_MEDIA / "audio" / "testFLAC_coverArt.flac"
    if not path.exists():
        pytest.skip("the shared media are not beside the project")
    assert {one.name for one in made(path).outputs} == SOUND


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("cut", [1, 7, 1000, 100_000])
def test_peaks_are_the_same_however_the_samples_arrive(channels: int, cut: int, tmp_path: Path) -> None:
    samples = np.random.default_rng(1).integers(-32768, 32767, (5003, channels), dtype=np.int16)
    peaks = Peaks(RECIPE, channels, 48000)
    data = samples.astype("<i2").tobytes()
    for start in range(0, len(data), cut):
        peaks.take(data[start : start + cut])
    peaks.finish()
    peaks.write(tmp_path / "peaks.json")
    told = json.loads((tmp_path / "peaks.json").read_text())
    each = told["samples_per_pixel"]
    assert 32 <= told["length"] <= 64
    expected: list[int] = []
    for start in range(0, len(samples), each):
        part = samples[start : start + each]
        for channel in range(channels):
            expected += [int(part[:, channel].min()) >> 8, int(part[:, channel].max()) >> 8]
    assert told["data"] == expected


def test_the_waveform_of_a_day_takes_no_more_than_that_of_a_minute() -> None:
    recipe = parameters.Peaks(least_samples=480, levels={"peaks": 1024})
    peaks = Peaks(recipe, 1, 48000)
    for _ in range(400):
        peaks.take(bytes(1 << 20))
    assert peaks.length <= 1024


def test_a_scrub_sheet_never_has_more_pictures_than_its_bound() -> None:
    recipe = next(one for one in book("film").recipe if one.name == "sprites").told(parameters.Sprites)
    for duration in (0.0, 0.04, 1.0, 59.9, 400.0, 401.0, 100_000.0):
        sheet = sprites.lay_out(recipe, duration, 1920, 1080)
        assert 1 <= sheet.count <= recipe.most
        assert sheet.count <= sheet.columns * sheet.rows < sheet.count + sheet.columns
        assert sheet.count * sheet.interval >= duration


def test_every_level_of_zoom_tells_of_the_same_sound(made: Make, drawn: Callable[..., Path]) -> None:
    source = "sine=duration=60:sample_rate=48000,volume='between(t,20,21)':eval=frame"
    rendered = made(drawn("a.flac", "-f", "lavfi", "-i", source))
    levels = [json.loads(output(rendered, name).read_text()) for name in ("peaks-near", "peaks", "peaks-far")]
    assert levels[0]["length"] >= levels[1]["length"] > levels[2]["length"] > 1000
    for level in levels:
        assert level["length"] * level["samples_per_pixel"] == pytest.approx(60 * 48000, rel=0.01)
        assert len(level["data"]) == 2 * level["length"]
        loud = [n * level["samples_per_pixel"] / 48000 for n in range(level["length"]) if level["data"][2 * n + 1] > 5]
        assert loud[0] == pytest.approx(20, abs=0.1)
        assert loud[-1] == pytest.approx(21, abs=0.1)


def test_loudness_and_silence_are_measured(made: Make, drawn: Callable[..., Path]) -> None:
    # 997 Hz at -23 dBFS on both channels is -23 LUFS (EBU Tech 3341, test 1)
    tone = "aevalsrc='0.0708*sin(997*2*PI*t)*lt(t,6)|0.0708*sin(997*2*PI*t)*lt(t,6)':duration=10:sample_rate=48000"
    found = json.loads(output(made(drawn("a.wav", "-f", "lavfi", "-i", tone)), "analysis").read_text())
    assert found["loudness"]["integrated"] == pytest.approx(-23, abs=0.2)
    assert found["loudness"]["true_peak"] == pytest.approx(-23, abs=0.2)
    [silence] = found["silence"]
    assert (silence["start"], silence["end"]) == (pytest.approx(6, abs=0.01), pytest.approx(10, abs=0.01))


def test_the_spectrogram_shows_each_pitch_in_its_time(made: Make, drawn: Callable[..., Path]) -> None:
    tones = "aevalsrc='0.5*sin(2*PI*t*if(lt(t,4),200,4000))':duration=8:sample_rate=48000"
    with Image.open(output(made(drawn("a.wav", "-f", "lavfi", "-i", tones)), "spectrogram")) as picture:
        light = np.asarray(picture.convert("L"), dtype=float)
    height, width = light.shape
    for part, pitch in ((0.25, 200), (0.75, 4000)):
        row = int(light[:, int(width * part)].argmax())
        assert row == pytest.approx(height * (1 - np.log(pitch / 40) / np.log(20_000 / 40)), abs=12)
