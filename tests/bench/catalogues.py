"""Large catalogues made by the database itself."""

from collections.abc import Iterator, Mapping

from sqlalchemy import Engine, text

from media_archive import db

#: ids of rows: the number, as the low digits of a UUID
ID = {"sqlite": "printf('%032x', {})", "postgresql": "lpad(to_hex({}::bigint), 32, '0')::uuid"}
NUMBERS = {
    "sqlite": "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {} - 1) SELECT i FROM n)",
    "postgresql": "(SELECT i FROM generate_series(0, {} - 1) AS i)",
}
MOMENT = {
    "sqlite": "datetime('2026-06-01', '-' || ({}) || ' days') || '.000000'",
    "postgresql": "timestamptz '2026-06-01 00:00+00' - ({}) * interval '1 day'",
}
ARCHIVE, SHOOT = "f" * 32, "e" * 32
#: days before the first of June 2026 over which files came in
SPAN = 1500


class Maker:
    """Writes rows by INSERT..SELECT."""

    def __init__(self, engine: Engine, files: int) -> None:
        self.engine, self.files = engine, files
        self.dialect = engine.dialect.name

    def id(self, number: str) -> str:
        """SQL of the id of a number."""
        return ID[self.dialect].format(number)

    def day(self, days: str) -> str:
        """SQL of the moment so many days before."""
        return MOMENT[self.dialect].format(days)

    def fill(self, copies: Mapping[tuple[str, str], str]) -> None:
        """A file for each asset, and copies of those that the condition on `i` fits, by (store, class)."""
        with self.engine.begin() as connection:
            numbers = NUMBERS[self.dialect].format(self.files)
            for statement in (self._ground(), self._assets(numbers), self._files(numbers)):
                for one in statement.split(";"):
                    connection.execute(text(one))
            for number, ((store, storage_class), where) in enumerate(copies.items(), 1):
                connection.execute(text(self._copies(numbers, store, storage_class, where, number)))
            for statement in self._projects(numbers):
                connection.execute(text(statement))
        with self.engine.begin() as connection:
            connection.execute(text("ANALYZE"))

    def _ground(self) -> str:
        return (
            f"INSERT INTO archive (id, code, name, created_at) VALUES ('{ARCHIVE}', 'A', 'A', {self.day('0')});"
            "INSERT INTO shoot (id, archive_id, name, caption, photographer, fields, clock_shifts, version, created_by,"
            " created_at)"
            f" VALUES ('{SHOOT}', '{ARCHIVE}', 's', '', '', '{{}}', '[]', 1, 'x', {self.day('0')})"
        )

    def _assets(self, numbers: str) -> str:
        moment = self.day(f"i % {SPAN}")
        return (
            "INSERT INTO asset (id, archive_id, shoot_id, kind, state, keywords, set_by_hand, record, fields, version,"
            " rating, retention, opened_at, shown_at, created_at, changed_at, state_since)"
            f" SELECT {self.id('i')}, {self._given(ARCHIVE)}, {self._given(SHOOT)},"
            " CASE WHEN i % 10 = 0 THEN 'film' ELSE 'photo' END, 'received', '[]', '[]', '{}', '{}', 1, i % 6,"
            " CASE WHEN i % 50 = 0 THEN 'permanent' END,"
            f" CASE WHEN i % 7 = 0 THEN {self.day('i % 400')} END, {moment}, {moment}, {moment}, {moment} FROM {numbers}"
        )

    def _files(self, numbers: str) -> str:
        # a fifth are originals of which the others are renditions
        return (
            "INSERT INTO file (id, archive_id, asset_id, role, name, folder, size, sha256, media_type, format, created_at)"
            f" SELECT {self.id('i')}, {self._given(ARCHIVE)}, {self.id('i')},"
            " CASE WHEN i % 5 = 0 THEN 'original' ELSE 'rendition' END, 'a', '', 1000000 + i % 1000,"
            f" {self._hex('i')}, 'image/jpeg', 'jpeg', {self.day(f'i % {SPAN}')} FROM {numbers}"
        )

    def _copies(self, numbers: str, store: str, storage_class: str, where: str, number: int) -> str:
        moment = self.day(f"i % {SPAN}")
        return (
            "INSERT INTO copy (id, file_id, store, key, storage_class, verified_at, audited_at, class_since, created_at)"
            f" SELECT {self.id(f'i * 16 + {number}')}, {self.id('i')}, '{store}', {self._hex('i')},"
            f" '{storage_class}', {moment}, {moment}, {moment}, {moment} FROM {numbers} AS n WHERE {where}"
        )

    def _projects(self, numbers: str) -> Iterator[str]:
        """A hundred projects, of which each fifth asset shows one: in the mean an asset has five files."""
        projects, moment = f"(SELECT i FROM {numbers} AS n WHERE i < 100) AS p", self.day("0")
        yield (
            "INSERT INTO subject (id, archive_id, kind, name, description, details, sources, version, created_at, changed_at)"
            f" SELECT {self.id('i')}, {self._given(ARCHIVE)}, 'project', 'project', '', '{{}}', '[]', 1, {moment}, {moment}"
            f" FROM {projects}"
        )
        yield (
            "INSERT INTO link (id, asset_id, subject_id, role, said_by, confidence, created_at)"
            f" SELECT {self.id('i')}, {self.id('i')}, {self.id('i / 5 % 100')}, 'shows', 'x', 1, {moment} FROM {numbers} AS n"
            " WHERE i % 5 = 0"
        )

    def _hex(self, number: str) -> str:
        return {"sqlite": f"printf('%064x', {number})", "postgresql": f"lpad(to_hex({number}::bigint), 64, '0')"}[
            self.dialect
        ]

    def _given(self, id_: str) -> str:
        return f"'{id_}'" if self.dialect == "sqlite" else f"'{id_}'::uuid"


def large_catalogue(engine: Engine, files: int, copies: Mapping[tuple[str, str], str]) -> None:
    """An empty schema on `engine`, filled."""
    db.Base.metadata.create_all(engine)
    Maker(engine, files).fill(copies)
