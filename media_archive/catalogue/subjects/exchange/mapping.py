"""Which column of a table is which field of a subject; kept as TOML, so that the next delivery is read the same way."""

import re
import tomllib
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from media_archive.catalogue.subjects import kinds
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.errors import Invalid
from media_archive.geo.datums import Datum

#: target -> headings by which it is known, the first of which an export writes
TARGETS: dict[str, tuple[str, ...]] = {
    "kind": ("类别", "kind", "对象类别"),
    "code": ("编码", "code", "代码", "adcode", "编号", "项目编号", "档案号"),
    "name": ("名称", "name", "现名", "标准名称", "项目名称"),
    "description": ("说明", "description", "简介", "描述"),
    "parent": ("上级", "parent", "所属", "streetcode", "areacode", "parent_code"),
    "official": ("正式名称", "official", "标准名"),
    "former": ("曾用名", "former", "旧名", "原名"),
    "popular": ("俗称", "popular", "别名"),
    "abbreviated": ("简称", "abbreviated"),
    "script": ("其他文字", "script", "英文名", "外文名"),
    "longitude": ("经度", "longitude", "lon", "lng", "x"),
    "latitude": ("纬度", "latitude", "lat", "y"),
    "geometry": ("几何", "geometry", "wkt", "geom", "坐标"),
    "accuracy": ("精度", "accuracy"),
    "place_source": ("坐标来源", "place_source"),
    "sources": ("资料来源", "sources", "来源"),
}
DETAIL = "details."
#: characters that a Shapefile leaves of a heading
SHORTENED = 10


class Mapping(BaseModel):
    """What a table holds, and what its columns are; columns that are not named are left."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SubjectKind | None = Field(None, description="Kind of every row that does not say its own.")
    datum: str = Field("", description="Datum of the coordinates; empty means what the file says, or WGS-84.")
    columns: dict[str, str] = Field(default_factory=dict, description="Column -> field.")

    def checked(self, headings: list[str]) -> Self:
        """The same; Invalid where a column is not there, a field is not known, or what is needed is missing."""
        targets = [target for column, target in self.columns.items() if target]
        for column, target in self.columns.items():
            if column not in headings:
                raise Invalid(
                    "The table has no column {column}. It has: {known}.", column=column, known=", ".join(headings)[:500]
                )
            if target and not self._is_known(target):
                known = ", ".join([*TARGETS, *fields_of(self.kind)])
                raise Invalid("{field} is no field of a subject. Known: {known}.", field=target[:64], known=known)
        if twice := {one for one in targets if targets.count(one) > 1}:
            raise Invalid("Two columns are mapped to {field}. Choose one.", field=sorted(twice)[0])
        if "name" not in targets and "code" not in targets:
            raise Invalid("No column is the name, and none the code. Map one of them.")
        if self.kind is None and "kind" not in targets:
            raise Invalid("Nothing says of which kind the rows are. Choose a kind, or map a column to kind.")
        return self

    def _is_known(self, target: str) -> bool:
        if not target.startswith(DETAIL):
            return target in TARGETS
        return target in fields_of(self.kind)

    def to_toml(self) -> str:
        """As a file that people can read and correct."""
        lines = ["# 列 -> 字段。空字段表示不导入该列。 Column -> field; an empty one is left."]
        if self.kind:
            lines.append(f"kind = {_quoted(self.kind.value)}")
        lines += [f"datum = {_quoted(self.datum)}", "", "[columns]"]
        lines += [f"{_quoted(column)} = {_quoted(target)}" for column, target in self.columns.items()]
        return "\n".join(lines) + "\n"

    @classmethod
    def from_toml(cls, text: str, name: str) -> Self:
        """The inverse of `to_toml`; Invalid where it is none."""
        try:
            return cls.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as exc:
            raise Invalid(
                "{file} is not valid TOML: {reason}. Mend the line it names.", file=name, reason=str(exc)
            ) from exc
        except ValidationError as exc:
            mistakes = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in exc.errors()[:5])
            raise Invalid(
                "The mapping in {file} is refused ({mistakes}). Correct that.", file=name, mistakes=mistakes
            ) from exc

    def datum_of(self, said: str | None, grid: str) -> Datum:
        """The datum: as chosen, else as the file says; WGS-84 where nobody says."""
        return Datum.of(self.datum or said or "WGS-84", grid)


def _quoted(text: str) -> str:
    """A basic string of TOML."""
    escaped = re.sub(r'[\x00-\x1f"\\\x7f]', lambda one: f"\\u{ord(one[0]):04x}", text)
    return f'"{escaped}"'


def fields_of(kind: SubjectKind | None) -> dict[str, tuple[str, ...]]:
    """Targets for the details of a kind, or of all kinds, with the headings by which each is known."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in [kinds.of_kind(kind)] if kind else kinds.rules().kinds:
        for one in rule.fields:
            found[f"{DETAIL}{one.name}"] = (*found.get(f"{DETAIL}{one.name}", ()), one.zh, one.name, one.en)
    return found


def guessed(headings: list[str], kind: SubjectKind | None, datum: str = "") -> Mapping:
    """A mapping by the names of the columns; what has no meaning here is left."""
    known: dict[str, str] = {}
    # details first: a project's "grade" is its own before it is anything else
    for target, names in (TARGETS | fields_of(kind)).items():
        for name in (*names, target, target.removeprefix(DETAIL)):
            known[name.casefold()] = target
            known.setdefault(name.casefold()[:SHORTENED], target)
    columns: dict[str, str] = {}
    for heading in headings:
        target = known.get(heading.strip().casefold(), "")
        if target and target not in columns.values():
            columns[heading] = target
    return Mapping(kind=kind, datum=datum, columns=columns)
