"""Words for jobs and their states."""

from flask import url_for

from media_archive.jobs.models import Job
from webapp.translated import lazy_gettext

KINDS = {
    "probe": lazy_gettext("Read metadata"),
    "render-photo": lazy_gettext("Make pictures"),
    "render-pyramid": lazy_gettext("Prepare for zooming"),
    "render-film": lazy_gettext("Make the film's proxy"),
    "render-sound": lazy_gettext("Make the sound's proxy"),
    "render-edit": lazy_gettext("Make an edit proxy"),
    "render-chunk": lazy_gettext("Make a piece of a long film"),
    "render-join": lazy_gettext("Join the pieces of a long film"),
    "render-marked": lazy_gettext("Put the watermark on pictures"),
    "render-marked-film": lazy_gettext("Put the watermark on films"),
    "contact-sheet": lazy_gettext("Make a contact sheet"),
    "clip": lazy_gettext("Cut a clip"),
    "import-subjects": lazy_gettext("Import a table of subjects"),
    "restore": lazy_gettext("Bring originals back from cold storage"),
    "place": lazy_gettext("Make further copies"),
    "ingest": lazy_gettext("Bring in a folder"),
    "take-in": lazy_gettext("Take in what was uploaded"),
    "watch": lazy_gettext("Look into a watch folder"),
    "verify": lazy_gettext("Read copies back"),
    "audit": lazy_gettext("Read an hour's share of copies back"),
    "bundle": lazy_gettext("Write the catalogue into the stores"),
    "read-text": lazy_gettext("Read the text in pictures"),
    "transcribe": lazy_gettext("Write down speech"),
    "probe-again": lazy_gettext("Read metadata again"),
    "sum-storage": lazy_gettext("Sum up what lies where"),
    "count-holdings": lazy_gettext("Count what the archives hold"),
    "make-plan": lazy_gettext("Plan where copies must lie"),
    "purge": lazy_gettext("Empty the trash"),
    "bulk-edit": lazy_gettext("Change many descriptions"),
    "shift-clocks": lazy_gettext("Correct the times of a shoot"),
    "suggest": lazy_gettext("Look for subjects that assets may show"),
    "decide-suggestions": lazy_gettext("Accept or refuse many suggestions"),
    "remake": lazy_gettext("Look for what is out of date"),
}
#: kinds of work on one asset, and on one thing to take away
ON_ASSET = frozenset(
    {
        "probe",
        "place",
        "render-photo",
        "render-pyramid",
        "render-film",
        "render-sound",
        "render-edit",
        "render-marked",
        "render-marked-film",
        "read-text",
        "transcribe",
    }
)
ON_PARCEL = frozenset({"contact-sheet", "clip"})
STATES = {
    "wanted": lazy_gettext("waiting"),
    "running": lazy_gettext("running"),
    "done": lazy_gettext("done"),
    "dead": lazy_gettext("failed"),
}
STATE_ICONS = {"wanted": "clock", "running": "loader", "done": "circle-check", "dead": "circle-x"}
STATE_LOOKS = {"wanted": "idle", "running": "warn", "done": "good", "dead": "bad"}


def kind(name: str) -> str:
    """The word for a kind of job."""
    return str(KINDS.get(name, name))


def page_of(job: Job) -> str | None:
    """The address of what the job is about."""
    if job.target and job.kind in ON_ASSET:
        return url_for("assets.page", asset_id=job.target)
    return url_for("parcels.page", parcel_id=job.target) if job.kind in ON_PARCEL else None


def state(name: str) -> str:
    """The word for a state."""
    return str(STATES.get(name, name))


def icon_of(name: str) -> str:
    """The icon of a state."""
    return STATE_ICONS.get(name, "clock")


def look(name: str) -> str:
    """How a state is coloured."""
    return STATE_LOOKS.get(name, "idle")
