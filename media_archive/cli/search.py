"""`media-archive search` and `media-archive list`."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from media_archive.cli.opening import opened
from media_archive.cli.speech import inform, print_json, tell

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.search.service import Filters, Found


def narrowed(command: Any) -> Any:
    """The options that narrow a list."""
    for option in (
        click.option("--kind", type=click.Choice(["photo", "film", "sound"]), help="Only photographs, films or sound."),
        click.option("--project", metavar="CODE", help="Only what shows this project, by code or name."),
        click.option("--landmark", metavar="NAME", help="Only what shows this landmark."),
        click.option("--street", metavar="NAME", help="Only what shows this street, by any of its names."),
        click.option("--shoot", metavar="NAME", help="Only what came in with this shoot."),
        click.option(
            "--year", metavar="NUMBER", type=click.IntRange(1, 9999), help="Only what was taken in this year."
        ),
        click.option(
            "--sort",
            type=click.Choice(["relevance", "date", "added", "rating", "code"]),
            help="Best match, newest, last come in, best rated first, or by accession code; else what suits the query.",
        ),
        click.option("--turned", is_flag=True, help="Sort the other way round."),
        click.option("--limit", default=40, type=click.IntRange(1, 1000), show_default=True, help="Assets a page."),
        click.option("--cursor", help="Go on after a page: what it gave as `next`."),
        click.option(
            "--json",
            "as_json",
            is_flag=True,
            help="Print total, items, facets, next, expansions and correction as JSON.",
        ),
    ):
        command = option(command)
    return command


@click.command(epilog='Example: media-archive search "解放路 施工" --year 2017')
@click.argument("query")
@narrowed
def search(query: str, **options: Any) -> None:
    """Find assets by QUERY: words, "phrases", field:value, ranges, OR, minus, brackets, near:place,500m."""
    from media_archive.errors import Invalid

    try:
        _print(query, **options)
    except Invalid as refused:
        at = refused.message.facts.get("at")
        if isinstance(at, int):
            inform("here ▲: {query}", query=f"{query[:at]}▲{query[at:]}")
        raise


@click.command("list", epilog="Example: media-archive list --kind film --project P1 --json")
@narrowed
def list_(**options: Any) -> None:
    """List assets, newest first."""
    _print("", **options)


def _print(
    query: str,
    *,
    sort: str | None,
    turned: bool,
    limit: int,
    cursor: str | None,
    as_json: bool,
    **narrowing: Any,
) -> None:
    from media_archive.catalogue.queries import cards
    from media_archive.search import service
    from media_archive.search.fields import USUAL
    from media_archive.search.passages import passages

    with opened(searching=True) as archive, archive.reading() as session:
        filters = _filters(session, archive.settings.archive_code, **narrowing)
        found = service.find(
            session,
            query,
            filters,
            cursor=cursor,
            limit=limit,
            order=sort or "",
            turned=turned,
            facets=(*USUAL, "month"),
        )
        read = passages(session, found.ids, found.words)
        items: list[dict[str, Any]] = [
            {
                "id": str(card.id),
                "kind": card.kind,
                "title": card.title,
                "taken_at": card.taken,
                "width": card.width,
                "height": card.height,
                "duration": card.duration,
                "texts": [
                    {"from": one.source, "text": one.text, "starts": one.starts} for one in read.get(card.id, [])
                ],
            }
            for card in cards(session, found.ids)
        ]
    if as_json:
        print_json(_told(found, items))
        return
    _tell_besides(found)
    for item in items:
        tell(f"{item['id']}  {item['kind']:5}  {(item['taken_at'] or '')[:10]:10}  {item['title']}")
        for line in item["texts"]:
            at = f"{line['starts']:.1f} s  " if line["starts"] is not None else ""
            tell(f"    {at}「{line['text']}」")
    inform("{shown} of {total}", shown=len(items), total=found.total)
    if found.next:
        inform("go on with --cursor {cursor}", cursor=found.next)


def _told(found: "Found", items: list[dict[str, Any]]) -> dict[str, Any]:
    """The same facts as the page's, for programs."""
    facets = {
        name: [{"value": one.value, "label": one.label, "count": one.count} for one in values]
        for name, values in found.facets.items()
    }
    expansions = [{"typed": one.typed, "added": one.added, "why": str(one.why)} for one in found.expansions]
    meant = found.correction and {"query": found.correction.query, "total": found.correction.total}
    return {
        "total": found.total,
        "items": items,
        "facets": facets,
        "next": found.next,
        "expansions": expansions,
        "correction": meant,
    }


def _tell_besides(found: "Found") -> None:
    for one in found.expansions:
        inform("also searched for {typed}: {added} ({why})", typed=one.typed, added=", ".join(one.added), why=one.why)
    if found.correction:
        inform("did you mean {query}? {total} found", query=found.correction.query, total=found.correction.total)


def _filters(
    session: "Session",
    archive_code: str,
    *,
    kind: str | None,
    project: str | None,
    landmark: str | None,
    street: str | None,
    shoot: str | None,
    year: int | None,
) -> "Filters":
    from media_archive.catalogue import service as catalogue
    from media_archive.catalogue.subjects import service as city
    from media_archive.catalogue.subjects.models import SUBJECT_WORDS, SubjectKind
    from media_archive.errors import NotFound
    from media_archive.search.service import Filters

    institution = catalogue.archive_by_code(session, archive_code)
    subjects: list[UUID] = []
    for of_kind, called in (
        (SubjectKind.PROJECT, project),
        (SubjectKind.LANDMARK, landmark),
        (SubjectKind.STREET, street),
    ):
        if called is not None:
            subject = city.subject_called(session, institution, of_kind, called)
            if subject is None:
                raise NotFound(
                    "There is no {kind} {name}. `media-archive subjects` lists them.",
                    kind=SUBJECT_WORDS[of_kind],
                    name=called,
                )
            subjects.append(subject.id)
    one_shoot = catalogue.shoot_by_name(session, shoot, institution).id if shoot is not None else None
    return Filters(kind=kind, subjects=tuple(subjects), shoot=one_shoot, year=year)
