"""`media-archive doctor`."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform, print_json, tell, told
from media_archive.errors import ArchiveError

if TYPE_CHECKING:
    from media_archive.archive import Archive

SECRETS = {"s3_secret_key", "s3_access_key", "s3_proxy"}


@click.command(epilog="Example: media-archive doctor --json")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def doctor(as_json: bool) -> None:
    """Show every setting with its source, and check database, queue, stores and tools. Exit code 1 if one fails."""
    from media_archive.config import load_with_sources

    settings, sources = load_with_sources()
    shown = {
        name: {"value": _shown(name, value), "source": sources[name]} for name, value in settings.model_dump().items()
    }
    checks = {**_parts(), "queue": _queue(), **_tools(), "recipes": _asked(_recipes), **_texts()}
    bad = [name for name, one in checks.items() if one["problem"]]
    if as_json:
        print_json({"settings": shown, "checks": checks})
    else:
        for name, one in shown.items():
            tell(f"{name:26} {one['value']!s:40} {one['source']}")
        tell()
        for name, check in checks.items():
            tell(f"{'!!' if check['problem'] else 'ok'}  {name:18} {check['problem'] or check['detail']}")
        inform("Something is wrong: see the lines with !!.") if bad else inform("All is well.")
    if bad:
        sys.exit(1)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, str) and "://" in value and "@" in value:
        head, _, tail = value.rpartition("@")
        return f"{head.partition('://')[0]}://(hidden)@{tail}"
    return "(hidden)" if name in SECRETS and value else str(value)


def _answer(detail: str = "", problem: str | None = None) -> dict[str, str | None]:
    return {"detail": detail, "problem": problem}


def _parts() -> dict[str, dict[str, str | None]]:
    try:
        with opened(any_schema=True) as archive:
            answers = {name: _answer("answers", reason) for name, reason in archive.check().items()}
            try:
                archive.check_schema()
                answers["schema"] = _answer("current")
                answers["search index"] = _index(archive)
            except ArchiveError as exc:
                answers["schema"] = _answer(problem=str(exc))
            return answers
    except ArchiveError as exc:
        return {"archive": _answer(problem=str(exc))}


def _index(archive: "Archive") -> dict[str, str | None]:
    """Whether this machine can search, and how far behind it is."""
    from media_archive.search.index import upkeep

    waiting, seconds = upkeep.lag(archive)
    return _answer(f"{waiting} changes wait, {seconds:.1f} s", upkeep.trouble(archive))


def _queue() -> dict[str, str | None]:
    from workers.app import queue_trouble

    return _answer("answers", queue_trouble())


def _tools() -> dict[str, dict[str, str | None]]:
    import importlib

    found: dict[str, dict[str, str | None]] = {}
    for name, module in {"Pillow": "PIL", "libvips": "pyvips", "MediaInfo": "pymediainfo", "LibRaw": "rawpy"}.items():
        try:
            found[name] = _answer(str(getattr(importlib.import_module(module), "__version__", "present")))
        except (ImportError, OSError) as exc:
            found[name] = _answer(problem=str(exc))
    try:
        from media_archive.config import load
        from media_archive.tools import ffmpeg

        settings = load()
        found["ffmpeg"] = _answer(f"{ffmpeg.version(ffmpeg.find(settings))} ({ffmpeg.find(settings)})")
    except ArchiveError as exc:
        found["ffmpeg"] = _answer(problem=str(exc))
    return found


def _recipes() -> str:
    from media_archive.renditions import recipes

    return ", ".join(f"{len(book.recipe)} for {book.kind}" for book in recipes.books())


def _texts() -> dict[str, dict[str, str | None]]:
    """What reads text and writes down speech, as far as the settings want it."""
    from pathlib import Path

    from media_archive.config import load
    from media_archive.texts import engines

    settings = load()
    found: dict[str, dict[str, str | None]] = {}
    if settings.reads_texts:
        found["RapidOCR"] = _asked(lambda: engines.version("rapidocr"))
    if settings.speech_model:
        from media_archive.texts.speech.model import opened as opened_model

        model = Path(settings.speech_model)
        found["sherpa-onnx"] = _asked(lambda: engines.version("sherpa-onnx"))
        found["speech model"] = _asked(lambda: opened_model(model).name)
    return found


def _asked(ask: Callable[[], str]) -> dict[str, str | None]:
    try:
        return _answer(ask())
    except ArchiveError as exc:
        return _answer(problem=told(exc.message))
