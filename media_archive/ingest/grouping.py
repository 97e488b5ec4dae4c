"""Which files of a folder are one asset: RAW and JPEG of one exposure, a clip or picture and its sidecars."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

from media_archive.ingest.find import Candidate
from media_archive.metadata.formats import Format
from media_archive.storage.models import Role

#: made by the camera beside a RAW of the same exposure
COMPANIONS = frozenset({"jpeg", "heif"})
#: extension -> kinds it accompanies, for files that are media by content and sidecars by purpose
BESIDE = {".thm": {"film"}, ".lrv": {"film"}, ".lrf": {"film"}}
#: sidecar format -> kinds it accompanies
ACCOMPANIES = {
    "srt": {"film"},
    "xmp": {"photo", "film", "sound"},
    "gpx": {"photo", "film"},
    "camera-xml": {"film"},
    "aae": {"photo"},
}
#: what cameras put behind a clip's name to name its sidecar: C0001.MP4 has C0001M01.XML
ENDINGS = {"camera-xml": "m01"}


@dataclass(frozen=True)
class Member:
    """A file of a group, with its format, its role and the fingerprint of its bytes."""

    candidate: Candidate
    format: Format
    role: Role
    fingerprint: str


@dataclass
class Group:
    """The files that become one asset; the first is the one that it is shown from where it has no better."""

    members: list[Member] = field(default_factory=list)
    #: which rule put them together; "" for a file alone
    rule: str = ""

    @property
    def kind(self) -> str:
        """photo, film or sound."""
        return self.members[0].format.kind


@dataclass(frozen=True)
class Recognised:
    """A candidate whose format is known."""

    candidate: Candidate
    format: Format
    fingerprint: str

    @property
    def stem(self) -> str:
        return PurePath(self.candidate.path.name).stem.casefold()

    @property
    def suffix(self) -> str:
        return PurePath(self.candidate.path.name).suffix.casefold()

    def member(self, role: Role) -> Member:
        return Member(self.candidate, self.format, role, self.fingerprint)


def group(files: Sequence[Recognised]) -> tuple[list[Group], list[Recognised]]:
    """The groups of one folder, by name, and the sidecars that belong to none."""
    by_stem: dict[str, list[Recognised]] = defaultdict(list)
    sidecars = []
    kinds_of = _kinds_by_stem(files)
    for file in files:
        if file.format.kind == "sidecar" or BESIDE.get(file.suffix, set()) & kinds_of[file.stem]:
            sidecars.append(file)
        else:
            by_stem[file.stem].append(file)
    groups = [made for same in by_stem.values() for made in _pair(same)]
    alone = [sidecar for sidecar in sidecars if not _attach(sidecar, groups)]
    return groups, alone


def _kinds_by_stem(files: Iterable[Recognised]) -> defaultdict[str, set[str]]:
    """Stem -> kinds of the files that are no sidecar by extension."""
    kinds: defaultdict[str, set[str]] = defaultdict(set)
    for file in files:
        if file.format.kind != "sidecar" and file.suffix not in BESIDE:
            kinds[file.stem].add(file.format.kind)
    return kinds


def _pair(same: Sequence[Recognised]) -> list[Group]:
    """Files of one stem: a single RAW takes the single camera JPEG or HEIF beside it; everything else stands alone."""
    raws = [file for file in same if file.format.raw]
    companions = [file for file in same if file.format.name in COMPANIONS]
    if len(raws) != 1 or len(companions) != 1:
        return [Group([file.member(Role.ORIGINAL)]) for file in same]
    pair = Group([raws[0].member(Role.ORIGINAL), companions[0].member(Role.ORIGINAL)], rule="raw+companion")
    others = [file for file in same if file not in (raws[0], companions[0])]
    return [pair, *(Group([file.member(Role.ORIGINAL)]) for file in others)]


def _attach(sidecar: Recognised, groups: Iterable[Group]) -> bool:
    """Puts the sidecar to the file it is named after (clip.mp4.xmp), else to the first of its stem (clip.xmp)."""
    kinds = BESIDE.get(sidecar.suffix) or ACCOMPANIES.get(sidecar.format.name, set())
    fitting = [one for one in groups if one.kind in kinds]
    for one in fitting:
        if any(member.candidate.path.name.casefold() == sidecar.stem for member in one.members):
            return _join(one, sidecar)
    stems = {sidecar.stem, sidecar.stem.removesuffix(ENDINGS.get(sidecar.format.name, ""))}
    for one in sorted(fitting, key=lambda one: not one.members[0].format.raw):
        if PurePath(one.members[0].candidate.path.name).stem.casefold() in stems:
            return _join(one, sidecar)
    return False


def _join(group: Group, sidecar: Recognised) -> bool:
    group.members.append(sidecar.member(Role.SIDECAR))
    group.rule = group.rule or "sidecar"
    return True
