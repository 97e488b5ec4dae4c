"""What commands print."""

import pytest

from media_archive.cli.speech import say, tell


def test_a_name_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    tell("\x1b[2J\x07a\nb\x9b1m\u202egpj.exe\udcff")
    printed = capsys.readouterr().out
    assert printed == "\\x1b[2J\\x07a\\nb\\x9b1m\\u202egpj.exe\\udcff\n"


def test_chinese_and_joined_emoji_are_printed_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    tell("德州·解放路 👨‍👩‍👧.jpg")
    assert capsys.readouterr().out == "德州·解放路 👨‍👩‍👧.jpg\n"


def test_a_message_keeps_its_own_lines(capsys: pytest.CaptureFixture[str]) -> None:
    say("one\n  two\x1b[1m")
    assert capsys.readouterr().err == "one\n  two\\x1b[1m\n"
