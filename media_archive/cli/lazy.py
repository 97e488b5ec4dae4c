"""Groups that import a command only when it is called, so that each starts at once."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands lie in modules of `package`, and are imported when they are called."""

    def __init__(
        self, *args: Any, package: str, table: Mapping[str, tuple[str, str]], renamed: Mapping[str, str], **kwargs: Any
    ) -> None:
        """`table`: command -> (module, one line for the list); `renamed`: command -> its function, if called otherwise."""
        super().__init__(*args, **kwargs)
        self._package, self._table, self._renamed = package, table, renamed

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._table:
            return None
        module = import_module(f"{self._package}.{self._table[cmd_name][0]}")
        command: click.Command = getattr(module, self._renamed.get(cmd_name, cmd_name.replace("-", "_")))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self._table.items()])
