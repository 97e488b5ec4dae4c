"""Words of the archive for roles, events and outcomes; what has none is said as it is stored."""

from webapp.translated import gettext, lazy_gettext

EVENTS = {
    "ingestion": lazy_gettext("Brought in"),
    "creation": lazy_gettext("Created"),
    "modification": lazy_gettext("Changed"),
    "dissemination": lazy_gettext("Handed out"),
    "disposal": lazy_gettext("Trash"),
    "hold": lazy_gettext("Legal hold"),
    "deletion": lazy_gettext("Deleted"),
    "fixity check": lazy_gettext("Fixity check"),
    "message digest calculation": lazy_gettext("Digest calculated"),
    "metadata extraction": lazy_gettext("Metadata read"),
    "format identification": lazy_gettext("Format identified"),
    "replication": lazy_gettext("Copied to another store"),
    "transfer": lazy_gettext("Moved to another storage class"),
    "condemnation": lazy_gettext("No longer needed in this store"),
    "placement": lazy_gettext("Storage plan carried out"),
    "migration": lazy_gettext("Preview made"),
    "normalization": lazy_gettext("Preview made"),
    "rendition": lazy_gettext("Preview made"),
    "backup": lazy_gettext("Catalogue written into a store"),
    "recovery": lazy_gettext("Archive made again from a store"),
    "restore request": lazy_gettext("Asked back from cold storage"),
    "restoration": lazy_gettext("Brought back from cold storage"),
    "restore end": lazy_gettext("Given back to cold storage"),
    "validation": lazy_gettext("Checked"),
    "state": lazy_gettext("Moved on"),
    "accession": lazy_gettext("Accession code"),
    "bulk edit": lazy_gettext("Bulk edit"),
    "merge": lazy_gettext("Merged"),
    "unmerge": lazy_gettext("Merge undone"),
    "split": lazy_gettext("Split"),
    "import": lazy_gettext("Table imported"),
    "sign-in": lazy_gettext("Signed in"),
    "sign-out": lazy_gettext("Signed out"),
    "lock": lazy_gettext("Account locked"),
    "unlock": lazy_gettext("Account unlocked"),
    "deactivation": lazy_gettext("Account closed"),
    "reactivation": lazy_gettext("Account opened again"),
    "revocation": lazy_gettext("Revoked"),
    "refusal": lazy_gettext("Refused"),
    "access": lazy_gettext("Restricted material looked at"),
    "download": lazy_gettext("Downloaded"),
    "upload": lazy_gettext("Table brought"),
    "opening": lazy_gettext("Link opened"),
    "use request": lazy_gettext("Use asked for"),
    "question": lazy_gettext("Asked back"),
    "answer": lazy_gettext("Answered"),
    "approval": lazy_gettext("Use approved"),
    "denial": lazy_gettext("Use refused"),
    "withdrawal": lazy_gettext("Request withdrawn"),
    "usage note": lazy_gettext("Use reported"),
    "refused rows": lazy_gettext("Refused rows"),
}
OUTCOMES = {
    "success": lazy_gettext("succeeded"),
    "failure": lazy_gettext("failed"),
    "warning": lazy_gettext("with a warning"),
}
#: kinds of objects that events happen to
THINGS = {
    "asset": lazy_gettext("Asset"),
    "file": lazy_gettext("A file"),
    "copy": lazy_gettext("A copy"),
    "shoot": lazy_gettext("A shoot"),
    "subject": lazy_gettext("A subject"),
    "collection": lazy_gettext("A collection"),
    "user": lazy_gettext("An account"),
    "group": lazy_gettext("A group"),
    "token": lazy_gettext("A token"),
    "sign-in link": lazy_gettext("A sign-in link"),
    "archive": lazy_gettext("Archive"),
    "store": lazy_gettext("A store"),
    "bundle": lazy_gettext("A bundle"),
    "page": lazy_gettext("A page"),
    "share": lazy_gettext("A link"),
    "request": lazy_gettext("A request"),
}
FILE_ROLES = {
    "original": lazy_gettext("Original"),
    "sidecar": lazy_gettext("Sidecar"),
    "proxy": lazy_gettext("Camera's preview"),
    "rendition": lazy_gettext("Rendition"),
}
PERSON_ROLES = {
    "reader": lazy_gettext("Reader"),
    "photographer": lazy_gettext("Photographer"),
    "editor": lazy_gettext("Editor"),
    "curator": lazy_gettext("Exhibition staff"),
    "archivist": lazy_gettext("Archivist"),
    "administrator": lazy_gettext("Administrator"),
}
NAME_KINDS = {
    "official": lazy_gettext("official"),
    "former": lazy_gettext("former"),
    "popular": lazy_gettext("popular"),
    "abbreviated": lazy_gettext("abbreviated"),
    "script": lazy_gettext("other script"),
}


def event(what: str) -> str:
    """The word for a type of event."""
    return str(EVENTS.get(what, what))


def thing(kind: str) -> str:
    """The word for a kind of object."""
    return str(THINGS.get(kind, kind))


def outcome(name: str) -> str:
    """The word for an outcome."""
    return str(OUTCOMES.get(name, name))


def file_role(name: str) -> str:
    """The word for what a file is to its asset."""
    return str(FILE_ROLES.get(name, name))


def person_role(name: str) -> str:
    """The word for a person's role."""
    return str(PERSON_ROLES.get(name, name))


def name_kind(name: str) -> str:
    """The word for a kind of name."""
    return str(NAME_KINDS.get(name, name))


def validity(since: str | None, until: str | None) -> str:
    """When a name was in force, as precisely as known."""
    if not since and not until:
        return ""
    if since and until:
        return f"{since} – {until}"
    return gettext("since %(when)s", when=since) if since else gettext("until %(when)s", when=until)
