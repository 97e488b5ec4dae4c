"""Writing down speech with sherpa-onnx. Runs in the child process only.

The engine ends its process on a model that it cannot read: the caller then hears that the reader died.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
import sherpa_onnx

from media_archive.texts.speech.loudness import RATE, Samples, spans

#: seconds of sound that the model hears before and after a stretch
MARGIN = 0.2


def stretches(path: str, longest: float) -> list[list[float]]:
    """[start, end] in seconds of what may be speech in the samples (16 kHz, 16 bits, mono) at `path`."""
    return [[round(one.starts, 3), round(one.ends, 3)] for one in spans(_samples(path), longest)]


def prepare(kind: str, options: dict[str, Any]) -> None:
    """Loads the model."""
    _recognizer(kind, json.dumps(options, sort_keys=True))


def hear(path: str, wanted: Sequence[Sequence[float]], kind: str, options: dict[str, Any]) -> list[dict[str, Any]]:
    """What is said in each of the `wanted` stretches: text, and its tokens with the seconds from the beginning.

    A model that tells no times gives no tokens.
    """
    recognizer, samples = _recognizer(kind, json.dumps(options, sort_keys=True)), _samples(path)
    return [_heard(recognizer, samples, max(0.0, first - MARGIN), end + MARGIN) for first, end in wanted]


def _samples(path: str) -> Samples:
    return np.memmap(path, dtype="<i2", mode="r")


def _heard(recognizer: Any, samples: Samples, first: float, end: float) -> dict[str, Any]:
    stream = recognizer.create_stream()
    part = samples[int(first * RATE) : int(end * RATE)].astype(np.float32) / 32768
    stream.accept_waveform(RATE, part)
    recognizer.decode_stream(stream)
    result = stream.result
    times = list(result.timestamps)
    tokens = list(result.tokens) if len(times) == len(result.tokens) else []
    return {
        "text": result.text,
        "tokens": [[token, round(first + at, 3)] for token, at in zip(tokens, times, strict=False)],
    }


@lru_cache(maxsize=1)
def _recognizer(kind: str, options: str) -> Any:
    make = getattr(sherpa_onnx.OfflineRecognizer, f"from_{kind.replace('-', '_')}")
    return make(**json.loads(options))
