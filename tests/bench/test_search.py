"""The search over many records: building the index, and what each kind of question costs beside the bare calls of Tantivy.

MEDIA_ARCHIVE_BENCH_SEARCH sets another number of records than a million.
"""

import os
import resource
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from statistics import median

import pytest
from sqlalchemy.orm import Session

from media_archive.archive import Archive
from media_archive.search import asking, counting, service
from media_archive.search.index import places, schema
from media_archive.search.index.documents import documents
from media_archive.search.index.feed import Mark
from media_archive.search.index.writing import HEAP_OF_BUILD, Writer
from media_archive.search.names.vocabulary import vocabulary
from tests.bench.corpus import GEO, Corpus

RECORDS = int(os.environ.get("MEDIA_ARCHIVE_BENCH_SEARCH", "1000000"))
FACETS = ("kind", "year", "project", "street", "place", "shoot", "camera", "state")
#: times that each question is asked
TIMES = 3
PAGE = 40
#: records that the bare index is built of, for comparison
BARE = 20_000


def _spent(call: Callable[[], object]) -> float:
    """Milliseconds of CPU."""
    began = time.process_time()
    call()
    return (time.process_time() - began) * 1000


def _build(archive: Archive, corpus: Corpus) -> tuple[float, float]:
    """Microseconds of CPU a record, what it costs to draw them taken away: all, and the making of documents alone."""
    root = archive.settings.index
    folder, spent, made = places.new_folder(root), 0.0, 0.0
    writer = Writer(root, folder, HEAP_OF_BUILD, new=True)
    drawn = corpus.sources(RECORDS)
    while batch := list(islice(drawn, 1000)):
        if spent == 0:
            documents(batch[:10])  # its tables are loaded
        began, own = time.process_time(), time.thread_time()
        writer.add(batch)
        made += time.thread_time() - own
        spent += time.process_time() - began
    spent += _spent(lambda: (writer.commit(Mark()), writer.close())) / 1000
    places.take_over(root, folder)
    return spent / RECORDS * 1e6, made / RECORDS * 1e6


def _bare_build(folder: Path) -> float:
    """The same for Tantivy alone, which is given the documents."""
    told = [one for batch in _batches(min(BARE, RECORDS)) for one in documents(batch)]
    folder.mkdir()
    index = schema.made(folder)

    def build() -> None:
        writer = index.writer(HEAP_OF_BUILD, 1)
        for one in told:
            writer.add_json(one)
        writer.commit()
        writer.wait_merging_threads()

    return _spent(build) / len(told) * 1000


def _batches(number: int) -> Sequence[list]:  # type: ignore[type-arg]
    drawn = Corpus().sources(number)
    return [list(islice(drawn, 1000)) for _ in range(0, number, 1000)]


def _questions(corpus: Corpus) -> dict[str, list[str]]:
    words = corpus.words
    return {
        "very common": words[:3],
        "common": words[5:11],
        "medium": words[100:110],
        "rare": words[15_000:15_010],
        "phrase": [words[one] + words[one + 1] for one in range(6)],
        "code": ["J001-ZP*00012*", "J001-ZP·1999-0000123", "*0007.JPG", "DSC_00001*"],
        "filters": ["kind:film", "state:published rating:5", "year:1999", "street:" + corpus.text(1)],
        "nothing": [""],
        "place": [f"near:37.{one},116.{one},{far}km" for one in (31, 52, 74) for far in (1, 2, 5)],
    }


def _forget(session: Session) -> None:
    """A question that was never asked."""
    counting.kept.clear()
    vocabulary(session).kept.clear()
    asking._compiled.cache_clear()


def _ask(session: Session, query: str, order: str) -> None:
    service.find(session, query, limit=PAGE, facets=FACETS, order=order)


def _bare(session: Session, query: str, order: str) -> Callable[[], object]:
    """The bare calls for the same."""
    question = service.ask(session, query, service.Filters(), None, order)
    wanted = {one: {"terms": {"field": one, "size": 50}} for one in FACETS}
    by = {"order_by_field": "shown"} if order == "date" else {}

    def call() -> None:
        searcher = question.snapshot.searcher
        searcher.search(question.sorted, PAGE, **by)
        searcher.aggregate(question.query, wanted)

    return call


def _told(name: str, hits: int, ours: list[float], bare: list[float]) -> None:
    ours.sort()
    most = ours[int(len(ours) * 0.95)]
    ratio = sum(ours) / sum(bare)
    print(f"| {name} | {hits} | {median(ours):.1f} | {most:.1f} | {median(bare):.1f} | {ratio:.2f} |")


def _measure(session: Session, name: str, queries: Sequence[str], order: str) -> None:
    mine, theirs, hits = [], [], []
    for query in queries:
        bare = _bare(session, query, order)
        hits.append(service.total(service.ask(session, query, service.Filters(), None, order)))
        bare()
        for _ in range(TIMES):
            if query:
                _forget(session)
            mine.append(_spent(lambda query=query: _ask(session, query, order)))  # type: ignore[misc]
            theirs.append(_spent(bare))
    _told(f"{name}, by {order}", int(median(hits)), mine, theirs)


def _pages(session: Session, query: str, order: str) -> None:
    """Page 2 beside page 2,500, or beside the last half of what there is, both behind a cursor."""
    depth = min(2499 * PAGE, service.total(service.ask(session, query, service.Filters(), None, order)) // 2)
    first = service.find(session, query, limit=PAGE, facets=False, order=order).next
    _, deep = service.shapes(session, query, limit=depth // 2, order=order)
    _, deep = service.shapes(session, query, limit=depth - depth // 2, order=order, cursor=deep)
    told = []
    for number, cursor in ((2, first), (depth // PAGE + 1, deep)):
        asked = {"cursor": cursor, "limit": PAGE, "facets": False, "order": order}
        service.find(session, query, **asked)  # type: ignore[arg-type]
        spent = [_spent(lambda asked=asked: service.find(session, query, **asked)) for _ in range(9)]  # type: ignore[misc]
        told.append(f"page {number} {median(spent):.1f} ms")
    print(f"{query or 'everything'} by {order}: {', '.join(told)}")


@pytest.mark.bench
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not GEO.is_dir(), reason="the folder of place names beside the project is absent")
def test_questions_cost_little_more_than_the_bare_index(archive: Archive, tmp_path: Path) -> None:
    corpus = Corpus()
    bare = _bare_build(tmp_path / "bare")
    whole, made = _build(archive, corpus)
    print(f"\n{RECORDS} records: {1e6 / whole:.0f} a CPU second ({whole:.0f} us each, of which {made:.0f} make")
    print(f"documents); Tantivy alone {bare:.0f} us, {1e6 / bare:.0f} a CPU second")
    corpus.found(archive)
    with archive.reading() as session:
        for name, queries in _questions(corpus).items():
            for order in ("date", "relevance"):
                _measure(session, name, queries, order)
        for order in ("date", "rating", "relevance", "code"):
            for query in (corpus.words[0], corpus.words[5]):
                _pages(session, query, order)
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
