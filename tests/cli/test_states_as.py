"""`media-archive states move --as`: only what the role of the account allows."""

import pytest
from click.testing import CliRunner, Result

from media_archive.access import service as access
from media_archive.access.models import Part
from media_archive.archive import Archive
from media_archive.catalogue import service as catalogue
from media_archive.catalogue.models import Asset
from media_archive.cli.main import cli
from tests.catalogue.stock import assets_of, shoot_of

PASSWORD = "correct horse battery"


@pytest.mark.slow
def test_the_role_of_the_account_decides_each_step(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_ARCHIVE_HOME", str(archive.settings.home))
    monkeypatch.setenv("MEDIA_ARCHIVE_KEEP_FREE", "0")
    [asset_id] = assets_of(archive, shoot_of(archive), 1)
    with archive.transaction() as session:
        institution = catalogue.archive_by_code(session, archive.settings.archive_code)
        for part in (Part.PHOTOGRAPHER, Part.ARCHIVIST):
            access.add_user(session, institution, part.value, part.value, part, PASSWORD)

    def move(login: str, to: str) -> Result:
        words = ["states", "move", str(asset_id), "--to", to, "--as", login]
        return CliRunner().invoke(cli, words, input=f"{PASSWORD}\n")

    def state() -> str:
        with archive.reading() as session:
            return str(session.get_one(Asset, asset_id).state)

    assert move("photographer", "checked").exit_code == 1
    assert state() == "received"
    assert move("archivist", "checked").exit_code == 0
    assert move("photographer", "described").exit_code == 0
    assert move("photographer", "approved").exit_code == 1
    assert state() == "described"
