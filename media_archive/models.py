"""Every model, so that the metadata of the database are whole wherever this is imported."""

from media_archive.db import Base

metadata = Base.metadata
