"""`media-archive watermark`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from media_archive.catalogue.marks import PLACES
from media_archive.cli.opening import opened, who
from media_archive.cli.speech import inform, print_json, say, tell, told
from media_archive.words import Message

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from media_archive.archive import Archive
    from media_archive.catalogue.models import Archive as Institution
    from media_archive.catalogue.models import Watermark


@click.command(epilog="Example: media-archive watermark --text 德州市城建档案馆 --position bottom-right --opacity 0.6")
@click.option("--archive", "code", metavar="CODE", help="Code of the archive; by default the one of this home.")
@click.option("--text", help="Draw this text; \\n begins a new line.")
@click.option("--picture", type=click.Path(path_type=Path, dir_okay=False), help="Draw this PNG in place of a text.")
@click.option("--position", type=click.Choice(PLACES), help="Where it stands; tiled covers the whole picture.")
@click.option("--opacity", type=click.FloatRange(0.05, 1), help="1 hides what lies below, 0.05 can hardly be seen.")
@click.option("--size", type=click.FloatRange(0.02, 1), help="Its width as a part of the picture's.")
@click.option("--margin", type=click.FloatRange(0, 0.4), help="Distance from the edge as a part of the shorter edge.")
@click.option("--remove", is_flag=True, help="Take the watermark away; what was marked stays as it is.")
@click.option(
    "--sample", type=click.Path(path_type=Path, dir_okay=False), help="Write a JPEG that shows it from black to white."
)
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def watermark(
    code: str | None,
    text: str | None,
    picture: Path | None,
    remove: bool,
    sample: Path | None,
    as_json: bool,
    **look: Any,
) -> None:
    """Show the watermark of public renditions, or change it.

    It is drawn over the renditions `public` and `public-proxy`: those are made of everything where the setting
    `recipes` names them, else of what `renditions make --recipe public` asks for. What is not given stays as it was.
    """
    given = {name: value for name, value in look.items() if value is not None}
    if text is not None and picture is not None:
        raise click.UsageError("Give --text or --picture, not both.")
    if remove and (given or text is not None or picture or sample):
        raise click.UsageError("--remove goes with nothing else.")
    if text is not None:
        given["text"] = text.replace("\\n", "\n")
    with opened(waking=True) as archive:
        if remove:
            _remove(archive, code)
        elif given or picture:
            _change(archive, code, given, picture)
        _show(archive, code, sample, as_json, quiet=remove)


def _institution(session: "Session", archive: "Archive", code: str | None) -> "Institution":
    from media_archive.catalogue import service as catalogue

    return catalogue.archive_by_code(session, code or archive.settings.archive_code)


def _remove(archive: "Archive", code: str | None) -> None:
    from media_archive.catalogue import marks

    with archive.transaction() as session:
        marks.remove(session, _institution(session, archive, code), who())


def _change(archive: "Archive", code: str | None, given: dict[str, Any], picture: Path | None) -> None:
    from media_archive.catalogue import marks
    from media_archive.renditions.marking import marks as drawn

    with archive.reading() as session:
        institution = _institution(session, archive, code)
        there = marks.of(session, institution.id)
    before = marks.look_of(there).model_dump() if there else {}
    mark = marks.checked(**(before | given | ({"text": ""} if picture else {})))
    data = _read(picture) if picture else (there.picture if there and "text" not in given else None)
    drawn.change(archive, institution.id, mark, data, who())
    inform("The watermark is changed; what carries it is made anew in the background: see `media-archive jobs`.")


def _read(picture: Path) -> bytes:
    from media_archive.catalogue.marks import LARGEST_PICTURE
    from media_archive.errors import Invalid

    try:
        with picture.open("rb") as file:
            return file.read(LARGEST_PICTURE + 1)
    except OSError as exc:
        raise Invalid("{file} cannot be read: {reason}.", file=str(picture), reason=exc.strerror or str(exc)) from exc


def _show(archive: "Archive", code: str | None, sample: Path | None, as_json: bool, *, quiet: bool) -> None:
    from media_archive.catalogue import marks

    with archive.reading() as session:
        there = marks.of(session, _institution(session, archive, code).id)
    if sample:
        _sample(archive, there, sample)
    if as_json:
        print_json(_json(there))
    elif there is None:
        say(told(Message("The archive has no watermark.")))
    elif not quiet:
        for name, value in _json(there).items():
            tell(f"{name:11} {value}")


def _sample(archive: "Archive", there: "Watermark | None", sample: Path) -> None:
    from media_archive.delivery import places
    from media_archive.errors import NotFound
    from media_archive.renditions.marking import marks as drawn

    if there is None:
        raise NotFound("The archive has no watermark.")
    places.refuse_own(sample, archive.own_folders)
    with places.draft(sample, force=True) as draft:
        drawn.sample(archive.settings, there, str(draft))
    inform("{path} shows the watermark.", path=str(sample))


def _json(there: "Watermark | None") -> dict[str, Any]:
    if there is None:
        return {}
    return there.look | {
        "picture": there.picture is not None,
        "changed_by": there.changed_by,
        "changed_at": there.changed_at.isoformat(),
    }
