"""Making packages: one ZIP with a list of what is inside and the conditions it is handed out under."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from media_archive.catalogue import shown
from media_archive.catalogue.queries import title_of
from media_archive.context import Context
from media_archive.delivery.service import Delivered, Form, hand_out
from media_archive.tools.isolation import bound

LIST, CONDITIONS = "清单 list.csv", "使用条件 conditions.txt"
HEADINGS = ("文件 file", "题名 title", "档号 code", "SHA-256", "标识 id")


def make(context: Context, args: dict[str, Any], target: Path) -> dict[str, Any]:
    """Writes the package; one asset at a time lies beside it."""
    bound(context.settings)
    folder, taken, rows = target.parent / "inside", set[str](), list[tuple[str, ...]]()
    folder.mkdir()
    with ZipFile(target, "w", ZIP_STORED) as bundle:
        for number, text in enumerate(args["assets"], 1):
            title, code = _said(context, UUID(text))
            done = hand_out(context, UUID(text), _form(args["form"]), folder)
            for name, path, digest in _named(done, number, taken):
                bundle.write(path, name)
                path.unlink()
                if digest:
                    rows.append((name, title, code, digest, text))
        bundle.writestr(LIST, _listed(rows), ZIP_DEFLATED)
        bundle.writestr(CONDITIONS, _conditions(args), ZIP_DEFLATED)
    return {"assets": len(args["assets"]), "files": len(rows)}


def _form(name: str) -> Form:
    forms: dict[str, Form] = {"original": "original", "jpeg": "jpeg", "proxy": "proxy", "edit": "edit"}
    return forms[name]


def _said(context: Context, asset_id: UUID) -> tuple[str, str]:
    """Title and accession code; NotFound for what lies in the trash by now."""
    with context.reading() as session:
        asset = shown.asset(session, asset_id)
        return title_of(asset), asset.accession_code or ""


def _named(done: Delivered, number: int, taken: set[str]) -> list[tuple[str, Path, str]]:
    """Names that are not in the package yet, for the files of an asset: all with its number where one is taken."""
    paths = [(one.path, one.sha256) for one in done.files]
    paths += [(one.sidecar, "") for one in done.files if one.sidecar]
    clash = any(path.name in taken for path, _ in paths)
    found = [(f"{number:04} {path.name}" if clash else path.name, path, digest) for path, digest in paths]
    taken.update(name for name, _, _ in found)
    return found


def _listed(rows: Sequence[tuple[str, ...]]) -> str:
    """A table that Excel opens: UTF-8 with its mark."""
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADINGS)
    # a name that begins like a formula is not to be one
    table.writerows([[f"'{cell}" if cell[:1] in "=+-@" else cell for cell in row] for row in rows])
    return "\ufeff" + text.getvalue()


def _conditions(args: dict[str, Any]) -> str:
    lines = [args["title"], args["archive"], "", args["conditions"] or "–", ""]
    return "\ufeff" + "\r\n".join(lines)
