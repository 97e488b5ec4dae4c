"""From the tree of a query to a query of the index."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from math import ceil, floor
from typing import Any

import tantivy

from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.search.fields import FIELDS, Type
from media_archive.search.index.schema import COUNTED, FLOATS, MARK, TEXTS
from media_archive.search.index.tokens import pattern, phrase
from media_archive.search.index.values import days, sortable
from media_archive.search.language import tree
from media_archive.search.language.folding import fold

Query = tantivy.Query
MUST, SHOULD, NOT = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
_DAY = 86_400_000
#: days of coming in begin at midnight in China
_MIDNIGHT = 8 * 3_600_000
#: how much the whole of a code or of a name counts beside words in texts
EXACT_CODE, EXACT_NAME = 40.0, 6.0
#: what means the same counts for less than what was typed
EXPANDED = 0.6
#: values of a range that are asked for one by one
MOST_VALUES = 40
#: fields of running text as the index keeps them
_TEXTS = {"title": ("title",), "caption": ("caption",), "text": ("ocr",), "speech": ("speech",)}
_KINDS = tuple(kind.value for kind in SubjectKind)


class Compiler:
    """Compiles for one schema. With `ranking`, what only decides the order is asked for too."""

    def __init__(self, schema: tantivy.Schema, *, ranking: bool = False) -> None:
        self.schema = schema
        self.ranking = ranking

    def query(self, node: tree.Node) -> Query:
        """The query that finds what `node` means."""
        return _COMPILE[type(node)](self, node)

    def everything(self) -> Query:
        """Every asset: all but the document that is none."""
        return but(Query.all_query(), self.term("id", MARK))

    # texts

    def text(self, text: str, fields: Iterable[str] = TEXTS) -> Query:
        """The words of `text`, in their order, in any of the fields."""
        tokens, unfinished = phrase(fold(text))
        if not tokens:
            return Query.empty_query()
        found = [self._in_field(field, tokens, unfinished) for field in fields]
        return any_of(found)

    def _in_field(self, field: str, tokens: Sequence[str], unfinished: bool) -> Query:
        if unfinished and len(tokens) == 1:
            query = Query.regex_query(self.schema, field, re.escape(tokens[0]) + ".?")
        elif unfinished:
            words = [re.escape(token) for token in tokens[:-1]]
            query = Query.regex_phrase_query(self.schema, field, [*words, re.escape(tokens[-1]) + ".?"])
        elif len(tokens) == 1:
            query = Query.term_query(self.schema, field, tokens[0], "freq")
        else:
            query = Query.phrase_query(self.schema, field, list(tokens))
        return Query.boost_query(query, TEXTS[field]) if self.ranking else query

    def word(self, node: tree.Word | tree.Phrase) -> Query:
        found = self.text(node.text)
        if not self.ranking:
            return found
        whole = fold(node.text)
        exact = [
            Query.const_score_query(self.term("code", sortable(whole)), EXACT_CODE),
            self._exactly(f"code:{whole}", EXACT_CODE),
        ]
        exact += [self._exactly(f"{kind}:{whole}", EXACT_NAME) for kind in _KINDS]
        return Query.boolean_query([(MUST, found), *((SHOULD, one) for one in exact)])

    def _exactly(self, name: str, score: float) -> Query:
        return Query.const_score_query(self.term("named", name), score)

    # codes and file names

    def wildcard(self, node: tree.Wildcard) -> Query:
        return self.marks(node.pattern, ("codes", "files"))

    def marks(self, wanted: str, fields: Iterable[str]) -> Query:
        """Codes or names of files of this pattern."""
        pieces = pattern(fold(wanted))
        if not pieces:
            return self.everything()
        return any_of([all_of([self._piece(field, piece) for piece in pieces]) for field in fields])

    def _piece(self, field: str, places: list[tuple[int, str]]) -> Query:
        start = places[0][0]
        words: list[str | tuple[int, str]] = [(place - start, token) for place, token in places]
        plain = all(re.escape(token) == token or "." not in token for _, token in places)
        if len(places) == 1:
            token = places[0][1]
            return self.term(field, token) if plain else Query.regex_query(self.schema, field, token)
        if plain:
            return Query.phrase_query(self.schema, field, words)
        return Query.regex_phrase_query(self.schema, field, words)

    # values

    def term(self, field: str, value: str | int) -> Query:
        """Documents with exactly that value."""
        return Query.term_query(self.schema, field, value, "basic")

    def terms(self, field: str, values: Iterable[str]) -> Query:
        """Documents with any of the values."""
        return Query.term_set_query(self.schema, field, list(values))

    def named(self, field: str, part: str) -> Query:
        """Names of the field with `part` in them."""
        kinds = _KINDS if field == "subject" else (field,)
        inside = f".*{re.escape(part)}.*" if part else ".*"
        return any_of([Query.regex_query(self.schema, "named", f"{kind}:{inside}") for kind in kinds])

    def range(self, field: str, low: float | None, high: float | None) -> Query:
        """Numbers from `low` to `high`, both included."""
        if low is None and high is None:
            return Query.exists_query(field)
        if field in COUNTED and low is not None and high is not None and high - low < MOST_VALUES:
            return any_of([self.term(field, number) for number in range(int(low), int(high) + 1)])
        if field in FLOATS:
            first, last = (None if end is None else float(end) for end in (low, high))
            return Query.range_query(self.schema, field, tantivy.FieldType.Float, first, last)
        least = None if low is None else ceil(low)
        most = None if high is None else floor(high)
        return Query.range_query(self.schema, field, tantivy.FieldType.Integer, least, most)

    def field(self, node: tree.Field) -> Query:
        name, value = node.name, node.value
        kind = FIELDS[name].type
        if isinstance(value, tree.Given):
            return self._given(name, kind)
        if isinstance(value, tree.Range):
            return self._days(name, value) if kind is Type.DAY else self._numbers(name, value)
        if isinstance(value, tree.Wildcard):
            return self.marks(value.pattern, _marked(name))
        return self._said(name, kind, value.text)

    def _said(self, name: str, kind: Type, text: str) -> Query:
        if kind is Type.TEXT:
            return self.text(text, _TEXTS[name])
        if kind is Type.CODE:
            return self.marks(f"*{text}*", _marked(name))
        if kind is Type.CHOICE and FIELDS[name].choices:
            return self.term(name, text)
        if text in FIELDS[name].words:
            # the code of a term: "secret" is not "top_secret"
            return self.term("named", f"{name}:{fold(text)}")
        return self.named(name, fold(text))

    def _given(self, name: str, kind: Type) -> Query:
        if name == "file":
            return self.everything()
        if kind in (Type.TEXT, Type.CODE):
            return self.term("has", name)
        if kind is Type.NAME:
            return self.named(name, "")
        return Query.exists_query(name)

    def _numbers(self, name: str, value: tree.Range) -> Query:
        low, high = value.low, value.high
        return self.range(name, *(end if isinstance(end, int | float) else None for end in (low, high)))

    def _days(self, name: str, value: tree.Range) -> Query:
        first, last = (end if isinstance(end, date) else None for end in (value.low, value.high))
        return self.taken(first, last) if name == "taken" else self._added(first, last)

    def taken(self, first: date | None, last: date | None) -> Query:
        """Taken from the first to the last day, as surely as the moment is known."""
        if first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
            return self.range("year", first.year, last.year)
        ends = [self.range("taken", days(first), None)] if first else []
        ends += [self.range("taken_to", None, days(last))] if last else []
        return all_of(ends)

    def _added(self, first: date | None, last: date | None) -> Query:
        low = days(first) * _DAY - _MIDNIGHT if first else None
        return self.range("added", low, (days(last) + 1) * _DAY - _MIDNIGHT - 1 if last else None)

    # time and place

    def period(self, node: tree.Period) -> Query:
        return any_of([self.taken(node.first, node.last), self.text(node.text)])

    def within(self, node: tree.Within) -> Query:
        covered = self.terms("cells", [*node.cells, *node.edge])
        return any_of([covered, self.terms("id", node.ids)]) if node.ids else covered

    def exact(self, node: tree.Exact) -> Query:
        return self.term("named", node.name)

    def box(self, box: tuple[float, float, float, float]) -> Query:
        """Taken in a box (south, west, north, east)."""
        from media_archive.search.area import covering  # with numpy, which few questions need

        found, edge = covering.covering(box, covering.within(box))
        covered = self.terms("cells", [*found, *edge])
        if not edge:
            return covered
        south, west, north, east = box
        return all_of([covered, self.range("latitude", south, north), self.range("longitude", west, east)])

    # what joins them

    def conjunction(self, node: tree.And) -> Query:
        wanted = [(MUST, self.query(part)) for part in node.parts if not isinstance(part, tree.Not)]
        unwanted = [(NOT, self.query(part.part)) for part in node.parts if isinstance(part, tree.Not)]
        return Query.boolean_query([*(wanted or [(MUST, self.everything())]), *unwanted])

    def either(self, node: tree.Either) -> Query:
        others = [Query.boost_query(self.query(other), EXPANDED) for other in node.others]
        if not self.ranking:
            return any_of([self.query(node.typed), *map(self.query, node.others)])
        return Query.disjunction_max_query([self.query(node.typed), *others])


def any_of(queries: Sequence[Query]) -> Query:
    """What any of them finds."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(SHOULD, one) for one in queries])


def all_of(queries: Sequence[Query]) -> Query:
    """What all of them find."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(MUST, one) for one in queries])


def but(query: Query, without: Query) -> Query:
    """What the one finds and the other does not."""
    return Query.boolean_query([(MUST, query), (NOT, without)])


def _marked(name: str) -> tuple[str]:
    return ("codes",) if name == "code" else ("files",)


_COMPILE: dict[type, Callable[[Compiler, Any], Query]] = {
    tree.Word: Compiler.word,
    tree.Phrase: Compiler.word,
    tree.Wildcard: Compiler.wildcard,
    tree.Period: Compiler.period,
    tree.Field: Compiler.field,
    tree.And: Compiler.conjunction,
    tree.Or: lambda compiler, node: any_of([compiler.query(part) for part in node.parts]),
    tree.Not: lambda compiler, node: but(compiler.everything(), compiler.query(node.part)),
    tree.All: lambda compiler, _node: compiler.everything(),
    tree.Either: Compiler.either,
    tree.Within: Compiler.within,
    tree.Exact: Compiler.exact,
}
