"""What stands in the way of serving is said in one line."""

import socket
from pathlib import Path

import pytest

from media_archive import config
from media_archive.cli import serve, services
from media_archive.errors import Invalid, NoSpace, Unavailable


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unavailable, match=rf"Port {port} is taken.*MEDIA_ARCHIVE_PORT"):
            serve.check_port(config.load(port=port))


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Unavailable, match="cannot listen on 192"):
        serve.check_port(config.load(bind="192.0.2.1", port=18399))


def test_a_home_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Invalid, match=r"cannot be (written|read)"):
        serve.prepare_home(config.load(home=tmp_path / "file" / "home"))


def test_a_home_nobody_may_write_is_refused() -> None:
    with pytest.raises(Invalid, match="cannot be written"):
        serve.prepare_home(config.load(home=Path("/proc/media-archive")))


def test_a_disk_without_the_space_to_keep_free_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSpace, match=r"is full: \d+ MiB are free"):
        serve.prepare_home(config.load(home=tmp_path, keep_free=1 << 60))


def test_the_home_is_for_its_owner_alone(tmp_path: Path) -> None:
    serve.prepare_home(config.load(home=tmp_path / "home"))
    assert (tmp_path / "home").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("bind", "asked"), [("0.0.0.0", "127.0.0.1"), ("::", "[::1]"), ("::1", "[::1]"), ("10.1.2.3", "10.1.2.3")]
)
def test_readiness_is_asked_at_an_address_that_answers(bind: str, asked: str) -> None:
    assert services.reachable(bind) == asked
