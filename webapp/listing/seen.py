"""Whose collections a list may be of: nobody is told, by any list, what lies in another's own."""

from uuid import UUID

from media_archive.access import service as access
from media_archive.catalogue.collections import service
from webapp.door import reading, user


def collection(collection_id: UUID) -> UUID:
    """The same id; NotFound where the person at the door does not see that collection."""
    with reading() as session:
        return service.one(session, collection_id, user().login, access.may(user(), "manage users")).id
