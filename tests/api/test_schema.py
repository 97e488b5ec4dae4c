"""Requests of every shape that the description allows, and many that it does not, at a real server with real data."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.serving import Real, real

#: the whole takes minutes: it is asked for by this variable, with a number of examples
ALL = os.environ.get("API_EXAMPLES")
SEED = "20261123"
#: what else could be told of a request stands in no schema: whether a folder is there, whose turn it is
LEFT_OUT = "positive_data_acceptance"
CONFIGURATION = """
[parameters]
"path.asset_id" = "{photo}"
"path.subject_id" = "{street}"
"path.shoot_id" = "{shoot}"
"path.job_id" = "{job}"

[checks.missing_required_header]
expected-statuses = [428]

[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 428]
"""


def _configured(folder: Path, served: Real) -> Path:
    file, sample = folder / "schemathesis.toml", served.sample
    ids = {"photo": sample.photos[0], "street": sample.street, "shoot": sample.shoot, "job": sample.dead_job}
    file.write_text(CONFIGURATION.format(**ids), "utf-8")
    return file


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_no_request_makes_the_server_fail_or_answer_what_it_does_not_declare(tmp_path: Path) -> None:
    pytest.importorskip("schemathesis")
    phases, examples = ("examples,coverage,fuzzing", ALL) if ALL else ("fuzzing", "1")
    with real(tmp_path / "home") as served:
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(_configured(tmp_path, served))),
            *("run", f"{served.address}/api/v1/openapi.json", "-H", f"Authorization: Bearer {served.key}"),
            *("--phases", phases, "--max-examples", examples, "--seed", SEED),
            *("--exclude-checks", LEFT_OUT, "--request-timeout", "30", "--warnings", "off", "--continue-on-failure"),
        ]
        told = subprocess.run(command, capture_output=True, text=True, timeout=850, check=False, cwd=tmp_path)
    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr[-2000:]
    assert "Tested: " in told.stdout
