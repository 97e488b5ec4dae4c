"""The years as small bars beside the filter."""

from collections.abc import Sequence

from media_archive.search.service import Facet

#: pixels
WIDTH, HEIGHT = 72, 18
MOST_BARS = 24


def bars(years: Sequence[Facet]) -> list[tuple[float, float, float, float]]:
    """Rectangles (x, y, width, height) from the first year to the last; years without assets stay empty."""
    counts = {int(year.value): year.count for year in years}
    if not counts:
        return []
    first, last = min(counts), max(counts)
    per_bar = max(1, -(-(last - first + 1) // MOST_BARS))
    sums: dict[int, int] = {}
    for year, count in counts.items():
        place = (year - first) // per_bar
        sums[place] = sums.get(place, 0) + count
    number = (last - first) // per_bar + 1
    step, most = min(WIDTH / number, 8), max(sums.values())
    return [_bar(place, count / most, step) for place, count in sorted(sums.items())]


def _bar(place: int, share: float, step: float) -> tuple[float, float, float, float]:
    height = max(2.0, share * HEIGHT)
    return round(place * step, 2), round(HEIGHT - height, 2), round(max(step - 1, 1), 2), round(height, 2)
