"""A small server with the answers that the elements ask for: a list of a million items, a picture, a numbered clip."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from PIL import Image, ImageDraw

from webapp.security import policy

TOTAL = 1_000_000
#: long enough to scroll through more px than a browser can; covers forty years
LONG = 200_000
PAGE = 100_000
RATIOS = (1.5, 0.667, 1.778, 1.5, 1.333, 1.0, 0.75)
COLOURS = ("#6b7d8a", "#8a7a5c", "#4f5b4a", "#9a9388", None)
PICTURE = (1500, 1000)
#: what the picture says of its original
ORIGINAL = (6000, 4000)


def item_id(index: int) -> str:
    return f"{index:08x}-0000-7000-8000-000000000000"


def index_of(item: str) -> int:
    return int(item.split("-", maxsplit=1)[0], 16)


def taken(index: int) -> str:
    """Newest first, 5,000 a year."""
    return f"{2024 - index // 5000}-06-01"


@lru_cache(maxsize=16)
def skeleton(total: int, cursor: int, group: int = 0) -> bytes:
    """A page of the list; with `group` so many items stand together."""
    span = range(cursor, min(total, cursor + PAGE))
    firsts = [i for i in span if i == cursor or i % group == 0] if group else []
    columns = {
        "groups": [[str(i // group), f"第 {i // group} 组", i - cursor] for i in firsts],
        "ids": [item_id(i) for i in span],
        "ratios": [RATIOS[i % len(RATIOS)] for i in span],
        "kinds": ["film" if i % 11 == 0 else "photo" for i in span],
        "colours": [COLOURS[i % len(COLOURS)] for i in span],
        "next": str(span.stop) if span.stop < total else None,
    }
    return json.dumps(columns).encode()


def card(index: int) -> dict[str, object]:
    film = index % 11 == 0
    return {
        "id": item_id(index),
        "title": f"照片 {index}",
        "thumb": None if index % 101 == 100 else f"/thumb/{index % 97}.jpg",
        "kind": "film" if film else "photo",
        "duration": "0:23" if film else None,
        "taken": taken(index),
        "problem": None,
        "columns": {"code": f"A-{index:07}", "taken": taken(index)},
    }


@lru_cache(maxsize=128)
def thumb(number: int) -> bytes:
    ratio = RATIOS[number % len(RATIOS)]
    picture = Image.new("RGB", (int(200 * ratio), 200), f"hsl({number * 37 % 360}, 40%, 45%)")
    ImageDraw.Draw(picture).text((10, 10), str(number), fill="white", font_size=60)
    return _jpeg(picture)


@lru_cache(maxsize=1)
def picture() -> bytes:
    """A grid of squares, each with its own colour, so that a test can tell which part it sees."""
    drawn = Image.new("RGB", PICTURE)
    pen = ImageDraw.Draw(drawn)
    for x in range(0, PICTURE[0], 50):
        for y in range(0, PICTURE[1], 50):
            pen.rectangle(
                (x, y, x + 49, y + 49), fill=(x * 255 // PICTURE[0], y * 255 // PICTURE[1], (x + y) // 50 % 2 * 120)
            )
    return _jpeg(drawn)


def _jpeg(drawn: Image.Image) -> bytes:
    out = io.BytesIO()
    drawn.save(out, "JPEG", quality=92)
    return out.getvalue()


class Stub(BaseHTTPRequestHandler):
    """Answers of the catalogue, without a catalogue."""

    protocol_version = "HTTP/1.1"
    built: Path
    media: Path
    asked: list[str]
    progress: list[dict[str, object]]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        self.asked.append(self.path)
        query = {name: values[0] for name, values in parse_qs(address.query).items()}
        for prefix, answer in self.routes().items():
            if address.path.startswith(prefix):
                answer(address.path.removeprefix(prefix), query)
                return
        self.send("not here", "text/plain", status=404)

    def routes(self) -> dict[str, Callable[[str, dict[str, str]], None]]:
        return {
            "/static/built/": self.static,
            "/media/": self.film,
            "/thumb/": lambda rest, _: self.send(thumb(int(rest.split(".")[0])), "image/jpeg"),
            "/picture.jpg": lambda *_: self.send(picture(), "image/jpeg"),
            "/assets/skeleton": lambda _, q: self.send(
                skeleton(int(q["total"]), int(q.get("cursor", 0)), int(q.get("group", 0))), "application/json"
            ),
            "/assets/window": self.window,
            "/assets/": lambda rest, _: self.page("item", rest),
            "/grid": lambda _, q: self.page(
                "grid", q.get("total", str(TOTAL)), group=q.get("group", "0"), view=q.get("view", "")
            ),
            "/film": lambda *_: self.page("film", ""),
            "/shoot": lambda _, q: self.page("shoot", q.get("how", "stream")),
            "/run/stream": lambda *_: self.stream(),
            "/run/poll": lambda *_: self.poll(),
        }

    def static(self, rest: str, _query: dict[str, str]) -> None:
        kinds = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
        self.send((self.built / rest).read_bytes(), kinds[Path(rest).suffix])

    def window(self, _rest: str, query: dict[str, str]) -> None:
        cards = [card(index_of(item)) for item in query["ids"].split(",")]
        self.send(json.dumps(cards), "application/json")

    def film(self, rest: str, _query: dict[str, str]) -> None:
        """Ranges, as browsers seek by them."""
        kinds = {".mp4": "video/mp4", ".vtt": "text/vtt", ".json": "application/json", ".jpg": "image/jpeg"}
        content = (self.media / rest).read_bytes()
        asked = self.headers.get("Range")
        if not asked:
            self.send(content, kinds[Path(rest).suffix])
            return
        start, _, end = asked.removeprefix("bytes=").partition("-")
        first, last = int(start), min(int(end or len(content) - 1), len(content) - 1)
        headers = {"Content-Range": f"bytes {first}-{last}/{len(content)}"}
        self.send(content[first : last + 1], kinds[Path(rest).suffix], status=206, headers=headers)

    def stream(self) -> None:
        events = "".join(f"data: {json.dumps(state)}\n\n" for state in self.progress)
        self.send(events, "text/event-stream")

    def poll(self) -> None:
        if "text/event-stream" in self.headers["Accept"]:
            self.send("no streams here", "text/plain", status=406)
        else:
            state = self.progress.pop(0) if len(self.progress) > 1 else self.progress[0]
            self.send(json.dumps(state), "application/json")

    def page(self, name: str, fact: str, **more: str) -> None:
        source = (Path(__file__).parent / "pages" / f"{name}.html").read_text("utf-8")
        manifest = json.loads((self.built / "manifest.json").read_text("utf-8"))
        for entry, file in manifest.items():
            source = source.replace(f"{{{entry}}}", f"/static/built/{file}")
        for place, value in {"fact": fact, **more}.items():
            source = source.replace(f"{{{place}}}", value)
        self.send(source, "text/html; charset=utf-8")

    def send(
        self, content: str | bytes, kind: str, *, status: int = 200, headers: dict[str, str] | None = None
    ) -> None:
        body = content.encode() if isinstance(content, str) else content
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Accept-Ranges": "bytes",
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", policy())
        self.send_header(
            "Cache-Control", "no-store" if kind.startswith(("text/html", "application/json")) else "max-age=600"
        )
        self.end_headers()
        try:
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True  # the browser cancelled what it no longer needs

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@contextmanager
def serving(built: Path, media: Path) -> Iterator[tuple[str, type[Stub]]]:
    """The address of a running stub, and its class, whose lists tests read and fill."""
    kind = type("Serving", (Stub,), {"built": built, "media": media, "asked": [], "progress": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kind
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
