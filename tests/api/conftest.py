"""Programs with tokens, at the filled archive of the pages' tests."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from media_archive.access import service as access
from media_archive.access import tokens
from media_archive.archive import Archive
from tests.webapp.conftest import app, archive, compiled, sample, signed_in, stock, stranger

__all__ = ["app", "archive", "compiled", "sample", "signed_in", "stock", "stranger"]


class Program:
    """A program that comes with a token, or with none."""

    def __init__(self, app: Flask, key: str | None) -> None:
        self.client: FlaskClient = app.test_client()
        self.head = {"Authorization": f"Bearer {key}"} if key else {}

    def ask(self, method: str, path: str, json: Any = None, **head: str) -> TestResponse:
        """A request; names of `head` have _ for -."""
        headers = self.head | {name.replace("_", "-"): value for name, value in head.items()}
        sent: dict[str, Any] = {} if json is None else {"json": json}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **sent)


MakeProgram = Callable[..., Program]


@pytest.fixture
def program(app: Flask, archive: Archive) -> MakeProgram:
    """A program of somebody with that role."""
    # as it runs: forms need their token, and the interface must not
    app.config["WTF_CSRF_ENABLED"] = True

    def make(role: str = "archivist", scope: str = "write") -> Program:
        with archive.transaction() as session:
            _, key = tokens.issue(session, access.user_called(session, role), "测试", scope, 1, role)
        return Program(app, key)

    return make
