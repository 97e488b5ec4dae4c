"""From what was typed to its tree: a parser that forgives what cannot be meant and points at what it cannot read.

    query      = part (OR part)*                   OR, 或, | between two parts
    part       = term+                             all of them
    term       = -term | ( query ) | "phrase" | field:value | field:( query ) | near:place,distance | word

Words never fail: quotes and brackets that have no partner are left out, as is punctuation. A field without a value, an
unknown field, a bad value and a query past the limits are Invalid with the fact `at`, the offset in the typed text.
"""

import re
from dataclasses import replace
from difflib import get_close_matches

from media_archive.errors import Invalid
from media_archive.search.fields import FIELDS, Field, Type
from media_archive.search.language import areas, tree, values
from media_archive.search.language.folding import fold
from media_archive.search.language.printing import JOINING
from media_archive.search.language.tree import Node
from media_archive.search.language.wording import BRACKETS, MINUS, bare, is_pattern, plain, searchable, together

MOST_CHARACTERS = 2000
MOST_TERMS = 100
MOST_DEPTH = 20

QUOTES = {'"': '"“”＂', "“": '"“”＂', "”": '"“”＂', "＂": '"“”＂', "「": "」", "『": "』", "｢": "｣"}
(_OPENING, _CLOSING), _BARS, _COLONS = BRACKETS, "|｜", ":："
#: ends a word like a space: it joins sentences, not names
_PAUSES = "，、。；！？…"
_EITHER = frozenset({"OR", "或"})
_NAME = re.compile(r"[^\W\d][\w-]*")
_LETTERS = re.compile(r"[A-Za-z][A-Za-z_-]+")

_NAMES = {fold(name): field for field in FIELDS.values() for name in (field.name, *field.aliases)}


def parse(text: str) -> Node:
    """The tree of a query; All where nothing was asked."""
    if len(text) > MOST_CHARACTERS:
        raise Invalid(
            "The query is longer than {most} characters. Leave out what matters least.",
            most=MOST_CHARACTERS,
            at=MOST_CHARACTERS,
        )
    return _Parser(text).query() or tree.All((0, len(text)))


