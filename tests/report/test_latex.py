"""Formulas of notebooks can be read in a report, which has no script that could typeset them."""

import json
import re

import pytest

from grader.course.layout import Course
from grader.report.latex import plain, readable_formulas
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"\frac{\lambda}{2} \lVert w \rVert^2", "λ/2 ‖ w ‖²"),
        (r"T(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} - 1", "T(x) = (eˣ - e⁻ˣ)/(eˣ + e⁻ˣ) - 1"),
        (r"\text{step} = \text{rate} \cdot g", "step = rate · g"),
        (r"\varepsilon = 10^{-7}", "ε = 10⁻⁷"),
        (r"\sqrt{(1 - \rho)\, g^2 + \varepsilon}", "√((1 - ρ)  g² + ε)"),
        (r"w_{12} + b_c", "w₁₂ + b_c"),
        (r"x^{a+b}y", "x^(a+b)y"),
        (r"\unknown{x}", "unknownx"),
        (r"\frac{1", "1/()"),
    ],
)
def test_a_formula_becomes_text(formula: str, text: str) -> None:
    assert plain(formula) == text


@pytest.mark.parametrize(
    "text",
    ["It costs 3 $ or 5 $ a month.", "Write `$x^2$` in a cell.", "```\n$x^2$\n```", "The price is \\$5 and \\$6."],
)
def test_what_is_no_formula_stays(text: str) -> None:
    assert readable_formulas(text) == text


def test_signs_of_markdown_in_a_formula_stay_signs() -> None:
    assert readable_formulas("so $a_c * b_c = 1$ holds") == r"so a\_c \* b\_c = 1 holds"


def test_no_command_of_latex_is_left_in_the_notebooks_of_the_course() -> None:
    formulas = 0
    for path in sorted(Course(ROOT).root.glob("exercises/*/notebook.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown" and re.search(r"\$[^$]*\\[a-z]", source):
                formulas += 1
                assert not re.search(r"\\[a-zA-Z]{2,}", re.sub(r"`[^`]*`", "", readable_formulas(source))), source
    assert formulas >= 3
