"""Who may call what: one rule for every address, and nobody may call what has none.

A rule is PUBLIC (everybody), SIGNED_IN (whoever has an account), or the actions of which one must be allowed
(`access.service.MAY`). It is the least: what an address does may ask for more, by what it is asked to do.
Routes of the interface for programs declare their action themselves (`api.routes`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

from webapp.api.views import ROUTES


@dataclass(frozen=True)
class Rule:
    """Who may."""

    #: one of them must be allowed; none: whoever is signed in
    actions: tuple[str, ...] = ()
    #: nobody needs to sign in
    public: bool = False


PUBLIC, SIGNED_IN = Rule(public=True), Rule()
#: what moves an asset on; which of them it takes, its state decides
MOVING = ("check", "describe", "approve", "publish")

#: for everybody: the sign-in, health, and pictures, of which unsigned visitors get those that are published
_PUBLIC = (
    "signin.sign_in signin.code signin.enter signin.leave signin.arrive pages.preferences",
    "shared.page shared.unlock shared.one shared.send",
    "health.alive health.ready health.metrics iiif.base iiif.info iiif.image",
)
#: for everybody who is signed in: what is one's own
_OWN = (
    "signin.sign_out pages.about interface.index tokens.index tokens.make tokens.revoke",
    "account.page account.password account.begin account.confirm account.codes account.without account.out",
    "account.out_everywhere",
)
_ACTIONS: tuple[tuple[str | tuple[str, ...], str], ...] = (
    (
        "look",
        "assets.grid assets.skeleton assets.window assets.choose_columns assets.page assets.scrub assets.playlist",
    ),
    ("look", "media.send texts.captions shoots.index shoots.page shoots.live subjects.index subjects.page"),
    ("look", "subjects.export comparing.index comparing.pair comparing.page collections.index collections.page"),
    ("look", "dashboard.page"),
    ("look", "map.page map.clusters map.assets map.subjects map.ground"),
    ("look", "cutting.index cutting.page cutting.listed cutting.table cutting.export"),
    ("look", "marking.favour"),
    ("look", "parcels.index parcels.page parcels.take"),
    (MOVING, "tasks.index tasks.waiting tasks.move describing.move"),
    ("describe", "describing.page describing.save describing.undo texts.mend links.add links.remove"),
    ("describe", "suggestions.index suggestions.decide suggestions.undo comparing.keep comparing.change"),
    ("describe", "bulk.index bulk.new bulk.attempt bulk.ask bulk.page bulk.undo"),
    ("describe", "subjects.new subjects.enter subjects.edit subjects.change subjects.relate subjects.unrelate"),
    ("describe", "subjects.merge subjects.unmerge subjects.split subjects.doubles"),
    ("describe", "subjects.import_form subjects.bring subjects.go_on subjects.imported subjects.refused_rows"),
    ("describe", "shoot_descriptions.page shoot_descriptions.save shoot_descriptions.undo"),
    ("describe", "marking.rate marking.tag"),
    ("describe", "captions.index captions.chosen captions.save captions.save_all captions.offered"),
    ("describe", "culling.page culling.listed culling.cards culling.judge culling.judge_one"),
    ("describe", "placing.of_shoot placing.of_selection placing.clock placing.track placing.line placing.position"),
    ("number", "describing.number tasks.number"),
    ("compare", "likeness.index likeness.decide likeness.reopen"),
    ("ingest", "ingest.form ingest.begin"),
    ("ingest", "tus.options tus.create tus.ask tus.add tus.end tus.overridden"),
    ("ingest", "uploads.index uploads.begin uploads.page uploads.files uploads.send uploads.known uploads.leave_out"),
    ("ingest", "uploads.digests uploads.hand_over uploads.discard"),
    ("arrange", "collections.new collections.create collections.form collections.change collections.remove"),
    ("arrange", "cutting.create cutting.mark cutting.change cutting.keep cutting.arrange"),
    ("arrange", "collections.offered collections.arrange collections.choose collections.add"),
    ("arrange", "grants.page grants.give grants.revoke"),
    ("download", "parcels.sheet_form parcels.sheet parcels.clip"),
    ("share", "shares.index shares.new shares.choose shares.make shares.revoke shares.reissue"),
    ("request", "lending.index lending.new lending.choose lending.ask lending.page lending.answer lending.withdraw"),
    ("request", "lending.take lending.report"),
    ("answer requests", "lending.decide lending.again"),
    (("download", "retry jobs"), "renditions.ask"),
    ("restore", "restoring.index restoring.confirm restoring.ask restoring.page restoring.end restoring.seen"),
    ("see the trash", "trash.index trash.page"),
    (("see the trash", "approve deletions"), "trash.decide"),
    ("put into the trash", "trash.choose trash.put"),
    ("set holds", "trash.hold"),
    ("set retention", "trash.retain"),
    ("see jobs", "jobs.index"),
    ("retry jobs", "jobs.retry jobs.retry_all"),
    ("see storage", "storage.index storage.plans storage.plan"),
    ("move copies", "storage.ask storage.apply storage.cancel"),
    ("set the watermark", "watermark.page watermark.sample watermark.trial watermark.change"),
    ("manage users", "users.index users.add users.page users.change users.link users.sign_out users.token"),
    ("manage users", "users.groups users.make_group users.group users.change_group"),
    ("manage users", "institutions.index institutions.add institutions.rename"),
    ("see to arrivals", "everyones.index everyones.take_over everyones.end everyones.again"),
    ("see to arrivals", "watching.index watching.add watching.change"),
    ("see the record", "record.index"),
)


def _named(lines: Iterable[str], rule: Rule) -> dict[str, Rule]:
    return {endpoint: rule for line in lines for endpoint in line.split()}


def _table() -> dict[str, Rule]:
    table = _named(_PUBLIC, PUBLIC) | _named(_OWN, SIGNED_IN)
    for actions, endpoints in _ACTIONS:
        table |= _named([endpoints], Rule((actions,) if isinstance(actions, str) else actions))
    return table | {f"api.{route.name}": Rule((route.action,)) for route in ROUTES}


#: endpoint -> its rule
RULES = _table()


def of(endpoint: str) -> Rule | None:
    """The rule of an endpoint; None where it has none, and is closed to everybody."""
    return RULES.get(endpoint)
