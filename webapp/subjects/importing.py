"""Tables of subjects: brought, looked at before anything is written, imported by a job, and written for download."""

import tempfile
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from flask import Flask, Response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from media_archive.access import service as access
from media_archive.catalogue.models import Archive
from media_archive.catalogue.subjects.exchange import exporting, work
from media_archive.catalogue.subjects.exchange.importing import Report, preview
from media_archive.catalogue.subjects.exchange.mapping import Mapping, guessed
from media_archive.catalogue.subjects.models import SubjectKind
from media_archive.errors import Invalid, NotFound, Refused
from media_archive.geo.datums import Datum
from media_archive.geo.files.reading import read
from media_archive.geo.files.table import FORMATS, Table
from media_archive.jobs.models import Job
from media_archive.words import Message
from webapp.door import archive, reading, transaction, user
from webapp.languages import say
from webapp.subjects import form, words
from webapp.subjects.views import subjects

#: bytes of a table that a browser may send
MOST_BYTES = 64 << 20
#: rows that are compared while somebody waits; the import itself takes all
MOST_PREVIEWED = 5000
MOST_CELLS = 6
#: after which the page of an import looks again
SECONDS = 2
EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "zip": "application/zip",
    "gpkg": "application/geopackage+sqlite3",
}


def install(app: Flask) -> None:
    """Lets the page of the import take a file; to be called before anything reads a form."""
    app.before_request(_take_a_file)


def _take_a_file() -> None:
    if request.endpoint == "subjects.bring":
        request.max_content_length = MOST_BYTES


@subjects.get("/subjects/import")
def import_form() -> str:
    """Asks for a table."""
    access.require(user(), "describe")
    return _asking()


def _asking(problem: str = "") -> str:
    grid = archive().settings.local_grid
    return render_template(
        "subjects_import.html",
        kinds=list(SubjectKind),
        kind=request.values.get("kind", ""),
        datums=form.datums(grid),
        endings=",".join(FORMATS),
        most=MOST_BYTES,
        problem=problem,
    )


@subjects.post("/subjects/import")
def bring() -> AnyResponse:
    """Takes the table, and shows what it would change."""
    access.require(user(), "describe")
    upload = request.files.get("table")
    try:
        if upload is None or not upload.filename:
            raise Invalid("Choose the file of the table.")
        name, number, sha256, table = _kept(upload)
        kind = SubjectKind(request.form["kind"]) if request.form.get("kind") in list(SubjectKind) else None
        saved = request.files.get("mapping")
        text = saved.read(1 << 20).decode("utf-8", "replace") if saved and saved.filename else ""
        mapping = Mapping.from_toml(text, saved.filename or "") if text and saved else guessed(table.columns, kind)
        wanted = {"kind": kind or mapping.kind, "datum": request.form.get("datum", "") or mapping.datum}
        shown = _preview(name, number, sha256, table, mapping.model_copy(update=wanted))
    except Refused as refused:
        return Response(_asking(say(refused.message)), HTTPStatus.UNPROCESSABLE_ENTITY)
    return Response(shown)


def _kept(upload: FileStorage) -> tuple[str, UUID, str, Table]:
    """Reads the table and leaves it where the job finds it."""
    name = Path((upload.filename or "").replace("\\", "/")).name[-200:]
    settings = archive().settings
    settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.scratch, prefix="table-") as folder:
        file = Path(folder) / f"table{Path(name).suffix.lower()}"
        upload.save(file)
        table = read(file)
        number, sha256 = work.leave(archive(), file, name, user().login)
    return name, number, sha256, table


@subjects.post("/subjects/import/<id:import_id>")
def go_on(import_id: UUID) -> AnyResponse:
    """Looks again with another mapping, writes the mapping down, or asks for the import."""
    access.require(user(), "describe")
    name, sha256 = request.form.get("file", "")[-200:], request.form.get("sha256", "")
    mapping, do = _mapping(), request.form.get("do")
    if do == "map":
        return _download(mapping.to_toml().encode(), "mapping.toml", "application/toml")
    table = work.fetched(archive(), import_id, sha256, Path(name).suffix.lower())
    problem = ""
    try:
        mapping.checked(table.columns).datum_of(table.datum, archive().settings.local_grid)
    except Refused as refused:
        problem = say(refused.message)
    if do != "import" or problem:
        status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
        return Response(_preview(name, import_id, sha256, table, mapping, problem), status)
    with transaction() as session:
        code = session.get_one(Archive, user().archive_id).code
        work.ask(session, import_id, sha256, name, mapping, code, user().login)
    return redirect(url_for("subjects.imported", import_id=import_id), HTTPStatus.SEE_OTHER)


