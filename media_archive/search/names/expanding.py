"""What means the same as what was typed: other and former names, synonyms, pinyin, the parts of a long word.

Nothing is added to phrases in quotes, to codes and patterns, or to what a minus excludes. Everything that is added is
told, so that people see why they find what they did not type.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.subjects.models import Subject, SubjectKind
from media_archive.errors import Invalid
from media_archive.search.fields import FIELDS
from media_archive.search.language import areas, tree
from media_archive.search.language.folding import fold
from media_archive.search.language.tree import Node, Span
from media_archive.search.names import taking_apart
from media_archive.search.names.lexicon import lexicon
from media_archive.search.names.terms import Meant, Terms, terms
from media_archive.search.names.vocabulary import Called, Vocabulary, vocabulary
from media_archive.words import Message

#: names added to one word
MOST = 12
#: subjects of one name whose other names are looked at
MOST_SUBJECTS = 8
KINDS = frozenset({kind.value for kind in SubjectKind} | {"subject"})

OTHER_NAME = Message("other or former names")
SYNONYM = Message("synonyms")
SOUND = Message("names that sound like this")
TERM = Message("codes of “{field}”")
PARTS = Message("its parts, wherever they stand")


@dataclass(frozen=True)
class Expansion:
    """What was looked for besides something that was typed, and why."""

    typed: str
    added: tuple[str, ...]
    why: Message


@dataclass(frozen=True)
class Expanded:
    """The tree with what was added, and the telling of it."""

    node: Node
    expansions: tuple[Expansion, ...]


def expand(session: Session, node: Node, archive_id: UUID | None = None) -> Expanded:
    """The tree that the index is asked with; Invalid where a place is not known."""
    expander = _Expander(session, vocabulary(session), terms(session), archive_id)
    expanded = expander.expand(node)
    return Expanded(expanded, tuple(expander.told))


@dataclass
class _Expander:
    session: Session
    names: Vocabulary
    vocabularies: Terms
    archive_id: UUID | None
    told: list[Expansion] = field(default_factory=list)

    def expand(self, node: Node) -> Node:
        if isinstance(node, tree.And):
            parts = tuple(map(self.expand, self.joined(node.parts)))
            return replace(node, parts=parts) if len(parts) > 1 else parts[0]
        if isinstance(node, tree.Or):
            return replace(node, parts=tuple(map(self.expand, node.parts)))
        if isinstance(node, tree.Not):
            return tree.rebuild(node, self.excluded)
        if isinstance(node, tree.Near):
            return self.near(node)
        if isinstance(node, tree.Word):
            return self.word(node)
        return self.field(node) if isinstance(node, tree.Field) else node

    def excluded(self, leaf: Node) -> Node:
        """What a minus excludes is not made more, but a place and a term must be understood."""
        if isinstance(leaf, tree.Near):
            return self.near(leaf)
        return self.field(leaf) if isinstance(leaf, tree.Field) and leaf.name not in KINDS else leaf

    def word(self, node: tree.Word) -> Node:
        said = fold(node.text)
        if said.isascii():
            others = self.meant_by_sound(node.text, said) if said.isalpha() else []
            return self.either(node, [*others, *self.synonyms(node.text, said)], said)
        return self.either(node, [*self.other_names(node.text, said), *self.synonyms(node.text, said)], said)

    def either(self, node: tree.Word, others: list[str], said: str) -> Node:
        phrases: list[Node] = [tree.Phrase(other, node.span) for other in dict.fromkeys(others)]
        phrases += self.terms(node, self.vocabularies.of_word(said))
        if not said.isascii() and not self.names.owners(said, self.archive_id) and (parts := self.parts(node, said)):
            phrases.append(parts)
        return tree.Either(node, tuple(phrases), node.span) if phrases else node

    def other_names(self, typed: str, said: str) -> list[str]:
        """The other names of the subjects that are, or were, called so."""
        found: dict[str, str] = {}
        for subject in self.names.owners(said, self.archive_id)[:MOST_SUBJECTS]:
            found |= self.names.other_names(subject)
        # a name that holds the word is found by the word
        others = [name for folded, name in found.items() if said not in folded][:MOST]
        self.tell(typed, others, OTHER_NAME)
        return others

    def terms(self, node: tree.Word, those: Sequence[Meant]) -> list[Node]:
        """What is described by terms that are called so."""
        for one in those:
            self.tell(node.text, [one.code], Message(TERM.template, {"field": one.field}))
        return [tree.Exact(one.name, node.span) for one in those]

    def synonyms(self, typed: str, said: str) -> list[str]:
        others = [word for word in lexicon().alike.get(said, ()) if said not in fold(word)]
        self.tell(typed, others, SYNONYM)
        return others

    def meant_by_sound(self, typed: str, letters: str) -> list[str]:
        found: dict[str, None] = {}
        meant = self.names.sounds.meant(letters, MOST) if len(letters) > 1 else []
        # a name that holds another of them is found by that
        for name in (name for name in meant if not any(other in name for other in meant if other != name)):
            for subject in self.names.owners(name, self.archive_id)[:1]:
                found[subject.names[name]] = None
        self.tell(typed, found, SOUND)
        return list(found)

    def parts(self, node: tree.Word, said: str) -> Node | None:
        """A long word as the words it is made of, each with its other names: 解放路改造 is 解放路 and 改造."""
        pieces = taking_apart.pieces(said, self.is_known, max(self.names.longest, 4))
        if len(pieces) < 2:
            return None
        self.tell(node.text, [" ".join(pieces)], PARTS)
        inner = [tree.Word(piece, node.span) for piece in pieces]
        return tree.And(tuple(self.named_part(part) for part in inner), node.span)

    def named_part(self, part: tree.Word) -> Node:
        said = fold(part.text)
        others = [*self.other_names(part.text, said), *self.synonyms(part.text, said)]
        phrases = tuple(tree.Phrase(other, part.span) for other in dict.fromkeys(others))
        return tree.Either(part, phrases, part.span) if phrases else part

    def is_known(self, word: str) -> bool:
        return word in lexicon().known or bool(self.names.owners(word, self.archive_id))

    def joined(self, parts: tuple[Node, ...]) -> Iterable[Node]:
        """Latin words in a row that are one name's pinyin together become one: jie fang lu."""
        at = 0
        while at < len(parts):
            run = _latin_run(parts[at:])
            while len(run) > 1 and not self.is_spelling(run):
                run = run[:-1]
            if len(run) > 1:
                yield self.spelt_out(run)
            else:
                yield parts[at]
            at += max(1, len(run))

    def is_spelling(self, run: tuple[tree.Word, ...]) -> bool:
        letters = "".join(fold(part.text) for part in run)
        return letters in self.names.sounds and all(fold(part.text) not in self.names.words for part in run)

    def spelt_out(self, run: tuple[tree.Word, ...]) -> Node:
        span: Span = (run[0].span[0], run[-1].span[1])
        typed = " ".join(part.text for part in run)
        others = self.meant_by_sound(typed, "".join(fold(part.text) for part in run))
        return tree.Either(tree.And(run, span), tuple(tree.Phrase(other, span) for other in others), span)

    def field(self, node: tree.Field) -> Node:
        """Names of subjects in their field: by sound, and by the other names; terms of vocabularies by their words."""
        if not isinstance(node.value, tree.Word):
            return node
        said = fold(node.value.text)
        # shipped terms are codes already
        known = node.value.text in FIELDS[node.name].words
        if not known and (term := self.vocabularies.of_field(node.name, said)):
            return tree.Either(node, tuple(self.terms(node.value, [term])), node.span)
        if node.name not in KINDS:
            return node
        sounding = said.isascii() and said.isalpha()
        others = (self.meant_by_sound if sounding else self.other_names)(node.value.text, said)
        fields = tuple(replace(node, value=tree.Phrase(other, node.value.span)) for other in others)
        return tree.Either(node, fields, node.span) if fields else node

    def near(self, node: tree.Near) -> Node:
        if node.point:
            latitude, longitude = node.point
            point = {"type": "Point", "coordinates": [longitude, latitude]}
            return areas.within(node, [point])
        subjects = self.placed(fold(node.subject or ""))
        if not subjects:
            raise Invalid(
                "There is no subject called {name}. Write its name in full, or a point: near:37.45,116.30,1km.",
                name=node.subject or "",
                at=node.span[0],
            )
        rows = self.session.scalars(select(Subject.geometry).where(Subject.id.in_([one.id for one in subjects])))
        geometries = [geometry for geometry in rows if geometry]
        if not geometries:
            raise Invalid(
                "{name} has no place on the map yet. Enter it on the subject's page, or write a point.",
                name=subjects[0].name,
                at=node.span[0],
            )
        return areas.within(node, geometries)

    def placed(self, said: str) -> list[Called]:
        found = self.names.owners(said, self.archive_id)
        if not found and said.isascii():
            meant = self.names.sounds.meant(said.replace(" ", ""), 1)
            found = [subject for name in meant for subject in self.names.owners(name, self.archive_id)]
        return found[:MOST_SUBJECTS]

    def tell(self, typed: str, added: Iterable[str], why: Message) -> None:
        telling = Expansion(typed, tuple(added), why)
        if telling.added and telling not in self.told:
            self.told.append(telling)


def _latin_run(parts: tuple[Node, ...]) -> tuple[tree.Word, ...]:
    run: list[tree.Word] = []
    for part in parts:
        if not isinstance(part, tree.Word) or not part.text.isascii() or not part.text.isalpha():
            break
        run.append(part)
    return tuple(run)
