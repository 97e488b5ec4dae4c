"""docker-compose.yml fits the settings, keeps no secret and refuses to start without what it needs."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from media_archive.config import PREFIX, PROJECT, Settings

COMPOSE = PROJECT / "docker-compose.yml"
TEXT = COMPOSE.read_text("utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
VOLUMES: dict[str, Any] = yaml.safe_load(TEXT)["volumes"]
EXAMPLE = dict(
    line.split("=", 1)
    for line in (PROJECT / ".env.example").read_text("utf-8").splitlines()
    if re.match(r"[A-Z]", line)
)
VARIABLES = re.findall(r"(?<!\$)\$\{(\w+)(?:(:[-?])([^}]*))?\}", TEXT)
OURS = [name for name, service in SERVICES.items() if "build" in service]
every_service = pytest.mark.parametrize("name", SERVICES)


def test_every_setting_it_makes_is_one_the_archive_knows() -> None:
    made = {key for service in SERVICES.values() for key in service.get("environment", {}) if key.startswith(PREFIX)}
    assert len(made) > 5
    assert {key.removeprefix(PREFIX).lower() for key in made} <= set(Settings.model_fields)


def test_its_settings_are_accepted() -> None:
    environment = SERVICES["web"]["environment"]
    settings = Settings(**{key.removeprefix(PREFIX).lower(): value for key, value in environment.items()})
    assert settings.database.startswith("postgresql://")
    assert settings.broker.startswith("amqp://")
    assert (PROJECT / "storage_profiles" / f"{settings.storage_profile}.toml").exists()


def test_every_variable_is_explained_in_the_example_and_none_there_is_unused() -> None:
    assert {name for name, _, _ in VARIABLES} == set(EXAMPLE)


def test_the_example_holds_no_values() -> None:
    assert set(EXAMPLE.values()) == {""}


def test_every_secret_is_required_with_a_reason() -> None:
    secrets = [variable for variable in VARIABLES if re.search("PASSWORD|KEY|SECRET|TOKEN", variable[0])]
    assert len(secrets) >= 4
    for name, kind, reason in secrets:
        assert kind == ":?", f"{name} has a default"
        assert len(reason) > 10


def test_no_password_is_written_into_it() -> None:
    for service in SERVICES.values():
        for key, value in service.get("environment", {}).items():
            if re.search("PASS|SECRET|ACCESS_KEY|_URL$", key):
                assert "${" in str(value), f"{key} is written out"


@every_service
def test_every_image_is_pinned(name: str) -> None:
    image = SERVICES[name]["image"]
    assert re.search(r":(\d+\.\d+|\$\{MEDIA_ARCHIVE_VERSION:\?)", image), image


@every_service
def test_every_lasting_service_tells_its_health(name: str) -> None:
    if SERVICES[name].get("restart") != "no":
        assert SERVICES[name]["healthcheck"]["test"]
        assert SERVICES[name]["restart"] == "unless-stopped"


@every_service
def test_every_dependency_is_waited_for(name: str) -> None:
    for other, wanted in SERVICES[name].get("depends_on", {}).items():
        once = SERVICES[other].get("restart") == "no"
        assert wanted["condition"] == ("service_completed_successfully" if once else "service_healthy")


def test_every_volume_is_declared_and_used() -> None:
    named = set()
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (PROJECT / source).exists()
            else:
                named.add(source)
    assert named == set(VOLUMES)


def test_everything_that_keeps_data_keeps_it_in_a_volume() -> None:
    for name in ("db", "queue", "objects", "web", "worker"):
        assert any(not volume.startswith(".") for volume in SERVICES[name]["volumes"])


def test_only_nginx_is_reached_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["nginx"]


def test_every_kind_of_worker_runs_once() -> None:
    from workers.app import commands

    started = [
        SERVICES[name]["command"][-1] for name in OURS if SERVICES[name]["command"][:2] == ["media-archive", "worker"]
    ]
    assert sorted(started) == sorted(commands(Settings()))


def test_the_image_copies_only_what_exists() -> None:
    text = (PROJECT / "Dockerfile").read_text("utf-8")
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        for source in line.split():
            assert (PROJECT / source).exists(), source
    assert all(":" in image for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE))


def test_nginx_sends_what_the_web_server_points_to() -> None:
    prefix, home = (SERVICES["web"]["environment"][PREFIX + key] for key in ("ACCEL_PREFIX", "HOME"))
    text = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8")
    place = re.search(r"location (\S+) \{\s+internal;\s+alias (\S+);", text)
    assert place
    assert place[1] == f"{prefix}{home}/store/"
    assert place[2] == f"{home}/store/"


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
def test_nginx_accepts_its_configuration(tmp_path: Path) -> None:
    # the name `web` is known only inside the network of the containers
    text = (PROJECT / "deploy" / "nginx.conf").read_text("utf-8").replace("server web:8080", "server 127.0.0.1:8080")
    (tmp_path / "nginx.conf").write_text(text.replace("/tmp/nginx.pid", f"{tmp_path}/nginx.pid"))
    done = subprocess.run(
        [str(shutil.which("nginx")), "-t", "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