def _mapping() -> Mapping:
    """The mapping as the form sent it: columns and fields side by side."""
    kind = request.form.get("kind", "")
    pairs = zip(request.form.getlist("column"), request.form.getlist("target"), strict=False)
    return Mapping(
        kind=SubjectKind(kind) if kind in list(SubjectKind) else None,
        datum=request.form.get("datum", "")[:64],
        columns={column: target for column, target in pairs if target},
    )


def _preview(name: str, number: UUID, sha256: str, table: Table, mapping: Mapping, problem: str = "") -> str:
    some = Table(table.columns, table.rows[:MOST_PREVIEWED], table.lines, table.geometries, table.datum, table.problems)
    report = None
    try:
        if not problem:
            with reading() as session:
                code = session.get_one(Archive, user().archive_id).code
            report = preview(archive(), code, some, mapping)
    except Refused as refused:
        problem = say(refused.message)
    samples = [[row[place] for row in table.rows[:MOST_CELLS] if row[place]][:3] for place in range(len(table.columns))]
    return render_template(
        "subjects_preview.html",
        file=name,
        number=number,
        sha256=sha256,
        table=table,
        mapping=mapping,
        samples=samples,
        report=report,
        problem=problem,
        cut=len(table.rows) > MOST_PREVIEWED,
        kinds=list(SubjectKind),
        datums=form.datums(archive().settings.local_grid),
        targets=list(words.fields(mapping.kind).items()),
        field_word=lambda name: words.field(name, mapping.kind),
        value_word=lambda name, value: words.value(name, value, mapping.kind),
    )


@subjects.get("/subjects/import/<id:import_id>")
def imported(import_id: UUID) -> Response:
    """How an import is doing, or what became of it."""
    access.require(user(), "describe")
    event = work.report_of(archive(), import_id)
    with reading() as session:
        job = session.scalars(select(Job).where(Job.target == import_id, Job.kind == work.KIND)).first()
    if event is None and job is None:
        raise NotFound("There is no such import. The table has to be brought again.")
    report = Report.from_details(event.detail) if event and event.outcome == "success" else None
    reason = (event and event.detail.get("reason")) or (job and job.problem)
    problem = say(Message.from_json(reason)) if reason and report is None else ""
    shown = Response(
        render_template("subjects_imported.html", number=import_id, report=report, event=event, problem=problem)
    )
    if event is None and not problem:
        shown.headers["Refresh"] = str(SECONDS)
    return shown


@subjects.get("/subjects/import/<id:import_id>/refused.csv")
def refused_rows(import_id: UUID) -> Response:
    """The refused rows with their reasons."""
    access.require(user(), "describe")
    report = work.refused(archive(), import_id)
    if report is None:
        raise NotFound("There is no such import. The table has to be brought again.")
    return _download(report.refused_rows(say), "refused.csv", EXPORTS["csv"])


@subjects.get("/subjects/export.<ending>")
def export(ending: str) -> Response:
    """Subjects of a kind as a table."""
    if ending not in EXPORTS:
        raise NotFound("There is no such format. Known: {known}.", known=", ".join(EXPORTS))
    kind = request.args.get("kind", "")
    wanted = [SubjectKind(kind)] if kind in list(SubjectKind) else list(SubjectKind)
    datum = Datum.of(request.args.get("datum") or "WGS-84", archive().settings.local_grid)
    settings = archive().settings
    settings.scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.scratch, prefix="table-") as folder:
        file = Path(folder) / f"{kind or 'subjects'}.{ending}"
        with reading() as session:
            table = exporting.table(session, user().archive_id, wanted, datum, chinese=ending == "csv")
        exporting.write(file, table, datum)
        return _download(file.read_bytes(), file.name, EXPORTS[ending])


def _download(content: bytes, name: str, media_type: str) -> Response:
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
