"""What the doctor says of the engines that read texts."""

from pathlib import Path

import pytest

from media_archive.archive import Archive
from tests.cli.outgoing import run


@pytest.mark.slow
def test_a_speech_model_that_is_not_whole_is_told_before_it_is_used(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("MEDIA_ARCHIVE_SPEECH_MODEL", str(tmp_path))
    told = run(archive, monkeypatch, "doctor").stdout
    [line] = [line for line in told.splitlines() if "speech model" in line]
    assert line.startswith("!!")
    assert "has no speech.toml" in line
    (tmp_path / "a.onnx").write_bytes(b"")
    (tmp_path / "tokens.txt").write_text("")
    (tmp_path / "speech.toml").write_text(
        'kind = "sense-voice"\nname = "某模型"\nfiles = { model = "a.onnx", tokens = "tokens.txt" }', "utf-8"
    )
    told = run(archive, monkeypatch, "doctor").stdout
    [line] = [line for line in told.splitlines() if "speech model" in line]
    assert line.startswith("ok")
    assert "某模型" in line
