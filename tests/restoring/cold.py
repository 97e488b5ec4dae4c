"""An archive of which originals lie in a cold class."""

import shutil
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from media_archive.archive import Archive
from media_archive.config import Settings
from media_archive.storage.models import Copy, File, Role

PROFILE = """
currency = "CNY"
name = { zh = "冷热两层", en = "Hot and cold" }
description = { zh = "原始文件在冷存储。", en = "Originals lie in cold storage." }

[stores.main]
kind = "folder"
path = "{home}/store/main"

[stores.deep]
kind = "s3"
bucket = "%s"
offline_classes = [%s]

[tiers.hot]
store = "main"

[tiers.warm]
store = "deep"

[tiers.cold]
store = "deep"
storage_class = "GLACIER"
price = 30
retrieval_price = 100000000
minimum_days = 90
hours = %d

[[rules]]
roles = ["original", "sidecar", "rendition"]
copies = ["hot"]
"""
DEEP = "deep"


def profiled(
    settings: Settings, folder: Path, endpoint: str = "http://127.0.0.1:9", *, offline: bool = True
) -> Settings:
    """The settings with a profile of a hot folder and a cold class; reading a gigabyte out of it costs 100,000 CNY."""
    folder.mkdir(exist_ok=True)
    text = PROFILE % (f"deep-{uuid4().hex[:12]}", '"GLACIER"' if offline else "", 12 if offline else 0)
    (folder / "cold.toml").write_text(text, "utf-8")
    service = {"s3_endpoint": endpoint, "s3_access_key": "testkey", "s3_secret_key": "testsecret"}
    return settings.model_copy(update={"storage_profile": "cold", "profiles_folder": folder, **service})


def chill(archive: Archive, asset_id: UUID, *, really: bool = False) -> UUID:
    """Lets the original of an asset lie in the cold class alone; with `really` its bytes too. Returns the file's id."""
    with archive.transaction() as session:
        query = select(File).where(File.asset_id == asset_id, File.role == Role.ORIGINAL)
        file = session.scalars(query.options(selectinload(File.copies))).one()
        for copy in file.copies:
            if really:
                archive.stores.replicate(file, DEEP)
                archive.stores.store(DEEP).reclass(file.sha256, "GLACIER")
            elif path := archive.stores.path(copy.store, copy.key):
                shutil.move(path, path.with_suffix(".away"))
            session.delete(copy)
        session.flush()
        cold = Copy(file_id=file.id, store=DEEP, key=file.sha256, storage_class="GLACIER", verified_at=file.created_at)
        session.add(cold)
        return file.id
