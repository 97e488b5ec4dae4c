"""ffmpeg is found where it is, and an unusable one is refused."""

from pathlib import Path

import pytest

from media_archive.config import load
from media_archive.errors import Unavailable
from media_archive.tools import ffmpeg


@pytest.mark.slow
def test_without_one_on_the_path_the_packaged_one_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    found = ffmpeg.find(load(home=tmp_path))
    assert "imageio_ffmpeg" in found
    assert ffmpeg.has_filters(found, "scale", "bwdif", "tile")


def test_a_program_that_is_no_ffmpeg_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no ffmpeg"):
        ffmpeg.find(load(home=tmp_path, ffmpeg="/bin/true"))


@pytest.mark.slow
def test_one_that_is_too_old_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "ffmpeg"
    old.write_text("#!/bin/sh\necho 'ffmpeg version 4.3.2 Copyright'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    assert ffmpeg.find(load(home=tmp_path)) != str(old)
