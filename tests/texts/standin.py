"""A STAND-IN for a speech model. It recognises no speech: it writes a sign for each of three tones.

It has the shape of a real one (an ONNX graph that takes 80 mel bands and gives probabilities of tokens, as Zipformer CTC
models do), so that everything around a model can be tested without one of the hundreds of megabytes.
"""

import math
from pathlib import Path

import numpy as np
import pytest

#: sign -> the tone it stands for, in hertz
TONES = {"甲": 1000, "乙": 2200, "丙": 4000}
BANDS, LOWEST, HIGHEST = 80, 20.0, 7600.0
#: looks of 10 ms that make one answer
STEP = 4
DESCRIPTION = """
kind = "zipformer-ctc"
name = "STAND-IN that hears tones, not speech"
version = "1"
language = "zh"

[files]
model = "tones.onnx"
tokens = "tokens.txt"
"""


def write(folder: Path) -> Path:
    """Makes the model's folder."""
    onnx = pytest.importorskip("onnx", reason="the package onnx, which writes the stand-in model, is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    onnx.save(_graph(onnx), str(folder / "tones.onnx"))
    tokens = ["<blk>", *TONES]
    (folder / "tokens.txt").write_text("".join(f"{sign} {number}\n" for number, sign in enumerate(tokens)), "utf-8")
    (folder / "speech.toml").write_text(DESCRIPTION, "utf-8")
    return folder


def _mel(hertz: float) -> float:
    return 1127 * math.log(1 + hertz / 700)


def _band(hertz: float) -> int:
    """The band whose middle is nearest to a tone."""
    width = (_mel(HIGHEST) - _mel(LOWEST)) / (BANDS + 1)
    return round((_mel(hertz) - _mel(LOWEST)) / width) - 1


def _graph(onnx):
    helper, number = onnx.helper, onnx.TensorProto
    weights, bias = np.zeros((BANDS, 1 + len(TONES)), np.float32), np.zeros(1 + len(TONES), np.float32)
    for token, hertz in enumerate(TONES.values(), 1):
        weights[_band(hertz), token] = 1.0
    bias[0] = -1.0  # the energy that counts as a tone, in nepers
    counts = {"first": 0, "last": 1 << 31, "axis": 1, "step": STEP, "over": STEP - 1, "by": STEP}
    given = [onnx.numpy_helper.from_array(weights, "weights"), onnx.numpy_helper.from_array(bias, "bias")]
    given += [onnx.numpy_helper.from_array(np.array([value], np.int64), name) for name, value in counts.items()]
    nodes = [
        helper.make_node("Slice", ["x", "first", "last", "axis", "step"], ["looks"]),
        helper.make_node("MatMul", ["looks", "weights"], ["energy"]),
        helper.make_node("Add", ["energy", "bias"], ["sure"]),
        helper.make_node("LogSoftmax", ["sure"], ["log_probs"], axis=-1),
        helper.make_node("Add", ["x_lens", "over"], ["rounded"]),
        helper.make_node("Div", ["rounded", "by"], ["log_probs_len"]),
    ]
    taken = [
        helper.make_tensor_value_info("x", number.FLOAT, ["N", "T", BANDS]),
        helper.make_tensor_value_info("x_lens", number.INT64, ["N"]),
    ]
    made = [
        helper.make_tensor_value_info("log_probs", number.FLOAT, ["N", "U", len(bias)]),
        helper.make_tensor_value_info("log_probs_len", number.INT64, ["N"]),
    ]
    graph = helper.make_graph(nodes, "stand-in-tones", taken, made, given)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    for key, value in {"model_type": "zipformer2_ctc", "vocab_size": str(len(bias)), "subsampling_factor": "4"}.items():
        entry = model.metadata_props.add()
        entry.key, entry.value = key, value
    onnx.checker.check_model(model)
    return model


def spoken(said: list[tuple[float, str]], seconds: float, rate: int = 48_000, length: float = 0.5) -> np.ndarray:
    """Samples of a recording with a little noise in which each (seconds, sign) is "said" for `length` seconds."""
    made = np.random.default_rng(7).normal(0, 0.0008, int(seconds * rate))
    for at, sign in said:
        times = np.arange(int(length * rate)) / rate
        made[int(at * rate) : int(at * rate) + len(times)] += 0.4 * np.sin(2 * np.pi * TONES[sign] * times)
    return np.clip(made * 32767, -32768, 32767).astype("<i2")
