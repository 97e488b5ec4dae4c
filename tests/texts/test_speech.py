"""Speech written down: what is said, when, as captions and as words to search. The model is a stand-in for tones."""

import wave
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from media_archive.archive import Archive
from media_archive.catalogue import lines
from media_archive.catalogue.models import Asset, Rendition
from media_archive.config import Settings, load
from media_archive.errors import Invalid, NotFound
from media_archive.ingest.service import receive
from media_archive.ingest.wish import Wish
from media_archive.jobs.models import Job
from media_archive.renditions.parameters import Transcript
from media_archive.renditions.planning import Standing, hold, plan
from media_archive.renditions.recipes import book
from media_archive.search import service as search
from media_archive.search.passages import passages
from media_archive.texts.speech import cues, loudness, model
from media_archive.texts.speech.loudness import LOOK, RATE, Span
from media_archive.texts.speech.vtt import vtt
from media_archive.tools import ffmpeg
from tests.texts import standin

SAID = [(1.0, "甲"), (1.6, "乙"), (2.2, "丙"), (6.0, "丙"), (6.6, "甲"), (40.0, "乙"), (40.6, "甲")]


def told() -> Transcript:
    return next(one for one in book("sound").recipe if one.name == "transcript").told(Transcript)


def test_pauses_part_speech_and_knocks_are_none() -> None:
    samples = standin.spoken([(1.0, "甲"), (1.6, "乙"), (5.0, "丙")], 8, rate=RATE)
    samples[3 * RATE : 3 * RATE + LOOK] = 12000  # a knock
    found = loudness.spans(samples, 28)
    assert [(one.starts, one.ends) for one in found] == [
        (pytest.approx(1.0, abs=0.05), pytest.approx(2.1, abs=0.05)),
        (pytest.approx(5.0, abs=0.05), pytest.approx(5.5, abs=0.05)),
    ]


def test_speech_without_an_end_is_cut_where_it_is_quietest() -> None:
    samples = np.random.default_rng(1).normal(0, 6000, 60 * RATE).clip(-32768, 32767).astype(np.int16)
    samples[20 * RATE : 20 * RATE + 4 * LOOK] //= 4
    found = loudness.spans(samples, 28)
    assert found[0].ends == pytest.approx(20, abs=0.15)
    assert [one.ends - one.starts <= 28 for one in found] == [True] * len(found)
    assert found[-1].ends == pytest.approx(60, abs=0.05)


def test_silence_holds_no_speech() -> None:
    assert loudness.spans(np.zeros(10 * RATE, np.int16), 28) == []
    assert loudness.spans(np.zeros(0, np.int16), 28) == []


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["解", "放", "路"], "解放路"),
        (["▁the", "▁old", "▁br", "idge"], "the old bridge"),
        ([" the", " bridge"], "the bridge"),
        (["大", "桥", "open", "@@", "ed"], "大桥opened"),
        (["he@@", "llo", "world", "你", "好"], "hello world你好"),
        (["<|zh|>", "<unk>", "好"], "好"),
    ],
)
def test_tokens_of_every_kind_of_model_become_text(tokens: list[str], text: str) -> None:
    assert cues.joined(tokens) == text


def test_lines_end_at_pauses_and_sentences_and_never_grow_too_long() -> None:
    tokens = [("今", 1.1), ("天", 1.3), ("。", 1.5), ("开", 1.7), ("工", 1.9), ("了", 4.5)]
    found = cues.lines(Span(1.0, 5.0), "", tokens, told())
    assert [(line.text, line.starts, line.ends) for line in found] == [
        ("今天。", 1.0, 1.7),
        ("开工", 1.7, 2.5),
        ("了", 4.5, 5.0),
    ]
    endless = [("字", number * 0.2) for number in range(100)]
    assert max(len(line.text) for line in cues.lines(Span(0, 21), "", endless, told())) <= told().most_signs


def test_a_model_without_times_gives_one_line_a_stretch() -> None:
    [line] = cues.lines(Span(3.0, 9.5), "<|zh|> 开工 了", [], told())
    assert (line.text, line.starts, line.ends) == ("开工 了", 3.0, 9.5)
    assert cues.lines(Span(3.0, 9.5), " ", [], told()) == []


def test_captions_are_whole_whatever_is_said() -> None:
    text = vtt([(3599.9996, 3661.5, "a < b --> c & d")], "note")
    assert text == "WEBVTT\n\nNOTE note\n\n01:00:00.000 --> 01:01:01.500\na &lt; b --&gt; c &amp; d\n"


