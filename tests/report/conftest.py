"""Snapshots: `UPDATE_SNAPSHOTS=1 pytest tests/report` writes them anew; look at the difference before keeping it."""

import os
from pathlib import Path

import pytest

SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture
def snapshot():
    """Compare a component with what it looked like when a person last agreed to it."""

    def compare(name, html):
        path = SNAPSHOTS / name
        if os.environ.get("UPDATE_SNAPSHOTS"):
            SNAPSHOTS.mkdir(exist_ok=True)
            path.write_text(html, encoding="utf-8")
        assert path.exists(), f"{path} is missing; UPDATE_SNAPSHOTS=1 writes it"
        assert html == path.read_text(encoding="utf-8")

    return compare
