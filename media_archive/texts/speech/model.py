"""The speech model that the archive brings: a folder with its files, and `speech.toml`, which says what they are."""

from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from media_archive.errors import Invalid, NotFound
from media_archive.rules import load

FILE = "speech.toml"
#: kind of model, as sherpa-onnx names it -> the files it needs beside `tokens`
KINDS = {
    "sense-voice": ("model",),
    "paraformer": ("paraformer",),
    "whisper": ("encoder", "decoder"),
    "transducer": ("encoder", "decoder", "joiner"),
    "zipformer-ctc": ("model",),
    "wenet-ctc": ("model",),
    "nemo-ctc": ("model",),
    "telespeech-ctc": ("model",),
    "dolphin-ctc": ("model",),
    "fire-red-asr": ("encoder", "decoder"),
    "fire-red-asr-ctc": ("model",),
}


class SpeechModel(BaseModel):
    """What `speech.toml` says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    name: str = Field(min_length=1)
    version: str = ""
    #: BCP 47, of what it writes
    language: str = Field("zh", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    #: part of the model -> its file in the folder
    files: dict[str, str]
    #: further options of the engine, such as `use_itn`
    options: dict[str, str | int | float | bool] = {}

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.kind not in KINDS:
            raise ValueError(f"there is no kind {self.kind}; there are {', '.join(KINDS)}")
        wanted = {*KINDS[self.kind], "tokens"}
        if set(self.files) != wanted:
            raise ValueError(f"a model of the kind {self.kind} has the files {', '.join(sorted(wanted))}")
        if any("/" in name or name in {"", ".", ".."} for name in self.files.values()):
            raise ValueError("files are named without folders: they lie beside speech.toml")
        return self


def opened(folder: Path) -> SpeechModel:
    """The model in `folder`; NotFound or Invalid with what is missing or wrong."""
    if not (folder / FILE).is_file():
        raise NotFound(
            "The folder {folder} of the setting speech_model has no {file}. Write one as the administrator's guide shows.",
            folder=str(folder),
            file=FILE,
        )
    model = load(folder / FILE, SpeechModel)
    for name in model.files.values():
        if not (folder / name).is_file():
            raise Invalid("{file} names {name}, which is not there.", file=str(folder / FILE), name=name)
    return model


def engine_options(model: SpeechModel, folder: Path) -> dict[str, Any]:
    """What the engine is called with."""
    files = {part: str(folder / name) for part, name in model.files.items()}
    return {**model.options, **files, "num_threads": 1, "debug": False}
