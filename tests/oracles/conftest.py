from pathlib import Path

import pytest

MEDIA = Path(__file__).resolve().parents[3] / "shared" / "media"


@pytest.fixture(scope="session")
def media() -> Path:
    """The folder of real media beside the project."""
    if not MEDIA.is_dir():
        pytest.skip("no real media at ../shared/media")
    return MEDIA
