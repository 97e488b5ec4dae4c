"""Giving assets their accession codes (档号): without gaps, never the same twice, for good once they are approved."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from media_archive.catalogue.coding import facts
from media_archive.catalogue.coding.codes import Codes, shipped
from media_archive.catalogue.coding.counting import draw, reach
from media_archive.catalogue.coding.grammar import Grammar
from media_archive.catalogue.coding.models import Alias
from media_archive.catalogue.models import Asset, Progress, Shoot
from media_archive.catalogue.service import touch
from media_archive.errors import Conflict, Invalid, NotFound, Refused
from media_archive.events import service as events
from media_archive.signs import keepable
from media_archive.words import Message

#: assets looked up at once
BATCH = 500
#: states in which a code stands for good
FIXED = (Progress.APPROVED, Progress.PUBLISHED)
GROUPS = "group_numbers"


@dataclass
class Given:
    """What became of one asset."""

    asset_id: UUID
    code: str | None = None
    #: it had the code before
    had: bool = False
    problem: Message | None = None


@dataclass
class _Wanted:
    """An asset that waits for its number."""

    asset: Asset
    grammar: Grammar
    template: str
    values: dict[str, str]
    given: Given

    def scope(self, counter: str) -> tuple[UUID, str]:
        return self.asset.archive_id, self.grammar.scope(counter, self.values)


def assign(
    session: Session, assets: Sequence[Asset], who: str, codes: Codes | None = None, template: str | None = None
) -> list[Given]:
    """Gives each of `assets` that has none its code, in the order of shoots and of the time of capture.

    All within `session`'s transaction: if it is rolled back, the numbers are free again, so that there is never a gap.
    An asset that cannot be given one says why; the others go on. `template` is the name of one for all.
    """
    codes = codes or shipped()
    given = [Given(asset.id) for asset in assets]
    there = _locked(session, [asset.id for asset in assets])
    waiting = []
    known = facts.Known.of(session, list(there.values()), codes)
    for one in given:
        try:
            wanted = _prepared(there[one.asset_id], known, codes, template, one)
        except Refused as exc:
            one.problem = exc.message
            continue
        if wanted:
            waiting.append(wanted)
    waiting.sort(key=lambda one: (one.asset.shoot_id, one.asset.shown_at, one.asset.id))
    _number_groups(session, waiting)
    _number(session, [one for one in waiting if not one.given.problem], who)
    return given


def _locked(session: Session, ids: Sequence[UUID]) -> dict[UUID, Asset]:
    """The assets as they are now, kept from others until the transaction ends."""
    session.flush()
    found: dict[UUID, Asset] = {}
    ordered = sorted(set(ids))
    for start in range(0, len(ordered), BATCH):
        wanted = select(Asset).where(Asset.id.in_(ordered[start : start + BATCH])).order_by(Asset.id)
        rows = session.scalars(wanted.with_for_update(), execution_options={"populate_existing": True})
        found |= {asset.id: asset for asset in rows}
    return found


def _prepared(asset: Asset, known: facts.Known, codes: Codes, template: str | None, given: Given) -> _Wanted | None:
    """What is known for its code; None where it has one. Refused where something is missing."""
    if asset.accession_code:
        given.code, given.had = asset.accession_code, True
        return None
    if asset.trashed_at is not None:
        raise Conflict("It lies in the trash. Bring it back first.")
    name = template or codes.for_kind(str(asset.kind))
    grammar = codes.grammar(name)
    return _Wanted(asset, grammar, name, known.values(asset, grammar), given)


def _number_groups(session: Session, waiting: Sequence[_Wanted]) -> None:
    """Gives shoots their group numbers where codes want them: one for each text before it."""
    grouped = [one for one in waiting if one.grammar.counter("group")]
    if not grouped:
        return
    ids = sorted({one.asset.shoot_id for one in grouped})
    rows = select(Shoot).where(Shoot.id.in_(ids)).order_by(Shoot.id).with_for_update()
    shoots = {shoot.id: shoot for shoot in session.scalars(rows, execution_options={"populate_existing": True})}
    for one in sorted(grouped, key=lambda one: (one.scope("group"), one.asset.shoot_id)):
        counter = one.grammar.counter("group")
        shoot, (archive_id, scope) = shoots[one.asset.shoot_id], one.scope("group")
        numbers: dict[str, int] = shoot.fields.get(GROUPS) or {}
        if scope not in numbers and counter:
            drawn = draw(session, archive_id, scope, 1, counter.greatest)
            if not drawn:
                one.given.problem = _used_up(scope, counter.greatest)
                continue
            numbers = numbers | {scope: drawn[0]}
            shoot.fields = shoot.fields | {GROUPS: numbers}
        one.values["group"] = str(numbers[scope]).zfill(counter.width if counter else 1)


def _number(session: Session, waiting: Sequence[_Wanted], who: str) -> None:
    """Draws the numbers of each scope, in one order for all, so that nobody waits for who waits for him."""
    scopes: dict[tuple[UUID, str], list[_Wanted]] = defaultdict(list)
    for one in waiting:
        scopes[one.scope("number")].append(one)
    for archive_id, scope in sorted(scopes):
        left = scopes[archive_id, scope]
        while left:
            left = _fill(session, archive_id, scope, left, who)
    session.flush()


def _fill(session: Session, archive_id: UUID, scope: str, left: list[_Wanted], who: str) -> list[_Wanted]:
    """Codes for as many as there are numbers that nobody has; returns those that need another number."""
    counter = left[0].grammar.counter("number")
    if counter is None:  # every template ends with one
        return []
    numbers = draw(session, archive_id, scope, len(left), counter.greatest)
    if not numbers:
        for one in left:
            one.given.problem = _used_up(scope, counter.greatest)
        return []
    written = [one.grammar.format(one.values | {"number": str(number).zfill(counter.width)}) for one, number in
               zip(left, numbers, strict=False)]  # fmt: skip
    taken = _taken(session, archive_id, written)
    free = [code for code in written if code not in taken]
    for one, code in zip(left, free, strict=False):
        _give(session, one.asset, code, who, template=one.template)
        one.given.code = code
    return left[len(free) :]


def _used_up(scope: str, most: int) -> Message:
    return Message(
        "The numbers after {scope} are used up ({most}). Take a template with more digits.",
        {"scope": scope, "most": most},
    )


def _taken(session: Session, archive_id: UUID, codes: Sequence[str]) -> set[str]:
    """Those of `codes` that an asset has, or had."""
    found: set[str] = set()
    for start in range(0, len(codes), BATCH):
        some = codes[start : start + BATCH]
        here = select(Asset.accession_code).where(Asset.archive_id == archive_id, Asset.accession_code.in_(some))
        before = select(Alias.code).where(Alias.archive_id == archive_id, Alias.code.in_(some))
        found |= {*(code for code in session.scalars(here) if code), *session.scalars(before)}
    return found


def _give(session: Session, asset: Asset, code: str, who: str, **noted: Any) -> None:
    before, asset.accession_code = asset.accession_code, code
    asset.version += 1
    events.record(session, who, "accession", "asset", asset.id, code=code, before=before, **noted)
    touch(session, asset.id)


def read(code: str, codes: Codes, template: str | None = None) -> tuple[str, str, Mapping[str, str]]:
    """The code as it should be written, its template and its values.

    Invalid says where it stops to fit the template; without one, the first that the code fits is taken.
    """
    names = [template] if template else [one.name for one in codes.templates]
    refusal: Invalid | None = None
    for name in names:
        grammar = codes.grammar(name)
        text = grammar.normalised(code)
        try:
            return text, name, grammar.parse(text)
        except Invalid as exc:
            refusal = refusal or exc
    if template and refusal:
        raise refusal
    raise Invalid(
        "{code} fits none of the templates ({known}). Name one to see where it stops to fit.",
        code=code[:128],
        known=", ".join(names),
    ) from refusal


def give(
    session: Session,
    asset: Asset,
    code: str,
    who: str,
    codes: Codes | None = None,
    template: str | None = None,
    *,
    note: str = "",
) -> bool:
    """Gives the asset the code that somebody wrote, after it was read by a template; returns whether that changed anything.

    The code it had leads to it from then on as an alias. Conflict where another asset has or had the code, and where the
    asset is approved: then its code stands for good.
    """
    text, name, values = read(code, codes or shipped(), template)
    there = _locked(session, [asset.id])[asset.id]
    if there.accession_code == text:
        return False
    if there.accession_code and there.state in FIXED:
        raise Conflict(
            "{code} was approved and stands for good. Add the other code as an alias.", code=there.accession_code
        )
    if owner := _owner(session, there, text):
        raise Conflict("{code} belongs to another asset ({asset}). Give another.", code=text, asset=str(owner))
    if there.accession_code:
        _alias(session, there, there.accession_code, who, note)
    grammar = (codes or shipped()).grammar(name)
    reach(session, there.archive_id, grammar.scope("number", values), int(values["number"]))
    _give(session, there, text, who, template=name)
    session.flush()
    return True


def _owner(session: Session, asset: Asset, code: str) -> UUID | None:
    """Another asset that has the code, or had it."""
    here = select(Asset.id).where(Asset.archive_id == asset.archive_id, Asset.accession_code == code)
    before = select(Alias.asset_id).where(
        Alias.archive_id == asset.archive_id, Alias.code == code, Alias.asset_id != asset.id
    )
    return session.scalar(here.where(Asset.id != asset.id)) or session.scalar(before.limit(1))


def add_alias(session: Session, asset: Asset, code: str, who: str, note: str = "") -> bool:
    """Lets an old or foreign code lead to the asset; returns whether it did not yet. Conflict where it is another's code."""
    text = " ".join(keepable(code).split())
    if not 0 < len(text) <= Alias.code.type.length:
        raise Invalid("A code has 1 to {most} signs.", most=128)
    has = select(Asset.id).where(Asset.archive_id == asset.archive_id, Asset.accession_code == text)
    if session.scalar(has):
        raise Conflict("{code} is the accession code of an asset. It needs no alias.", code=text)
    if session.scalar(select(Alias.id).where(Alias.asset_id == asset.id, Alias.code == text)):
        return False
    _alias(session, asset, text, who, note)
    events.record(session, who, "accession", "asset", asset.id, alias=text, note=keepable(note))
    touch(session, asset.id)
    return True


def _alias(session: Session, asset: Asset, code: str, who: str, note: str) -> None:
    session.add(
        Alias(archive_id=asset.archive_id, asset_id=asset.id, code=code, said_by=who, note=keepable(note)[:255])
    )


def drop_alias(session: Session, asset: Asset, code: str, who: str) -> None:
    """Takes an alias away that leads to the wrong asset. NotFound where there is none."""
    found = session.scalar(select(Alias).where(Alias.asset_id == asset.id, Alias.code == code))
    if found is None:
        raise NotFound("The asset has no alias {code}.", code=code[:128])
    session.delete(found)
    events.record(session, who, "accession", "asset", asset.id, alias_gone=code)
    touch(session, asset.id)


def aliases(session: Session, asset_id: UUID) -> list[Alias]:
    """The codes that lead to the asset beside its own, in the order in which they came."""
    return list(session.scalars(select(Alias).where(Alias.asset_id == asset_id).order_by(Alias.created_at, Alias.id)))