class _Parser:
    """Reads one text from left to right; `at` is the next character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.terms = 0

    def query(self) -> Node | None:
        """All of the text: a closing bracket without an opening one is left out."""
        parts = []
        while self.at < len(self.text):
            parts.append(self.alternatives(None))
            self.at += 1
        return together(tree.And, parts)

    def alternatives(self, field: Field | None) -> Node | None:
        """Up to the end or a closing bracket; `field` is the one whose values these are."""
        parts = [self.conjunction(field)]
        while self.bar():
            parts.append(self.conjunction(field))
        return together(tree.Or, parts)

    def conjunction(self, field: Field | None) -> Node | None:
        parts: list[Node | None] = []
        while (character := self.next()) and character not in _CLOSING + _BARS:
            joining = self.joining()
            if joining and parts and self.follows(len(joining)):
                if joining in _EITHER:
                    break
                if joining == "AND":
                    self.at += len(joining)
                    continue
            parts.append(self.term(field))
        return together(tree.And, parts)

    def bar(self) -> bool:
        """Steps over what stands between alternatives, if it is next."""
        character = self.next()
        joining = self.joining()
        width = 1 if character and character in _BARS else len(joining) if joining in _EITHER else 0
        self.at += width
        return width > 0

    def next(self) -> str:
        """The next character that means something; "" at the end."""
        while self.at < len(self.text) and (self.text[self.at].isspace() or self.text[self.at] in _PAUSES):
            self.at += 1
        return self.text[self.at : self.at + 1]

    def joining(self) -> str:
        """The joining word that is next, or ""."""
        for word in JOINING:
            end = self.at + len(word)
            if self.text.startswith(word, self.at) and (end == len(self.text) or self._ends(end)):
                return word
        return ""

    def _ends(self, at: int) -> bool:
        character = self.text[at]
        return character.isspace() or character in _PAUSES + _OPENING + _CLOSING + _BARS or character in QUOTES

    def follows(self, width: int) -> bool:
        """Whether a term comes behind the joining word of that width."""
        rest = self.text[self.at + width :].lstrip("".join(_PAUSES) + " \t\n\u3000")
        return bool(rest) and rest[0] not in _CLOSING + _BARS

    def term(self, field: Field | None) -> Node | None:
        start, character = self.at, self.text[self.at]
        self.terms += 1
        if self.terms > MOST_TERMS:
            raise Invalid(
                "The query has more than {most} parts. Leave out what matters least.", most=MOST_TERMS, at=start
            )
        if character in MINUS or (self.joining() == "NOT" and self.follows(3)):
            return self.excluded(field, 1 if character in MINUS else 3)
        if character in _OPENING:
            return self.group(field)
        if character in QUOTES:
            text = self.quoted()
            return self.phrase(text, field, start) if text is not None else None
        return self.word(field)

    def excluded(self, field: Field | None, width: int) -> Node | None:
        start = self.at
        self.at += width
        if width == 1 and (
            self.at == len(self.text)
            or (self._ends(self.at) and self.text[self.at] not in _OPENING and self.text[self.at] not in QUOTES)
        ):
            return None
        self.deeper(start)
        character = self.next()
        part = self.term(field) if character and character not in _CLOSING + _BARS else None
        self.depth -= 1
        return tree.Not(part, (start, self.at)) if part else None

    def deeper(self, at: int) -> None:
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise Invalid(
                "More than {most} brackets or minus signs lie in one another. Leave some out.", most=MOST_DEPTH, at=at
            )

    def group(self, field: Field | None) -> Node | None:
        start = self.at
        self.deeper(start)
        self.at += 1
        inside = self.alternatives(field)
        if self.at < len(self.text):
            self.at += 1
        self.depth -= 1
        return replace(inside, span=(start, self.at)) if isinstance(inside, tree.And | tree.Or) else inside

    def quoted(self) -> str | None:
        """The text between the quotes that begin here; None, and only the quote skipped, where they never end."""
        closing = QUOTES[self.text[self.at]]
        for end in range(self.at + 1, len(self.text)):
            if self.text[end] in closing:
                inside = self.text[self.at + 1 : end]
                self.at = end + 1
                return inside.strip()
        self.at += 1
        return None

    def phrase(self, text: str, field: Field | None, start: int) -> Node | None:
        span = (start, self.at)
        if not searchable(text):
            return None
        if field is None:
            return tree.Phrase(text, span)
        return tree.Field(field.name, values.value(values.Written(field, text, True, start)), span)

    def word(self, field: Field | None) -> Node | None:
        start, token = self.at, self.token()
        ahead = token.find(bare(token))
        if ahead > 0 and not is_pattern(token):
            start, token = start + ahead, token[ahead:]
        colon = next((at for at, character in enumerate(token) if character in _COLONS), 0)
        name = token[:colon]
        if fold(name) in ("near", "附近", "周边"):
            self.at = start + colon + 1
            return self.near(start)
        named = _NAMES.get(fold(name)) if name else None
        if named:
            self.at = start + colon + 1
            return self.field(named, start)
        self.refuse_unknown(name, token[colon + 1 :], start)
        if field is None:
            return plain(token, start)
        return self.value(field, token, start, start)

    def token(self) -> str:
        """The text up to where a word ends; brackets inside a word belong to it if they close there: IMG_1(2).jpg."""
        start, open_brackets = self.at, 0
        while self.at < len(self.text):
            character = self.text[self.at]
            if character in _OPENING and (open_brackets or self._closes_in_word()):
                open_brackets += 1
            elif character in _CLOSING and open_brackets:
                open_brackets -= 1
            elif self._ends(self.at):
                break
            self.at += 1
        return self.text[start : self.at]

    def _closes_in_word(self) -> bool:
        if self.at == 0 or not self.text[self.at - 1].isalnum():
            return False
        depth = 0
        for character in self.text[self.at :]:
            depth += (character in _OPENING) - (character in _CLOSING)
            if depth == 0:
                return True
            if character.isspace() or character in _PAUSES + _BARS or character in QUOTES:
                return False
        return False

    def refuse_unknown(self, name: str, behind: str, start: int) -> None:
        """A Latin name before a colon is meant as a field's, unless it is an address or a drive."""
        if not _LETTERS.fullmatch(name) or not behind or behind[0] in "/\\":
            return
        like = get_close_matches(fold(name), list(_NAMES), 1)
        known = _NAMES[like[0]].name if like else "title, street, year, kind"
        raise Invalid(
            'There is no field {name}. Write {known}, or put the text in double quotes: "{text}".',
            name=name,
            known=known,
            text=f"{name}:{behind}",
            at=start,
        )

    def field(self, field: Field, start: int) -> Node:
        """What stands behind a field's colon."""
        colon = self.at - 1
        character = self.next()
        joining = self.joining()
        if not character or character in _CLOSING + _BARS or (joining and self.at > colon + 1):
            raise _without_value(field, colon)
        if character in _OPENING:
            inside = self.group(field)
            if inside is None:
                raise _without_value(field, colon)
            return inside
        begins = self.at
        if character in QUOTES:
            text = self.quoted()
            node = self.phrase(text, field, begins) if text is not None else None
            if node is None:
                raise _without_value(field, colon)
            return replace(node, span=(start, self.at))
        node = self.value(field, self.token(), start, begins)
        if node is None:
            raise _without_value(field, colon)
        return node

    def value(self, field: Field, token: str, start: int, begins: int) -> Node | None:
        token = token.replace("＊", "*")
        pattern = "*" in token or field.type in (Type.NUMBER, Type.DAY)
        text = token if pattern else bare(token)
        if not text or not (pattern or searchable(text)):
            return None
        written = values.Written(field, text, False, begins + token.find(text))
        return tree.Field(field.name, values.value(written), (start, self.at))

    def near(self, start: int) -> Node:
        found = areas.read(self.text, self.at)
        self.at = found.span[1]
        return replace(found, span=(start, self.at))


def _without_value(field: Field, at: int) -> Invalid:
    return Invalid(
        "Behind {field}: nothing is said. Write what to look for, such as {example}, or leave out the colon.",
        field=field.name,
        example=values.example(field),
        at=at,
    )
