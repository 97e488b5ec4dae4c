"""How the copies of a file lie, in one number: a sum with some bits for each place where a copy may lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Integer, String, case, cast, func, literal

#: bits of a number that every database sums up without a sign, and of one that PostgreSQL sums up quickly
BITS, SMALL_BITS = 62, 31
#: whether a copy lies in a place, and what it adds there
Share = tuple[ColumnElement[bool], ColumnElement[int]]


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

    def sum(self, shares: Sequence[Share], dialect: str, *first: Share) -> ColumnElement[Any]:
        """What `shares`, one for each place, add up to over copies.

        A copy is added to the first place that it lies in; `first` is asked before all of them.
        """
        numbers = [
            self._number(shares[start : start + self._each], dialect, first)
            for start in range(0, len(shares), self._each)
        ] or [literal(0, BigInteger)]
        if len(numbers) == 1:
            return numbers[0]
        whole: ColumnElement[str] = cast(numbers[0], String)
        for number in numbers[1:]:
            whole = whole.concat(",").concat(cast(number, String))
        return whole

    def _number(self, shares: Sequence[Share], dialect: str, first: Sequence[Share]) -> ColumnElement[int]:
        if dialect != "postgresql":
            return self._sum(shares, BigInteger(), first)
        # PostgreSQL sums large numbers up as decimals, which takes it several times as long
        low = cast(self._sum(shares[: self._half], Integer(), first), BigInteger)
        if len(shares) <= self._half:
            return low
        high = cast(self._sum(shares[self._half :], Integer(), first), BigInteger)
        return low + high * literal(1 << self.width * self._half, BigInteger)

    def _sum(self, shares: Sequence[Share], kind: Integer, first: Sequence[Share]) -> ColumnElement[int]:
        # what stands first is asked first: how a copy is matters only for the one place that it lies in
        ranks = [
            (lies, share * literal(1 << self.width * place, kind) if place else share)
            for place, (lies, share) in enumerate(shares)
        ]
        return func.sum(case(*first, *ranks, else_=literal(0, kind)))

    def unpacked(self, packed: int | str) -> list[int]:
        """Of each place its sum."""
        numbers = [int(number) for number in str(packed).split(",")]
        mask = (1 << self.width) - 1
        return [
            numbers[place // self._each] >> self.width * (place % self._each) & mask for place in range(self.places)
        ]
