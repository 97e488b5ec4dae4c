"""What a pass over all files and their copies needs of the database."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, literal_column, select, text

from media_archive.storage.models import Copy, File

#: memory that PostgreSQL may take for the passes; its own default writes them to disk
WORK_MEMORY = "160MB"
#: PostgreSQL goes through files and copies with several processes only where it believes that to be worth its while,
#: and compiles what is asked once into machine code
TOGETHER = (
    "SET parallel_setup_cost = 0",
    "SET parallel_tuple_cost = 0",
    "SET min_parallel_table_scan_size = 0",
    "SET jit = off",
)


def prepare(connection: Connection, cache_kilobytes: int) -> None:
    """Gives a connection what passes over everything need."""
    memory = f"SET work_mem = '{WORK_MEMORY}'", *TOGETHER
    postgresql = connection.dialect.name == "postgresql"
    for setting in memory if postgresql else (f"PRAGMA cache_size = -{cache_kilobytes}",):
        connection.execute(text(setting))


def with_lying(
    files: Select[*tuple[Any, ...]], lying: ColumnElement[Any], nothing: int | str, dialect: str
) -> Select[Any]:
    """`files`, which names `file_id` and reads File, with a last column `lying`: how the copies of each lie."""
    if dialect == "sqlite":
        # it would write a joined sum to disk first, and index it: to look up each file's copies is three times as fast
        each = select(lying).where(Copy.file_id == File.id).scalar_subquery()
        return files.add_columns(func.coalesce(each, nothing).label("lying"))
    # kept apart by an offset of nothing, what is worked out of files is worked out by several processes
    apart = files.offset(literal_column("0")).subquery()
    sums = select(Copy.file_id, lying.label("lying")).group_by(Copy.file_id).subquery()
    joined = select(*apart.c, func.coalesce(sums.c.lying, nothing).label("lying"))
    return joined.outerjoin(sums, sums.c.file_id == apart.c.file_id)
