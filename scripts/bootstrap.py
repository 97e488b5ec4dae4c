"""Makes .venv and the built front end: `python3.11 scripts/bootstrap.py run` (or `test`).

Needs nothing but the standard library: no pip, no venv package, no root. This first file is written so that an
old Python can still read it and say that it is too old; the work is in `setup_steps`.
"""

import sys

OLDEST, TOO_NEW = (3, 11), (3, 15)


def check_version():  # type: ignore[no-untyped-def]
    found = tuple(sys.version_info[:2])
    if OLDEST <= found < TOO_NEW:
        return
    sys.exit(
        "Python %d.%d cannot run Media Archive, which needs 3.11 to 3.14: "  # noqa: UP031
        "install python3.11 and run `make PYTHON=python3.11 ...`." % found
    )


if __name__ == "__main__":
    check_version()
    from setup_steps import main

    sys.exit(main(sys.argv[1:]))
