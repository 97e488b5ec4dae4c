"""What people in an archive look for is found, and stands at the top: judged answers to real-looking needs."""

from math import log2

import pytest

from media_archive.search import service as search
from tests.relevance.conftest import Corpus, lines

DEPTH = 10
ENOUGH = 0.9
#: the worst that a single need may come to
WORST = 0.4


def _gain(grades: list[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:DEPTH]))


def _measure(corpus: Corpus, query: str, answers: dict[str, int]) -> float:
    """nDCG at ten: the gain of the first ten results, of the best gain that there could be."""
    with corpus.archive.reading() as session:
        found = search.find(session, query, limit=DEPTH, facets=False)
    grades = [answers.get(corpus.names[one], 0) for one in found.ids]
    return _gain(grades) / _gain(sorted(answers.values(), reverse=True))


@pytest.mark.slow
def test_what_is_looked_for_stands_at_the_top(corpus: Corpus) -> None:
    needs = lines("needs.jsonl")
    assert len(needs) >= 60
    measured = {one["query"]: _measure(corpus, one["query"], one["answers"]) for one in needs}
    worst = {
        query: round(value, 3) for query, value in sorted(measured.items(), key=lambda pair: pair[1]) if value < 0.9
    }
    mean = sum(measured.values()) / len(measured)
    assert mean >= ENOUGH, (mean, worst)
    assert min(measured.values()) >= WORST, worst


@pytest.mark.slow
def test_a_misspelt_name_is_answered_with_the_right_one(corpus: Corpus) -> None:
    with corpus.archive.reading() as session:
        found = search.find(session, "解方路 夜景", facets=False)
        assert found.correction
        assert found.correction.query == "解放路 夜景"
        assert found.correction.total > found.total
        assert search.find(session, "解放路 夜景", facets=False).correction is None
        for wrong, right in (("摄影者:赵雪煤", "摄影者:赵雪梅"), ("cannon", "canon")):
            offered = search.find(session, wrong, facets=False).correction
            assert offered
            assert offered.query == right
