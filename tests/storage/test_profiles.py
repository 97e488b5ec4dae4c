"""Profiles: those that ship load; what is wrong with one is said by file and key."""

from pathlib import Path

import pytest

from media_archive.config import PROJECT, Settings
from media_archive.errors import Invalid, NotFound
from media_archive.storage import profiles
from media_archive.storage.models import Role
from media_archive.storage.profiles import loading

GOOD = """
[name]
zh = "名"
en = "name"
[description]
zh = "述"
en = "what it is"
[stores.main]
kind = "folder"
path = "{home}/store/main"
[[rules]]
roles = ["original", "sidecar", "rendition"]
copies = ["main"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "profiles"
    made.mkdir()
    return made


def load(folder: Path, text: str) -> profiles.Profile:
    (folder / "mine.toml").write_text(text, "utf-8")
    return profiles.load("mine", Settings(home=folder.parent / "home", profiles_folder=folder))


def shipped() -> list[str]:
    return sorted(file.stem for file in (PROJECT / "storage_profiles").glob("*.toml"))


def test_the_promised_profiles_ship() -> None:
    assert set(shipped()) >= {"single-disk", "two-disks", "s3-standard", "city-archive", "public-access"}


@pytest.mark.parametrize("name", shipped())
def test_every_shipped_profile_loads_and_opens(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("SECOND_DISK", "NAS"):
        monkeypatch.setenv(f"MEDIA_ARCHIVE_{variable}", str(tmp_path / "second"))
    settings = Settings(home=tmp_path / "home")
    profile = profiles.load(name, settings)
    assert set(profiles.open_stores(profile, settings)) == set(profile.stores)
    assert all(profile.landing(role).store in profile.stores for role in Role)
    assert profile.description.zh != profile.description.en


def test_the_profile_says_where_originals_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIA_ARCHIVE_SECOND_DISK", str(tmp_path / "second"))
    profile = profiles.load("two-disks", Settings(home=tmp_path / "home"))
    [originals], [renditions] = profile.fitting(Role.ORIGINAL), profile.fitting(Role.RENDITION)
    assert originals.copies == ["main", "second"]
    assert renditions.copies == ["main"]
    assert originals.verified == 2


def test_an_unset_variable_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIA_ARCHIVE_SECOND_DISK", raising=False)
    with pytest.raises(Invalid, match=r"two-disks\.toml takes stores\.second\.path .* MEDIA_ARCHIVE_SECOND_DISK"):
        profiles.load("two-disks", Settings(home=tmp_path / "home"))


def test_an_unknown_profile_names_the_known_ones(tmp_path: Path) -> None:
    for name in ("nothing", "../single-disk", ""):
        with pytest.raises(NotFound, match="single-disk"):
            profiles.load(name, Settings(home=tmp_path / "home"))


def test_a_sound_profile_is_taken(folder: Path) -> None:
    assert load(folder, GOOD).landing(Role.SIDECAR).store == "main"


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("zh =", "zh ="), None),
        (('zh = "名"', ""), r"name\.zh"),
        (('kind = "folder"', 'kind = "tape"'), r"stores\.main.*tape"),
        (('kind = "folder"', ""), r"stores\.main.*kind"),
        (('path = "{home}/store/main"', 'path = "store"'), "not absolute"),
        (('path = "{home}/store/main"', 'path = "/x"\ncolour = "red"'), r"stores\.main.*colour"),
        (('"original", ', ""), 'role "original" no copies'),
        (('"original", ', '"origin", '), r"line 12, rules\[1\]\.when\.roles"),
        (('copies = ["main"]', "copies = []"), r"line 13, rules\[1\]\.copies"),
        (('copies = ["main"]', 'copies = ["attic"]'), '"attic", which is not among the stores and tiers'),
        (('copies = ["main"]', 'copies = ["main", "main"]'), "names a tier twice"),
        (('copies = ["main"]', 'copies = ["main"]\nverified = 2'), "asks for 2 copies"),
        (("[[rules]]", '[[rules]]\nroles = ["original"]\ncopies = ["main"]\n[[rules]]'), "two rules speak"),
        (("[[rules]]", '[stores.b]\nkind = "folder"\npath = "{home}/store/main/../main"\n[[rules]]'), "same place"),
        (("[[rules]]", "[stores.Bad_Name]\n[[rules]]"), "Bad_Name"),
        (("[[rules]]", '[stores.b]\nkind = "s3"\nbucket = "b b"\n[[rules]]'), r"stores\.b.*bucket"),
        (
            ("[[rules]]", '[stores.b]\nkind = "s3"\nbucket = "bbb"\nstorage_class = "GLACIER"\n[[rules]]'),
            "storage_class",
        ),
        (("[name]", "[name"), "not valid TOML"),
    ],
)
def test_each_mistake_is_named_with_its_file(folder: Path, wrong: tuple[str, str], told: str | None) -> None:
    text = GOOD.replace(*wrong, 1)
    if told is None:
        load(folder, text)
        return
    with pytest.raises(Invalid, match=told) as refused:
        load(folder, text)
    assert "mine.toml" in str(refused.value)


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    text = GOOD.replace('zh = "名"', "").replace('"{home}/store/main"', "7")
    with pytest.raises(Invalid, match=r"name\.zh.*stores\.main"):
        load(folder, text)


def test_a_variable_may_have_a_value_to_fall_back_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MEDIA_ARCHIVE_S3_BUCKET", raising=False)
    settings = Settings(home=tmp_path / "home")
    assert profiles.load("s3-standard", settings).stores["objects"].bucket == "media-archive"
    monkeypatch.setenv("MEDIA_ARCHIVE_S3_BUCKET", "city-films")
    assert profiles.load("s3-standard", settings).stores["objects"].bucket == "city-films"


CITY = """
minimum = 2
[name]
zh = "名"
en = "name"
[description]
zh = "述"
en = "what it is"
[stores.nas]
kind = "folder"
path = "{home}/store/nas"
site = "house"
[stores.far]
kind = "s3"
bucket = "far"
site = "far"
[tiers.hot]
store = "nas"
[tiers.near]
store = "far"
[tiers.cold]
store = "far"
storage_class = "GLACIER"
minimum_days = 90
hours = 5
[[rules]]
name = "idle"
when = { roles = ["original"], idle_for = 365 }
copies = ["hot", "cold"]
verified = 2
sites = 2
[[rules]]
name = "masters"
roles = ["original", "sidecar"]
copies = ["hot", "near"]
verified = 2
[[rules]]
name = "shown"
roles = ["rendition"]
copies = ["hot"]
"""
SECOND = '[[rules]]\nname = "masters"'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        # an original that grows old or loses its stars must stay safe, whatever the rule for fresh ones says
        ("sites = 2", "# none", None),
        ('"cold"]\nverified = 2', '"cold"]\nverified = 1', r'line 30, .*"idle" would leave originals with 1 verified'),
        ("sites = 2", "sites = 3", r"at 3 sites, but its stores stand at 2"),
        ('["hot", "cold"]', '["near", "cold"]', r"two copies in one store"),
        ("hours = 5", "", r"no hours, but objects of the class GLACIER must be restored"),
        (
            '[tiers.near]\nstore = "far"',
            '[tiers.near]\nstore = "far"\nhours = 1',
            r"STANDARD is not among offline_classes",
        ),
        ('[tiers.hot]\nstore = "nas"', '[tiers.hot]\nstore = "nas"\nhours = 1', r"is a folder, which is read at once"),
        ('["rendition"]\ncopies = ["hot"]', '["rendition"]\ncopies = ["cold"]', r"renditions offline"),
        ('name = "masters"', 'name = "idle"', r'two rules are called "idle"'),
        (
            SECOND,
            '[[rules]]\nname = "older"\nwhen = {roles = ["original"], idle_for = 700, kinds = ["film"]}\n'
            f'copies = ["hot", "near"]\nverified = 2\n{SECOND}',
            r"rules\[2\] \(older\): .*rule 2 is never reached by it, since rule 1 takes all",
        ),
        ("idle_for = 365", "older_than = 9, younger_than = 9", r'no file can fit "idle"'),
        ("idle_for = 365", "idel_for = 365", r"line 28.*rules\[1\] \(idle\)\.when\.idel_for"),
        ("minimum_days = 90", 'minimum_days = "long"', r"line 24, tiers\.cold\.minimum_days"),
    ],
)
def test_what_endangers_files_is_refused(folder: Path, old: str, new: str, told: str | None) -> None:
    assert old in CITY
    text = CITY.replace(old, new, 1)
    if told is None:
        load(folder, text)
        return
    with pytest.raises(Invalid, match=told):
        load(folder, text)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("", "", '"masters" may take copies out of the tier "cold"'),
        ('["hot", "near"]', '["hot"]', 'no rule puts anything into the tier "near"'),
        ('site = "far"', 'site = "house"', "at one site"),
    ],
)
def test_what_is_doubtful_is_a_warning(folder: Path, old: str, new: str, told: str) -> None:
    file = folder / "mine.toml"
    text = CITY.replace('copies = ["hot", "near"]\nverified = 2', 'copies = ["hot", "near"]\nverified = 2', 1)
    text = (
        text.replace("sites = 2\n", "").replace("minimum = 2", "minimum = 1").replace("verified = 2", "verified = 1", 2)
    )
    text = text.replace('name = "masters"', 'name = "masters"\nsites = 1')
    if told == "at one site":
        text = text.replace("verified = 1", "verified = 2", 2)
    if told.startswith('"masters"'):
        text = text.replace('copies = ["hot", "near"]', 'copies = ["hot"]')
    file.write_text(text.replace(old, new, 1) if old else text, "utf-8")
    checked = loading.check(file, Settings(home=folder.parent / "home", profiles_folder=folder))
    assert checked.mistakes == []
    assert any(told in str(one.message) for one in checked.warnings)


def test_the_shipped_profiles_raise_no_doubts(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    for name in shipped():
        checked = loading.check(loading.find(name, settings), settings)
        assert (checked.mistakes, checked.warnings) == ([], []), name


def test_every_sort_of_mistake_is_told_in_words_that_can_be_translated(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text(
        """
colour = "red"
currency = 5
minimum = 1.5
[name]
zh = ""
[description]
zh = "a"
en = "b"
[stores.a]
kind = "tape"
[stores.b]
kind = "folder"
path = "/b"
site = "Big City"
read_only = "perhaps"
bandwidth = "fast"
[nightly]
at = "noon"
gigabytes = 0
[[rules]]
when = { roles = ["orginal"] }
copies = []
"""
    )
    found = loading.check(file, Settings(home=tmp_path)).mistakes
    assert len(found) >= 12
    assert [one.key for one in found if one.message.template == "{reason}"] == []
    assert len([one for one in found if one.key == "stores.b.site"]) == 1
