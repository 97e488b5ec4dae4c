"""What the ingest form asks for, and what is wrong with it."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from media_archive.catalogue.service import LONGEST_NAME
from media_archive.errors import Refused
from media_archive.ingest.find import checked
from media_archive.ingest.wish import Wish
from webapp.languages import say
from webapp.translated import gettext

LONGEST_PATH = 4096
LONGEST_CAPTION = 20_000


@dataclass(frozen=True)
class Asked:
    """The fields of the form, without space around them."""

    folder: str = ""
    shoot: str = ""
    project: str = ""
    landmark: str = ""
    street: str = ""
    photographer: str = ""
    caption: str = ""

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Asked":
        """The form as it was sent."""
        return cls(**{field.name: form.get(field.name, "").strip() for field in fields(cls)})

    @property
    def path(self) -> Path:
        return Path(self.folder)

    def wish(self, archive: str) -> Wish:
        """The same for the ingest."""
        return Wish(
            shoot=self.shoot,
            archive=archive,
            caption=self.caption,
            photographer=self.photographer,
            projects=_one(self.project),
            landmarks=_one(self.landmark),
            streets=_one(self.street),
        )

    def problems(self, own: Sequence[Path]) -> dict[str, str]:
        """What is wrong, by field, in the reader's language; empty if it can be begun."""
        found = {"folder": self._folder_problem(own)}
        if not self.shoot:
            found["shoot"] = gettext("Give the shoot a name, such as what was photographed and when.")
        for name in ("shoot", "project", "landmark", "street", "photographer"):
            if len(getattr(self, name)) > LONGEST_NAME:
                found[name] = gettext("At most %(n)s characters.", n=LONGEST_NAME)
        if len(self.caption) > LONGEST_CAPTION:
            found["caption"] = gettext("At most %(n)s characters.", n=LONGEST_CAPTION)
        return {name: problem for name, problem in found.items() if problem}

    def _folder_problem(self, own: Sequence[Path]) -> str | None:
        if not self.folder:
            return gettext("Name the folder that the photographs lie in.")
        if not self.folder.startswith("/") or "\0" in self.folder or len(os.fsencode(self.folder)) > LONGEST_PATH:
            return gettext("Give the whole path from the top, such as /media/card/DCIM.")
        try:
            checked([self.path], own)
            return None if _is_readable(self.path) else gettext("The server may not read this folder. Check its mode.")
        except Refused as refused:
            return say(refused.message)
        except OSError as exc:
            return gettext("The folder cannot be read: %(reason)s.", reason=exc.strerror or str(exc))


def _one(name: str) -> tuple[str, ...]:
    return (name,) if name else ()


def _is_readable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.X_OK if path.is_dir() else os.R_OK)
