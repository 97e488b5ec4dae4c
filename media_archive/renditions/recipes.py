"""The recipes: what is made of photographs, films and sound, read from the TOML files in `recipes/`."""

from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from media_archive.errors import Invalid
from media_archive.jobs.kinds import QUEUE_OF
from media_archive.logs import Log
from media_archive.renditions.parameters import PARAMETERS, Parameters
from media_archive.rules import load

FOLDER = Path(__file__).parent / "recipes"
ORIGINAL = "original"
Given = TypeVar("Given", bound=Parameters)
log = Log()


def _is_a_job(kind: str) -> str:
    if kind not in QUEUE_OF:
        raise ValueError(f"there is no job {kind}; there are {', '.join(sorted(QUEUE_OF))}")
    return kind


#: names of recipes and of their outputs; an output ending in "*" stands for any number, such as one a track
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}\*?$")]
JobKind = Annotated[str, AfterValidator(_is_a_job)]


class Recipe(BaseModel):
    """How one or more renditions, or a value, are made of an asset; a higher version is made anew of everything."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    version: int = Field(ge=1)
    #: the code that makes it; by default of the recipe's own name
    maker: str = ""
    #: "original", or the outputs of other recipes that it is made of
    inputs: tuple[Name, ...] = Field(min_length=1)
    #: rendition -> media type; none where the recipe gives a value only
    outputs: dict[Name, str] = {}
    #: always; or only where the setting `recipes` names it; or only for assets that it is asked for
    on: Literal["always", "setting", "request"] = "always"
    #: kind of the job that makes it; by default the rendering of the asset's kind
    job: JobKind | None = None
    #: only for assets of at least so many pixels
    least_pixels: int = Field(default=0, ge=0)
    #: it carries the archive's watermark: made anew when that changes, and not at all where there is none
    marked: bool = False
    parameters: dict[str, Any] = {}

    @model_validator(mode="after")
    def _known(self) -> Self:
        if (maker := self.maker or self.name) not in PARAMETERS:
            raise ValueError(f"there is no maker {maker}; there are {', '.join(sorted(PARAMETERS))}")
        PARAMETERS[maker].model_validate(self.parameters)
        return self

    @property
    def made_by(self) -> str:
        """Its maker."""
        return self.maker or self.name

    @property
    def countable(self) -> tuple[str, ...]:
        """The renditions that it always gives when it succeeds."""
        return tuple(name for name in self.outputs if not name.endswith("*"))

    def told(self, shape: type[Given]) -> Given:
        """Its parameters as its maker's `shape`."""
        return shape.model_validate(self.parameters)


class Common(BaseModel):
    """What the recipes of one kind share."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: what shows through transparent parts, as red, green and blue of 0 to 255
    background: tuple[int, int, int] = (238, 238, 238)
    #: frames of a film with more pixels are not decoded
    max_frame_pixels: int = Field(default=100_000_000, ge=1)


class Book(BaseModel):
    """The recipes for one kind of asset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["photo", "film", "sound"]
    common: Common = Common()
    recipe: tuple[Recipe, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_unique(self) -> Self:
        outputs = [output for one in self.recipe for output in one.outputs]
        for names in ([one.name for one in self.recipe], outputs):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"named twice: {', '.join(sorted(twice))}")
        known = {ORIGINAL, *outputs}
        if missing := {name for one in self.recipe for name in one.inputs} - known:
            raise ValueError(f"no recipe gives the input {', '.join(sorted(missing))}")
        return self

    def job_of(self, recipe: Recipe) -> str:
        """The kind of the job that makes `recipe`."""
        return recipe.job or f"render-{self.kind}"


#: file -> its state when it was last looked at, and the recipes that are followed
known: dict[Path, tuple[tuple[int, int], Book]] = {}


def book(kind: str) -> Book:
    """The recipes for assets of `kind`: "photo", "film" or "sound"; read anew when their file was changed.

    A process that has read good recipes goes on with them while the file holds mistakes; another one refuses them.
    """
    file = FOLDER / f"{kind}.toml"
    state, before = _state(file), known.get(file)
    if before is not None and before[0] == state:
        return before[1]
    try:
        found = load(file, Book)
    except Invalid as exc:
        if before is None:
            raise
        log.error("recipes.refused", file=str(file), reason=str(exc))
        found = before[1]
    known[file] = state, found
    return found


def _state(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError:
        return 0, 0  # to read it will say why
    return found.st_mtime_ns, found.st_size


def books() -> tuple[Book, ...]:
    """All of them."""
    return tuple(book(kind) for kind in ("photo", "film", "sound"))


def of(kind: str, name: str) -> Recipe:
    """The recipe of that name for assets of `kind`."""
    return next(one for one in book(kind).recipe if one.name == name)


def always(kind: str) -> list[Recipe]:
    """What is made of every original of `kind` when it is rendered."""
    recipes = book(kind)
    return [one for one in recipes.recipe if one.on == "always" and recipes.job_of(one) == f"render-{kind}"]
