"""One file serves both ways: ranges of it for the page's player, and HLS for those that ask for it."""

import hashlib
import re
import subprocess
import threading
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import av
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import make_server

from media_archive.archive import Archive
from media_archive.catalogue.models import Asset, Kind, Shoot
from media_archive.config import load
from media_archive.db import now
from media_archive.renditions.entering import Attempt, enter, store
from media_archive.renditions.recipes import of
from media_archive.renditions.render import Rendered, render
from media_archive.storage.models import Role
from media_archive.tools import ffmpeg
from tests.webapp import sample as samples
from tests.webapp.sample import Sample

pytestmark = pytest.mark.slow
SECONDS, RATE = 10, 25


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Rendered:
    """What the archive makes of a film whose frame number stands in its brightness: the proxy."""
    folder = tmp_path_factory.mktemp("film")
    source, settings = folder / "film.mkv", load(home=folder / "home")
    # 250 greys are told apart by the decoder, not by the coder: number n is a bar n pixels wide
    bar = f"color=black:size=640x360:rate={RATE}:duration={SECONDS},format=gray,geq=lum='255*lt(X,2*(N+1))'"
    draw = ("-f", "lavfi", "-i", bar, "-f", "lavfi", "-i", f"sine=duration={SECONDS}", "-c:v", "ffv1", "-c:a", "flac")
    subprocess.run([ffmpeg.find(settings), "-v", "error", *draw, str(source)], check=True, timeout=120)
    made = render(source, "mkv", "film", {}, folder, settings, recipes=[of("film", "proxy")])
    assert made.problem is None
    return made


@pytest.fixture
def film(archive: Archive, sample: Sample, rendered: Rendered) -> UUID:
    """That film in the catalogue."""
    made = [store(archive.stores, one) for one in rendered.outputs]
    with archive.transaction() as session:
        shoot = session.get_one(Shoot, sample.shoot)
        asset: Asset = samples._asset(session, shoot, Kind.FILM, now())
        original = samples._file(session, archive, asset, Role.ORIGINAL, "film.mkv", "video/x-matroska", b"film")
        enter(session, asset, Attempt(original.id, [of("film", "proxy")], now()), rendered, made)
        return asset.id


@pytest.fixture
def served(app: Flask, browser: FlaskClient) -> Iterator[tuple[str, str]]:
    """A web server, and the cookies of somebody signed in."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    cookies: dict[Any, Any] = browser._cookies
    yield f"http://127.0.0.1:{server.port}", "; ".join(f"{one.key}={one.value}" for one in cookies.values())
    server.shutdown()
    thread.join(10)


def test_every_segment_is_a_range_that_begins_with_a_key_frame(film: UUID, browser: FlaskClient) -> None:
    answer = browser.get(f"/assets/{film}/hls.m3u8")
    assert answer.content_type == "application/vnd.apple.mpegurl"
    segments = re.findall(r"#EXTINF:([\d.]+),\n#EXT-X-BYTERANGE:(\d+)@(\d+)\n(\S+)", answer.text)
    assert sum(float(seconds) for seconds, *_ in segments) == pytest.approx(SECONDS, abs=0.001)
    assert all(4 <= float(seconds) <= 6 for seconds, *_ in segments[:-1])
    for _, size, start, address in segments:
        last = int(start) + int(size) - 1
        part = browser.get(address, headers={"Range": f"bytes={start}-{last}"})
        assert part.status_code == 206
        assert part.data[4:8] == b"moof"
    whole = browser.get(segments[0][3])
    assert len(whole.data) == int(segments[-1][1]) + int(segments[-1][2])


def test_a_player_of_hls_shows_the_same_frames_as_the_file(
    film: UUID, served: tuple[str, str], archive: Archive, browser: FlaskClient
) -> None:
    url, cookies = served
    address = re.search(r'URI="([^"]+)"', browser.get(f"/assets/{film}/hls.m3u8").text)
    assert address

    def frames(source: str) -> list[tuple[str, float, str]]:
        found = []
        with av.open(source, options={"headers": f"Cookie: {cookies}\r\n"}) as played:
            for frame in played.decode(video=0, audio=0):
                seen = isinstance(frame, av.VideoFrame)
                digest = hashlib.sha256(frame.to_ndarray().tobytes()).hexdigest()
                found.append(("seen" if seen else "heard", round(frame.time or 0, 4), digest))
        return sorted(found)

    whole = frames(f"{url}{address[1]}")
    assert sum(kind == "seen" for kind, _, _ in whole) == SECONDS * RATE
    assert frames(f"{url}/assets/{film}/hls.m3u8") == whole
    assert frames(f"{url}/assets/{film}/film.m3u8") == whole


@pytest.mark.e2e
def test_a_browser_shows_the_frame_it_is_sent_to(film: UUID, served: tuple[str, str], chromium: Any) -> None:
    url, cookies = served
    context = chromium.new_context()
    context.add_cookies(
        [dict(zip(("name", "value"), one.split("=", 1), strict=True)) | {"url": url} for one in cookies.split("; ")]
    )
    page = context.new_page()
    page.goto(f"{url}/assets/{film}")
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    for frame in (0, 1, 99, 100, 101, 137, 249, 12):
        assert page.evaluate(SHOWN, (frame + 0.5) / RATE) == frame
    context.close()


#: goes to a second and counts the bright pixels of a row
SHOWN = """async (second) => {
  const video = document.querySelector("video");
  const shown = new Promise((resolve) => video.requestVideoFrameCallback(resolve));
  const sought = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
  video.currentTime = second;
  await Promise.all([shown, sought]);
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  const row = context.getImageData(0, 180, 640, 1).data;
  let bright = 0;
  for (let x = 0; x < 640; x += 1) bright += row[4 * x] > 128;
  return Math.round(bright / 2) - 1;
}"""


def test_what_is_not_there_is_said(sample: Sample, browser: FlaskClient) -> None:
    for name in ("hls", "film", "proxy"):
        assert browser.get(f"/assets/{sample.photos[0]}/{name}.m3u8").status_code == 404
