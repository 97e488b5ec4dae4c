"""Finds uv, which installs the packages: on PATH, else through pip, else its pinned wheel from the package index."""

import configparser
import hashlib
import io
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from setup_trouble import Trouble, explain

VERSION = "0.13.9"
OLDEST = (0, 5)
#: where Debian's ca-certificates keeps what the machine trusts, an office's own authority included
SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
DEFAULT_INDEX = "https://pypi.org/simple"
#: machine -> name and SHA-256 of the wheel; the digests make it the same program wherever it is fetched from
WHEELS = {
    "x86_64": (
        f"uv-{VERSION}-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "d7f459fe4fd247d830351c75686d3996ace3c6f3f728eb0e85a30b7ada0cef19",
    ),
    "aarch64": (
        f"uv-{VERSION}-py3-none-manylinux_2_28_aarch64.whl",
        "ecb6028d79dc96fbeafffe5c8af62a7099487ebc05a701e76714eebcffd06375",
    ),
}
JSON_INDEX = "application/vnd.pypi.simple.v1+json"


def find(folder: Path) -> Path:
    """Path of a usable uv; a fetched one is kept in `folder`."""
    own = folder / "uv"
    if own.exists():
        return own
    on_path = shutil.which("uv")
    if on_path and _version(on_path) >= OLDEST:
        return Path(on_path)
    name, digest = _wheel()
    print(f"Fetching uv {VERSION} ...", flush=True)
    data = _through_pip(name) or _from_index(name)
    if hashlib.sha256(data).hexdigest() != digest:
        raise Trouble(f"{name} from {index_url()} is not the file it should be (SHA-256 differs): it was not used.")
    return _unpack(data, own)


def _version(program: str) -> tuple[int, ...]:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(number) for number in re.findall(r"\d+", said)[:2])


def _wheel() -> tuple[str, str]:
    try:
        return WHEELS[platform.machine()]
    except KeyError:
        raise Trouble(
            f"No uv is known for this machine ({platform.machine()}): install uv and put it on PATH."
        ) from None


def _through_pip(name: str) -> bytes | None:
    """The wheel as pip fetches it, with whatever mirror, proxy and certificates pip is set up for."""
    import tempfile

    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:", "-d", place]
        done = subprocess.run([*command, f"uv=={VERSION}"], capture_output=True, check=False)
        file = Path(place) / name
        return file.read_bytes() if done.returncode == 0 and file.exists() else None


def _from_index(name: str) -> bytes:
    page_url = index_url().rstrip("/") + "/uv/"
    try:
        page, page_url = _get(page_url, accept=f"{JSON_INDEX}, text/html;q=0.5")
        return _get(_address_of(name, page.decode("utf-8", "replace"), page_url))[0]
    except (urllib.error.URLError, TimeoutError, ConnectionError) as exc:
        raise explain("network", Path(), f"Fetching uv ({getattr(exc, 'reason', exc)})") from exc


def _address_of(name: str, page: str, page_url: str) -> str:
    if page.lstrip().startswith("{"):
        found = [file["url"] for file in json.loads(page)["files"] if file["filename"] == name]
    else:
        found = re.findall(rf'href="([^"#]*{re.escape(name)})', page)
    if not found:
        raise Trouble(f"The package index {index_url()} has no {name}: install uv {VERSION} and put it on PATH.")
    return urljoin(page_url, found[0])


def _get(url: str, accept: str = "*/*") -> tuple[bytes, str]:
    request = urllib.request.Request(url, headers={"Accept": accept, "User-Agent": "media-archive-bootstrap"})
    try:
        return _read(request, ssl.create_default_context(cafile=certificates()))
    except urllib.error.URLError as exc:
        # a bare Debian has no certificates at all; what is fetched is checked by its own digest, so that the
        # connection need not be trusted unless it would carry a password
        if not isinstance(exc.reason, ssl.SSLCertVerificationError) or urlsplit(url).username:
            raise
        return _read(request, ssl._create_unverified_context())  # noqa: S323


def _read(request: urllib.request.Request, context: ssl.SSLContext) -> tuple[bytes, str]:
    with urllib.request.urlopen(request, timeout=60, context=context) as answer:
        return answer.read(), answer.geturl()


def _unpack(data: bytes, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(io.BytesIO(data)) as wheel:
        member = next(name for name in wheel.namelist() if name.endswith("/scripts/uv"))
        fresh = target.with_name("uv.new")
        fresh.write_bytes(wheel.read(member))
    fresh.chmod(0o755)
    return fresh.replace(target)


def index_url() -> str:
    """The package index this machine is set up for."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if os.environ.get(name):
            return os.environ[name]
    return _pip_setting("index-url") or DEFAULT_INDEX


def certificates() -> str | None:
    """File of certificates this machine is set up for; None where it has none."""
    named = (os.environ.get("PIP_CERT"), os.environ.get("SSL_CERT_FILE"), _pip_setting("cert"), SYSTEM_CERTIFICATES)
    return next((file for file in named if file and Path(file).is_file()), None)


def _pip_setting(name: str) -> str | None:
    home = Path(os.environ.get("HOME") or "/nonexistent")
    settings = configparser.RawConfigParser(strict=False)
    files = [Path("/etc/pip.conf"), home / ".pip" / "pip.conf", home / ".config" / "pip" / "pip.conf"]
    if os.environ.get("PIP_CONFIG_FILE"):
        files.append(Path(os.environ["PIP_CONFIG_FILE"]))
    try:
        settings.read(files)
    except configparser.Error:
        return None
    return settings.get("global", name, fallback=None)
