"""Throw-away clusters."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from loyalty.postgres.cluster import Cluster


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the server's user can reach, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="pointbook-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder)
    made.hold()
    yield made
    made.leave()
    made.stop()
