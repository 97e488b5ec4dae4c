"""Whoever asks more often than people do waits; others do not."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from media_archive.archive import Archive
from media_archive.config import Settings
from tests.webapp.conftest import SignedIn
from webapp.app import create_app

pytestmark = pytest.mark.slow


def _tries(browser: FlaskClient, address: str = "192.0.2.1", times: int = 61) -> list[int]:
    near = {"REMOTE_ADDR": address}
    return [browser.post("/sign-in/code", data={"code": "1"}, environ_base=near).status_code for _ in range(times)]


def test_who_tries_to_get_in_too_often_waits_and_nobody_else(app: Flask, signed_in: SignedIn) -> None:
    found = _tries(app.test_client())
    assert (set(found[:60]), found[60]) == ({303}, 429)
    answer = app.test_client().post("/sign-in/code", environ_base={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.headers["Retry-After"] == "60"
    assert "请求过于频繁" in answer.get_data(as_text=True) or "Wait a minute" in answer.get_data(as_text=True)
    assert _tries(app.test_client(), "192.0.2.2", 1) == [303]
    assert signed_in("editor").get("/").status_code == 200


def test_behind_a_front_server_each_visitor_is_counted_and_nobody_names_himself(app: Flask) -> None:
    def tries(near: str, said: str) -> int:
        head = {"X-Forwarded-For": said}
        return app.test_client().post("/sign-in/code", headers=head, environ_base={"REMOTE_ADDR": near}).status_code

    assert {tries("127.0.0.1", f"203.0.113.{number}") for number in range(70)} == {303}
    assert {tries("192.0.2.9", f"203.0.113.{number}") for number in range(70)} == {303, 429}


def test_the_settings_can_leave_it_out(archive: Archive, settings: Settings) -> None:
    free = Archive.open(settings.model_copy(update={"rate_limits": False}))
    app = create_app(free)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    assert set(_tries(app.test_client())) == {303}
    free.close()
