"""The style sheet of the pages: each class belongs to a part of a page, and is used."""

import re
from importlib import resources
from pathlib import Path

import pytest

from grader.report.page import source
from grader.report.words import STATUSES

PARTS = (
    *("page", "text", "notice", "mark", "verdict", "index", "card", "fold", "scroll", "table", "sortable", "tools"),
    *(
        "alignment",
        "figure",
        "plot",
        "steps",
        "mistakes",
        "notebook",
        "cell",
        "run",
        "dashboard",
        "standing",
        "practice",
    ),
)
"""Beginnings of classes. `tools` and `sortable` are also the ones that the script looks for."""

SYNTAX = re.compile(r"highlight|[a-z][a-z0-9]?")
FOLDER = Path(str(resources.files("grader.report")))
SOURCES = "\n".join(
    path.read_text(encoding="utf-8") for path in sorted(FOLDER.rglob("*")) if path.suffix in (".py", ".html", ".js")
)
"""All that writes classes into pages."""

COMPOSED = {
    *(f"cell-level-{level}" for level in range(1, 7)),
    *(f"plot-{kind}-{shade}" for kind in ("shade", "on") for shade in range(6)),
    *(f"standing-{token}" for token in STATUSES),
    *("alignment-equal", "mark-total"),
}
"""Classes whose last word is a value."""

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
CLASS = re.compile(r"\.([a-zA-Z][\w-]*)")


def selectors() -> list[str]:
    """All selectors of the style sheet, those in lists singly."""
    text = COMMENT.sub("", source("style.css"))
    lists = [match.strip() for match in re.findall(r"([^{};]+)\{", text)]
    return [one.strip() for several in lists for one in several.split(",") if not several.startswith("@")]


def classes() -> set[str]:
    return {name for selector in selectors() for name in CLASS.findall(selector)}


def is_scoped(name: str) -> bool:
    return any(name == part or name.startswith(f"{part}-") for part in PARTS)


def test_the_style_sheet_has_selectors_of_classes() -> None:
    assert len(selectors()) > 200
    assert {"card", "plot-tick", "passed"} <= classes()


@pytest.mark.parametrize("selector", sorted(set(selectors())))
def test_a_selector_names_the_part_of_the_page_that_it_is_for(selector: str) -> None:
    names = CLASS.findall(selector)
    assert not names or any(is_scoped(name) or name == "highlight" for name in names)


def test_a_state_has_no_style_of_its_own() -> None:
    states = {name for name in classes() if not is_scoped(name) and not SYNTAX.fullmatch(name)}
    assert "passed" in states
    for selector in selectors():
        for compound in re.split(r"[\s>+~]+", selector):
            names = CLASS.findall(compound)
            if states & set(names) and not compound.startswith(":"):
                assert any(map(is_scoped, names)) or selector.startswith((".table-strip ", ".dashboard-legend "))


@pytest.mark.parametrize("name", sorted({name for name in classes() if is_scoped(name)} - COMPOSED))
def test_a_class_with_a_style_is_one_that_pages_use(name: str) -> None:
    assert re.search(rf"(?<![\w-]){name}(?![\w-])", SOURCES)


def test_no_class_of_a_template_is_one_that_students_may_use() -> None:
    for template in (FOLDER / "templates").glob("*.html"):
        for attribute in re.findall(r'class="([^"{]+)"', template.read_text(encoding="utf-8")):
            assert not [name for name in attribute.split() if SYNTAX.fullmatch(name)]
