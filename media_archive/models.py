"""Every model, so that the metadata of the database are whole wherever this is imported."""

from media_archive.access import models as access
from media_archive.catalogue import models as catalogue
from media_archive.catalogue.bulk import models as bulk
from media_archive.catalogue.coding import models as coding
from media_archive.catalogue.collections import models as collections
from media_archive.catalogue.subjects import models as subjects
from media_archive.catalogue.tracks import models as tracks
from media_archive.db import Base
from media_archive.disposal import models as disposal
from media_archive.events import models as events
from media_archive.holdings import models as holdings
from media_archive.ingest import models as ingest
from media_archive.jobs import models as jobs
from media_archive.likeness import models as likeness
from media_archive.metadata import models as metadata_
from media_archive.placement import models as placement
from media_archive.renditions import models as renditions
from media_archive.requesting import models as requesting
from media_archive.restoring import models as restoring
from media_archive.sharing import models as sharing
from media_archive.storage import models as storage
from media_archive.uploads import models as uploads
from media_archive.watched import models as watched

PARTS = (
    access,
    bulk,
    catalogue,
    coding,
    collections,
    disposal,
    events,
    holdings,
    ingest,
    jobs,
    likeness,
    metadata_,
    placement,
    renditions,
    requesting,
    restoring,
    sharing,
    storage,
    subjects,
    tracks,
    uploads,
    watched,
)
metadata = Base.metadata
