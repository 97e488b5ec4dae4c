"""Log lines. structlog is loaded with the first one: most commands end without any."""

import logging
import sys
from functools import lru_cache
from typing import Any

#: the least level of log lines in this process; None leaves structlog as it is
_least: int | None = None


def quiet() -> None:
    """Log lines go to stderr, and only errors: commands speak for themselves."""
    global _least  # noqa: PLW0603 - one process, one level
    _least = logging.ERROR
    _loaded.cache_clear()


class Log:
    """Events with facts, as structlog writes them."""

    def info(self, event: str, **facts: Any) -> None:
        _loaded().info(event, **facts)

    def warning(self, event: str, **facts: Any) -> None:
        _loaded().warning(event, **facts)

    def error(self, event: str, **facts: Any) -> None:
        _loaded().error(event, **facts)

    def exception(self, event: str, **facts: Any) -> None:
        """As `error`, with the exception that is being handled."""
        _loaded().exception(event, **facts)


@lru_cache(maxsize=1)
def _loaded() -> Any:
    import structlog

    if _least is not None:
        structlog.configure(
            wrapper_class=structlog.make_filtering_bound_logger(_least),
            logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        )
    return structlog.get_logger()
