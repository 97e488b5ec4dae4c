"""Finding assets: the language of the search box, filters, counts, places; for lists and for what is done with all found."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, create_model
from sqlalchemy.orm import Session

from media_archive.catalogue import queries as catalogue
from media_archive.catalogue.models import Kind
from media_archive.search import service
from media_archive.search.fields import FACETS, FIELDS, Order, Type
from media_archive.search.language.parsing import MOST_CHARACTERS
from media_archive.search.service import Filters, Found
from webapp.api.faults import Faulty
from webapp.api.resources import collections
from webapp.api.resources.assets import CardTold, card_told
from webapp.api.routes import Routes
from webapp.api.shapes import Body, Page, Paged, Query, Told, Whole
from webapp.assets.choice import MORE, SORTS
from webapp.door import reading
from webapp.languages import say
from webapp.restoring import shown as restoring
from webapp.translated import gettext, lazy_gettext

lists = Routes("assets")
routes = Routes("search")
_DEGREES = r"-?[0-9]{1,3}(\.[0-9]{1,12})?"
BOX = rf"^{_DEGREES}(,{_DEGREES}){{3}}$"
Words = Annotated[str, Field(max_length=MOST_CHARACTERS, pattern=r"^[^\x00]*$")]
#: kinds of subjects of which one may be named by its own parameter, as in addresses of pages
OWN = ("project", "landmark", "street", "pipeline", "place", "event", "person", "organisation")


def box_of(text: str, where: str) -> tuple[float, float, float, float]:
    """West, south, east and north; Faulty where they are no box."""
    west, south, east, north = map(float, text.split(","))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        raise Faulty([(where, gettext("A box is west,south,east,north in degrees, west before east."))])
    return west, south, east, north


class _Narrowing:
    """What lists and bulk edits are narrowed by: all that is given must hold."""

    kind: Kind | None
    subject: list[UUID]
    shoot: UUID | None
    collection: UUID | None
    year: int | None
    box: str | None

    def filters(self) -> Filters:
        """The same for the search."""
        own = [getattr(self, name, None) for name in OWN]
        more = tuple((name, str(value)) for name in MORE if (value := getattr(self, name)) is not None)
        west, south, east, north = box_of(self.box, "box") if self.box else (0, 0, 0, 0)
        if self.collection:
            # what lies in somebody's own collection is told to those who see it
            with reading() as session:
                collections.seen(session, self.collection)
        return Filters(
            kind=self.kind,
            subjects=tuple(dict.fromkeys([*self.subject, *(one for one in own if one)])),
            shoot=self.shoot,
            collection=self.collection,
            year=self.year,
            more=more,
            box=(south, west, north, east) if self.box else None,
        )


def _more(name: str) -> tuple[Any, Any]:
    """A filter by a field of the index; of a fixed list, by one of its values."""
    known = FIELDS[name]
    words = f"{known.aliases[0] if known.aliases else name} · {known.label.template}"
    if name == "rating":
        return (Annotated[Whole, Field(ge=0, le=5)] | None, Field(None, description=words))
    if known.type is Type.CHOICE and known.choices:
        return (Literal[tuple(known.choices)] | None, Field(None, description=words))
    return (Annotated[str, Field(max_length=255, pattern=r"^[^\x00]*$")] | None, Field(None, description=words))


#: the filters that the index offers beside
_MORE: dict[str, Any] = {name: _more(name) for name in MORE}
_OWN: dict[str, Any] = dict.fromkeys(OWN, (UUID | None, None))


class _Wanted(_Narrowing, Paged):
    """Which assets: all that are given must hold."""

    q: Words = Field("", description="The language of the search box: words, “phrases”, field:value, OR, minus, near:.")
    kind: Kind | None = None
    subject: list[UUID] = Field([], max_length=20, description="Subjects that they must all be linked to.")
    shoot: UUID | None = None
    collection: UUID | None = None
    year: int | None = Field(None, ge=1, le=9999, description="Year of capture.")
    box: Annotated[str, Field(pattern=BOX)] | None = Field(None, description="west,south,east,north, WGS-84 degrees.")
    sort: Literal[tuple(SORTS)] | None = Field(  # type: ignore[valid-type]
        None, description="By relevance where words were typed, else by date; with a minus the other way round."
    )


Wanted: Any = create_model("Wanted", __base__=_Wanted, **_OWN, **_MORE)


class Counting(Wanted):
    """The same, and what is to be counted."""

    facet: list[Literal[FACETS]] = Field(  # type: ignore[valid-type]
        [], max_length=len(FACETS), description="Fields whose values are counted; the usual ones if none is named."
    )


class _Search(_Narrowing, Body):
    """What a search finds: all that are given must hold."""

    q: Words = ""
    kind: Kind | None = None
    subject: list[UUID] = Field([], max_length=20)
    shoot: UUID | None = None
    collection: UUID | None = None
    year: Annotated[Whole, Field(ge=1, le=9999)] | None = None
    box: Annotated[str, Field(pattern=BOX)] | None = None


Search: Any = create_model("Search", __base__=_Search, **_MORE)


class AssetPage(Page[CardTold]):
    """A page of assets in their order."""

    total: int


class FacetTold(Told):
    """A value that the results can be narrowed to."""

    value: str
    label: str
    count: int


class ExpansionTold(Told):
    """What was looked for besides something that was typed, and why."""

    typed: str
    added: list[str]
    why: str


class CorrectionTold(Told):
    """A query that may have been meant, and how many assets it finds."""

    query: str
    total: int


class SearchPage(AssetPage):
    """The same with the counts of each filter."""

    facets: dict[str, list[FacetTold]]
    expansions: list[ExpansionTold]
    correction: CorrectionTold | None


class ClusterTold(Told):
    """Assets close to each other on a map: their middle, and how many they are."""

    latitude: float
    longitude: float
    count: int


class Clusters(Told):
    """Where the results lie."""

    items: list[ClusterTold]


@lists.get("/assets", lazy_gettext("Assets, newest first"), AssetPage, query=Wanted)
def assets(session: Session, query: Any) -> AssetPage:
    found = find(session, query, facets=False)
    return AssetPage(items=_cards(session, found), next=found.next, total=found.total)


@routes.get("/search", lazy_gettext("Assets with the counts of each filter"), SearchPage, query=Counting)
def search(session: Session, query: Any) -> SearchPage:
    found = find(session, query, facets=query.facet or True)
    facets = {name: [FacetTold.model_validate(one) for one in values] for name, values in found.facets.items()}
    expansions = [ExpansionTold(typed=one.typed, added=list(one.added), why=say(one.why)) for one in found.expansions]
    correction = CorrectionTold.model_validate(found.correction) if found.correction else None
    told = {"next": found.next, "total": found.total, "facets": facets}
    return SearchPage(items=_cards(session, found), expansions=expansions, correction=correction, **told)


def find(session: Session, query: Any, *, facets: bool | list[str]) -> Found:
    """What a query string asks for."""
    sort = query.sort or ""
    order = Order(sort.removeprefix("-")) if sort else ""
    return service.find(
        session,
        query.q,
        query.filters(),
        cursor=query.cursor,
        limit=query.limit,
        facets=facets,
        order=order,
        turned=sort.startswith("-"),
    )


def _cards(session: Session, found: Found) -> list[CardTold]:
    cold = restoring.standings(session, found.ids)
    return [card_told(card, cold.get(card.id)) for card in catalogue.cards(session, found.ids)]


class _OnMap(_Narrowing, Query):
    """Which assets, and how fine the cells of the map are."""

    q: Words = ""
    kind: Kind | None = None
    subject: list[UUID] = Field([], max_length=20)
    shoot: UUID | None = None
    collection: UUID | None = None
    year: int | None = Field(None, ge=1, le=9999)
    box: Annotated[str, Field(pattern=BOX)] | None = None
    level: int = Field(12, ge=2, le=24, description="Sides of cells are 360 / 2^level degrees of longitude.")


OnMap: Any = create_model("OnMap", __base__=_OnMap, **_MORE)


@routes.get("/search/clusters", lazy_gettext("Where on the map the results lie"), Clusters, query=OnMap)
def clusters(session: Session, query: Any) -> Clusters:
    found = service.clusters(session, query.q, query.filters(), level=query.level)
    return Clusters(items=[ClusterTold.model_validate(one) for one in found])
