"""At a real server with real data: the examples of the docs, and requests of every shape that the description allows."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from media_archive.config import PROJECT
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


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    """A whole archive, served once for both tests."""
    with real(tmp_path_factory.mktemp("served") / "home") as one:
        yield one


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_example_of_the_docs_works_as_it_is_written(served: Real) -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")
    examples = re.findall(
        r"^```sh\n(.*?)^```", (PROJECT / "docs" / "api.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert len(examples) >= 10
    # a refusal ends it, and the answer tells why
    script = 'set -eu\ncurl() { command curl --fail-with-body "$@"; echo; }\n' + "\n".join(examples)
    ids = {"ASSET": str(served.sample.photos[4]), "SUBJECT": str(served.sample.project)}
    told = subprocess.run(
        ["bash", "-c", script],
        env={**os.environ, **ids, "ARCHIVE": served.address, "TOKEN": served.key},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr
    assert '"title":"解放路北段管道安装"' in told.stdout


def _configured(folder: Path, served: Real) -> Path:
    file, sample = folder / "schemathesis.toml", served.sample
    ids = {"photo": sample.photos[0], "street": sample.street, "shoot": sample.shoot, "job": sample.dead_job}
    file.write_text(CONFIGURATION.format(**ids), "utf-8")
    return file


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_request_makes_the_server_fail_or_answer_what_it_does_not_declare(served: Real, tmp_path: Path) -> None:
    pytest.importorskip("schemathesis")
    phases, examples = ("examples,coverage,fuzzing", ALL) if ALL else ("fuzzing", "1")
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "--config-file", str(_configured(tmp_path, served))),
        *("run", f"{served.address}/api/v1/openapi.json", "-H", f"Authorization: Bearer {served.key}"),
        *("--phases", phases, "--max-examples", examples, "--seed", SEED),
        *("--exclude-checks", LEFT_OUT, "--request-timeout", "30", "--warnings", "off", "--continue-on-failure"),
    ]
    told = subprocess.run(command, capture_output=True, text=True, timeout=1700, check=False, cwd=tmp_path)
    assert told.returncode == 0, told.stdout[-20_000:] + told.stderr[-2000:]
    assert "Tested: " in told.stdout
