"""Lines with times as WebVTT (W3C), as browsers show them under films."""

from collections.abc import Iterable


def vtt(found: Iterable[tuple[float, float, str]], note: str = "") -> str:
    """Lines (seconds, seconds, text) as WebVTT."""
    blocks = ["WEBVTT", *([f"NOTE {_escaped(note)}"] if note else [])]
    blocks += [f"{_clock(starts)} --> {_clock(ends)}\n{_escaped(text)}" for starts, ends, text in found]
    return "\n\n".join(blocks) + "\n"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", " ")


def _clock(seconds: float) -> str:
    thousandths = round(seconds * 1000)
    minutes, thousandths = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{thousandths // 1000:02}.{thousandths % 1000:03}"
