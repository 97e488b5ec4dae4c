"""Why a file is no asset, said by name."""

from media_archive.metadata.recognition.strangers import Sort, Stranger
from media_archive.words import Message

UNKNOWN = Message("This is no photograph, film, sound or sidecar that the archive knows.")


def reason(what: Stranger | None) -> Message:
    """What a refused file is, as far as it is known."""
    return Message(REASONS[what.sort].template, {"kind": what.kind} if what.kind else {}) if what else UNKNOWN


REASONS: dict[Sort, Message] = {
    "document": Message("This is a {kind} document, not a photograph, film or recording."),
    "layout": Message("This is a laid-out document ({kind}), not a photograph, film or recording."),
    "page": Message("This is a web page, not a photograph, film or recording."),
    "text": Message("This is a text, not a photograph, film or recording."),
    "xml": Message("This is XML that the archive does not know, not a photograph, film or recording."),
    "package": Message("This is a package of files ({kind}). Unpack it, then take in what it holds."),
    "program": Message("This is a program ({kind}), not a photograph, film or recording."),
    "database": Message("This is a database ({kind}), not a photograph, film or recording."),
    "drawing": Message("This is a drawing ({kind}), not a photograph, film or recording."),
    "font": Message("This is a font ({kind}), not a photograph, film or recording."),
    "card": Message("This belongs to the folders of a card or disk ({kind}) and holds no picture or sound itself."),
    "other": Message("This is of a kind that the archive does not keep ({kind})."),
}
