"""What is approved and lies in cold storage is brought back first; the package is made when it is there."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from media_archive.access import service as access
from media_archive.archive import Archive
from media_archive.db import now
from media_archive.requesting import approving, service
from media_archive.requesting.models import Step, UseRequest
from media_archive.requesting.wishes import Decision, Wish
from media_archive.restoring.models import RestoreRequest
from media_archive.restoring.work import RestoreWork
from media_archive.storage.models import Parcel
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture
from tests.restoring.conftest import chilled, stocked  # noqa: F401 - fixtures
from tests.restoring.test_restoring import slow

pytestmark = pytest.mark.slow  # an S3 service


def test_a_package_waits_for_originals_that_lie_offline(chilled: tuple[Archive, list[UUID]]) -> None:  # noqa: F811
    archive, photos = chilled
    store, wanted = slow(archive), [photos[0], photos[3]]
    with archive.transaction() as session:
        reader, archivist = (access.user_called(session, login) for login in ("reader", "archivist"))
        [asked] = service.ask(session, reader, wanted, Wish("research", "论文"))
        approving.approve(session, archive, asked, archivist, wanted, Decision("original", days=5))
        assert session.scalars(select(RestoreRequest.days)).one() == 5
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        parcel = session.scalars(select(Parcel)).one()
        assert "lies offline" in str(parcel.problem)
        assert session.get_one(UseRequest, asked.id).state == Step.APPROVED
    store.done = True
    RestoreWork(archive).turn(now() + timedelta(hours=13))
    archive.runner().drain("upkeep")
    with archive.reading() as session:
        ready = session.get_one(UseRequest, asked.id)
        assert (ready.state, session.scalars(select(Parcel)).one().told["files"]) == (Step.READY, 2)
        assert ready.take_until
        assert timedelta(days=4) < ready.take_until - now() < timedelta(days=6)
