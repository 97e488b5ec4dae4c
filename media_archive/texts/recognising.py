"""Recognising text in pictures with RapidOCR. Runs in the child process only.

The models lie in the package itself, and their paths are given: it never looks for others on the network.
"""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr
from PIL import Image

MODELS = {
    "Det.model_path": "PP-OCRv6_det_small.onnx",
    "Cls.model_path": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec.model_path": "PP-OCRv6_rec_small.onnx",
}
THREADS = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
#: pictures come from the archive's own renditions, which are smaller
MOST_PIXELS = 64_000_000


def read(paths: Sequence[str], long_edge: int) -> list[list[dict[str, Any]]]:
    """The lines in each picture, from top to bottom: text, confidence, polygon in fractions of the picture.

    Pictures are looked at with at most `long_edge` pixels on the longer side.
    """
    return [_lines(path, long_edge) for path in paths]


def _lines(path: str, long_edge: int) -> list[dict[str, Any]]:
    pixels = _opened(path)
    height, width = pixels.shape[:2]
    found = _engine(long_edge)(pixels, text_score=0.0)
    if found.boxes is None or found.txts is None:
        return []
    return [
        {"text": text, "confidence": round(float(score), 3), "polygon": _fractions(box, width, height)}
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def _opened(path: str) -> Any:
    """The picture as the engine wants it: rows of blue, green, red."""
    with Image.open(path) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise ValueError(f"a rendition of {picture.width} × {picture.height} pixels")
        return np.asarray(picture.convert("RGB"))[:, :, ::-1].copy()


def _fractions(box: Any, width: int, height: int) -> list[list[float]]:
    inside = np.clip(np.asarray(box, dtype=float) / (width, height), 0.0, 1.0)
    return [[round(float(x), 5), round(float(y), 5)] for x, y in inside]


@lru_cache(maxsize=1)
def _engine(long_edge: int) -> Any:
    folder = Path(rapidocr.__file__).parent / "models"
    paths = {option: str(folder / name) for option, name in MODELS.items()}
    bounds = {"Global.max_side_len": long_edge, "Global.log_level": "critical"}
    return rapidocr.RapidOCR(params={**paths, **THREADS, **bounds})
