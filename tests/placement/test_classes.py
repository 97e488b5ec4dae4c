"""Copies that change their storage class in an S3 service, and go from it."""

import random
from collections.abc import Iterator
from uuid import UUID

import pytest

from media_archive.config import Settings
from media_archive.errors import Conflict
from media_archive.placement import moves
from media_archive.placement.planner import make
from media_archive.storage.models import Role
from media_archive.storage.stores.store import Thaw
from tests.contracts.conftest import moto_endpoint  # noqa: F401 - a fixture for this module
from tests.placement.test_applying import applied, states
from tests.placement.yard import Yard, quick_home, rule

pytestmark = pytest.mark.slow
COLD = """
[stores.cloud]
kind = "s3"
bucket = "cloud"
site = "there"
[tiers.warm]
store = "cloud"
price = 100
[tiers.cold]
store = "cloud"
storage_class = "GLACIER"
price = 10
retrieval_price = 60
hours = 5
"""


@pytest.fixture
def yard(moto_endpoint: str) -> Iterator[Yard]:  # noqa: F811
    with quick_home() as made:
        settings: Settings = made.model_copy(
            update={"s3_endpoint": moto_endpoint, "s3_access_key": "k", "s3_secret_key": "s"}
        )
        yard = Yard.at(settings, COLD + rule(["hot", "warm"]))
        yield yard
        yard.context.close()


def test_a_copy_goes_cold_as_planned_and_is_relied_on_there(yard: Yard) -> None:
    file: UUID = yard.put(random.Random(1).randbytes(4000))
    for rules in (rule(["hot", "warm"]), rule(["hot", "cold"]), rule(["near", "cold"]), rule(["near", "cold"])):
        yard.by(COLD + rules)
        plan = make(yard.context, "me")
        applied(yard, plan)
        assert set(states(yard, plan)) == {"done"}
    copies = yard.copies(file)
    assert set(copies) == {"near", "cloud"}, "the copy in the first store went; the cold one counted without being read"
    assert copies["cloud"].storage_class == "GLACIER"
    assert yard.stores.store("cloud").stat(copies["cloud"].key).thaw is Thaw.OFFLINE


def test_what_other_files_need_online_does_not_go_cold(yard: Yard) -> None:
    data = random.Random(2).randbytes(4000)
    file = yard.put(data)
    other = yard.put(data, "a.xmp", Role.RENDITION)
    moves.copy_to(yard.context, file, "warm", "me")
    moves.copy_to(yard.context, other, "warm", "me")
    with pytest.raises(Conflict, match=r"also those of a\.xmp"):
        moves.reclass(yard.context, yard.copies(file)["cloud"].id, "cold", "me")
    assert yard.copies(file)["cloud"].storage_class == "STANDARD"
