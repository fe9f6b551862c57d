"""The path of one submission in `docs/design/house.md` names functions that exist where it says."""

import ast
import re

import pytest

from tests.conftest import ROOT
from tests.docs.pages import section

WAY = section(ROOT / "docs" / "design" / "house.md", "## The path of one submission")
NAMED = re.findall(r"`([\w.]+)`\s+\(`([\w/]+\.py)`\)", WAY)


def names(body: list[ast.stmt]) -> dict[str, list[ast.stmt]]:
    """The functions and classes that statements define, each with its own body."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return {node.name: node.body for node in body if isinstance(node, kinds)}


def test_the_way_has_a_name_for_each_file_that_it_mentions() -> None:
    assert len(NAMED) >= 25
    assert {path for _, path in NAMED} == set(re.findall(r"`([\w/]+\.py)`", WAY))


@pytest.mark.parametrize(("name", "path"), NAMED)
def test_a_name_on_the_way_is_defined_where_the_page_says(name: str, path: str) -> None:
    body = ast.parse((ROOT / "grader" / path).read_text()).body
    for part in name.split("."):
        assert part in names(body), f"{path} defines no {part}"
        body = names(body)[part]
