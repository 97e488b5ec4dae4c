"""How the copies of a file lie, in one number: a sum with some bits for each place where a copy may lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, case, cast, func, literal, true

from media_archive.storage.models import Copy

#: bits of a number that every database sums up without a sign, and of one that PostgreSQL sums up quickly
BITS, SMALL_BITS = 62, 31


@dataclass(frozen=True)
class Share:
    """What a copy in a place adds there: in that store, or in any other, where `so` holds."""

    store: str | None
    so: ColumnElement[bool] | None
    adds: ColumnElement[int]


@dataclass(frozen=True)
class Packing:
    """Shares of so many places, of `room` bits each, whose sums have `width` bits.

    Where one number has no room for all places, several stand behind one another as text.
    """

    places: int
    width: int
    room: int

    @property
    def _half(self) -> int:
        """Places whose shares fit into a small number."""
        return 1 + (SMALL_BITS - self.room) // self.width

    @property
    def _each(self) -> int:
        """Places in one number."""
        return min(BITS // self.width, 2 * self._half)

    @property
    def _numbers(self) -> int:
        return -(-self.places // self._each) or 1

    @property
    def type(self) -> BigInteger | String:
        """Of a column that holds it."""
        return BigInteger() if self._numbers == 1 else String(400)

    @property
    def nothing(self) -> int | str:
        """That of a file without copies."""
        return 0 if self._numbers == 1 else ",".join("0" * self._numbers)

    def sum(self, shares: Sequence[Share], dialect: str) -> ColumnElement[Any]:
        """What `shares`, one for each place, add up to over copies; each is added to the first place that it lies in."""
        starts = range(0, len(shares), self._each)
        numbers = [self._number(shares[start : start + self._each], dialect) for start in starts]
        if len(numbers) < 2:
            return numbers[0] if numbers else literal(0, BigInteger)
        whole: ColumnElement[str] = cast(numbers[0], String)
        for number in numbers[1:]:
            whole = whole.concat(",").concat(cast(number, String))
        return whole

    def _number(self, shares: Sequence[Share], dialect: str) -> ColumnElement[int]:
        if dialect != "postgresql":
            return self._sum(shares, BigInteger())
        # PostgreSQL sums large numbers up as decimals, which takes it several times as long
        low = cast(self._sum(shares[: self._half], Integer()), BigInteger)
        if len(shares) <= self._half:
            return low
        high = cast(self._sum(shares[self._half :], Integer()), BigInteger)
        return low + high * literal(1 << self.width * self._half, BigInteger)

    def _sum(self, shares: Sequence[Share], kind: Integer) -> ColumnElement[int]:
        """The store is asked for once, and how a copy is matters only for the one place that it lies in."""
        nothing = literal(0, kind)
        of_store: dict[str | None, list[tuple[ColumnElement[bool], ColumnElement[int]]]] = {}
        for place, share in enumerate(shares):
            adds = share.adds * literal(1 << self.width * place, kind) if place else share.adds
            of_store.setdefault(share.store, []).append((true() if share.so is None else share.so, adds))
        elsewhere = _first(of_store.pop(None, []), nothing)
        if not of_store:
            return func.sum(elsewhere)
        stores = {store: _first(found, nothing) for store, found in of_store.items()}
        return func.sum(case(stores, value=Copy.store, else_=elsewhere))

    def unpacked(self, packed: int | str) -> list[int]:
        """Of each place its sum."""
        numbers = [int(number) for number in str(packed).split(",")]
        mask = (1 << self.width) - 1
        return [
            numbers[place // self._each] >> self.width * (place % self._each) & mask for place in range(self.places)
        ]


def _first(
    found: Sequence[tuple[ColumnElement[bool], ColumnElement[int]]], nothing: ColumnElement[int]
) -> ColumnElement[int]:
    """What the first of them that holds adds."""
    if len(found) == 1 and found[0][0] is true():
        return found[0][1]
    return case(*found, else_=nothing) if found else nothing
