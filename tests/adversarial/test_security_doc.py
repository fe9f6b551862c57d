"""`docs/security.md` names the test that shows each promise, and each of them exists."""

import re

import pytest

from tests.conftest import ROOT

NAMED = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs" / "security.md").read_text())


def test_promises_name_tests() -> None:
    assert len(NAMED) >= 20


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_each_named_test_exists(file: str, test: str) -> None:
    assert f"def {test}(" in (ROOT / file).read_text()
