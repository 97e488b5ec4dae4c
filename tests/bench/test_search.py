"""The search over many records: building the index, and what each kind of question costs beside the bare call of Tantivy."""

import os
import resource
import time
from collections.abc import Callable
from itertools import islice
from statistics import median

import pytest

from media_archive.archive import Archive
from media_archive.search import counting, service
from media_archive.search.index import places
from media_archive.search.index.feed import Mark
from media_archive.search.index.writing import HEAP_OF_BUILD, Writer
from tests.bench.corpus import GEO, Corpus

RECORDS = int(os.environ.get("MEDIA_ARCHIVE_BENCH_SEARCH", "1000000"))
FACETS = ("kind", "year", "project", "street", "place", "shoot", "camera", "state")
TIMES = 9


def _cost(call: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of CPU: the median, and the dearest."""
    took = []
    for _ in range(TIMES):
        began = time.process_time()
        call()
        took.append((time.process_time() - began) * 1000)
    return median(took), max(took)


def _build(archive: Archive, corpus: Corpus) -> float:
    """Records a CPU second, what it costs to draw them taken away."""
    root = archive.settings.index
    folder, spent, done = places.new_folder(root), 0.0, 0
    writer = Writer(root, folder, HEAP_OF_BUILD, new=True)
    drawn = corpus.sources(RECORDS)
    while batch := list(islice(drawn, 1000)):
        began = time.process_time()
        writer.add(batch)
        spent += time.process_time() - began
        done += len(batch)
    began = time.process_time()
    writer.commit(Mark())
    writer.close()
    places.take_over(root, folder)
    return done / (spent + time.process_time() - began)


@pytest.mark.bench
@pytest.mark.timeout(7200)
@pytest.mark.skipif(not GEO.is_dir(), reason="the folder of place names beside the project is absent")
def test_questions_cost_little_more_than_the_bare_index(archive: Archive) -> None:
    corpus = Corpus()
    print(f"\n{RECORDS} records: {_build(archive, corpus):.0f} a CPU second")
    asked = {
        "very common": corpus.words[0], "common": corpus.words[5], "medium": corpus.words[100],
        "rare": corpus.words[15_000], "phrase": corpus.words[0] + corpus.words[1], "code": "J001-ZP*00012*",
        "filters": "kind:film", "nothing": "", "place": "near:37.5,116.5,2km",
    }  # fmt: skip
    for name, query in asked.items():
        with archive.reading() as session:

            def ours(query: str = query, session: object = session) -> None:
                if query:
                    counting.kept._answers.clear()
                service.find(session, query, limit=40, facets=FACETS, order="date")  # type: ignore[arg-type]

            ours()
            question = service.ask(session, query, service.Filters(), None, "date")
            wanted = {one: {"terms": {"field": one, "size": 50}} for one in FACETS}

            def bare(question: service.Asked = question, wanted: object = wanted) -> None:
                searcher = question.snapshot.searcher
                searcher.search(question.query, 40, order_by_field="shown")
                searcher.aggregate(question.query, wanted)

            mine, most = _cost(ours)
            theirs, _ = _cost(bare)
            hits = service.total(question)
        print(f"{name:12} {hits:9} hits {mine:8.2f} ms, at most {most:8.2f}, bare {theirs:8.2f}: {mine / theirs:.2f}")
    print(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB at most")