def test_a_models_folder_says_what_is_wrong_with_it(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"has no speech\.toml"):
        model.opened(tmp_path)
    description = tmp_path / "speech.toml"
    description.write_text('kind = "wishper"\nname = "x"\nfiles = {}')
    with pytest.raises(Invalid, match="no kind wishper"):
        model.opened(tmp_path)
    description.write_text('kind = "whisper"\nname = "x"\nfiles = { encoder = "a" }')
    with pytest.raises(Invalid, match="decoder, encoder, tokens"):
        model.opened(tmp_path)
    description.write_text('kind = "sense-voice"\nname = "x"\nfiles = { model = "../a", tokens = "t" }')
    with pytest.raises(Invalid, match="without folders"):
        model.opened(tmp_path)
    description.write_text('kind = "sense-voice"\nname = "x"\nfiles = { model = "a.onnx", tokens = "t" }')
    with pytest.raises(Invalid, match=r"a\.onnx, which is not there"):
        model.opened(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    pytest.importorskip("sherpa_onnx", reason="the package sherpa-onnx is not installed")
    folder = standin.write(tmp_path / "model")
    return load(home=tmp_path / "home", keep_free=0, speech_model=str(folder))


def recording(path: Path, seconds: float = 45) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(standin.spoken([one for one in SAID if one[0] < seconds - 1], seconds).tobytes())
    return path


def bring_in(archive: Archive, folder: Path) -> Asset:
    receive(archive, [folder], Wish(shoot="采访"))
    for queue in ("fast", "video", "text"):
        archive.runner().drain(queue)
    archive.index()
    with archive.reading() as session:
        return session.scalars(select(Asset)).one()


@pytest.mark.slow
def test_what_is_said_in_a_recording_is_found_with_its_seconds(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "card").mkdir()
    recording(tmp_path / "card" / "采访.wav")
    asset = bring_in(archive, tmp_path / "card")
    with archive.reading() as session:
        found = [(line.text, line.starts, line.ends) for line in lines.of(session, asset.id, "transcript")]
        assert [text for text, _, _ in found] == ["甲乙丙", "丙甲", "乙甲"]
        assert [starts for _, starts, _ in found] == pytest.approx([1.0, 6.0, 40.0], abs=0.3)
        assert [ends for _, _, ends in found] == pytest.approx([2.7, 7.1, 41.1], abs=0.3)
        assert search.find(session, "乙丙").ids == [asset.id]
        [passage] = passages(session, [asset.id], "乙丙")[asset.id]
        assert (passage.source, passage.starts) == ("transcript", pytest.approx(1.0, abs=0.3))
        made = session.scalars(select(Rendition).where(Rendition.recipe == "transcript")).one()
        [copy] = made.file.copies
    text = b"".join(archive.stores.open(copy.store, copy.key, 0, made.file.size)).decode()
    assert text.startswith("WEBVTT\n\nNOTE sherpa-onnx ")
    assert "STAND-IN" in text
    assert text.count("-->") == 3


@pytest.mark.slow
def test_what_is_said_in_a_film_keeps_its_time(archive: Archive, tmp_path: Path) -> None:
    """The sound of this film begins 1.5 s after its picture."""
    card = tmp_path / "card"
    card.mkdir()
    sound = recording(tmp_path / "said.wav", 10)
    picture = ffmpeg.ffmpeg.input("testsrc2=size=320x180:rate=25:duration=10", format="lavfi")
    late = ffmpeg.ffmpeg.input(str(sound), itsoffset=1.5)
    film = ffmpeg.ffmpeg.output(
        picture, late, str(card / "影.mp4"), vcodec="libx264", acodec="aac", pix_fmt="yuv420p", preset="ultrafast"
    )
    film.run(cmd=ffmpeg.find(archive.settings), quiet=True)
    asset = bring_in(archive, card)
    with archive.reading() as session:
        found = [(line.text, line.starts) for line in lines.of(session, asset.id, "transcript")]
    assert found[0] == ("甲乙丙", pytest.approx(2.5, abs=0.3))
    assert found[1] == ("丙甲", pytest.approx(7.5, abs=0.3))


@pytest.mark.slow
def test_a_film_without_sound_is_no_failure_of_anybody(archive: Archive, tmp_path: Path) -> None:
    card = tmp_path / "card"
    card.mkdir()
    picture = ffmpeg.ffmpeg.input("testsrc2=size=320x180:rate=25:duration=2", format="lavfi")
    picture.output(str(card / "影.mp4"), vcodec="libx264", pix_fmt="yuv420p", preset="ultrafast").run(
        cmd=ffmpeg.find(archive.settings), quiet=True
    )
    asset = bring_in(archive, card)
    with archive.reading() as session:
        [job] = session.scalars(select(Job).where(Job.kind == "transcribe"))
        assert job.state == "done"
        impossible = plan(hold(session, asset.id), archive.settings.chosen_recipes).standing(Standing.IMPOSSIBLE)
    assert {item.recipe.name: str(item.reason) for item in impossible}["transcript"] == "It has no sound to write down."


@pytest.mark.slow
def test_a_model_that_cannot_be_read_costs_no_worker_and_can_be_mended(archive: Archive, tmp_path: Path) -> None:
    folder = Path(archive.settings.speech_model)
    (folder / "tones.onnx").write_bytes(b"no graph at all")
    (tmp_path / "card").mkdir()
    recording(tmp_path / "card" / "采访.wav", 8)
    asset = bring_in(archive, tmp_path / "card")
    with archive.reading() as session:
        [job] = session.scalars(select(Job).where(Job.kind == "transcribe"))
        assert job.state == "wanted"
        assert lines.of(session, asset.id) == []
    standin.write(folder)
    with archive.transaction() as session:
        session.get_one(Job, job.id).run_after = asset.created_at
    archive.runner().drain("text")
    with archive.reading() as session:
        assert [line.text for line in lines.of(session, asset.id)] == ["甲乙丙", "丙甲"]
