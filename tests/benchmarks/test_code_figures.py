"""The figures of the code count what they say, on modules whose figures are known."""

from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

SAMPLE = '''\
"""A module."""

from typing import Any


class Net:
    """A class."""


def mean(values: "Array", scale: float) -> float:
    """The mean.

    Args:
        values: Shape (n,).
        scale: Above 0.
    """
    found = 0.0
    for value in values:
        if value:  # zeros add nothing
            found += value
        elif scale:
            found -= _half(value)
    return found / scale


def _half(value: float) -> float:
    if value < 0:
        raise ValueError(value)
    return value / 2


def call(options: dict[str, Any]) -> object:
    return print(1, 2, 3, 4, 5) if options else [name for name in options]
'''


@pytest.fixture
def code_figures(benchmarks: Any) -> ModuleType:
    """The module, which is run as a script and not installed."""
    module: ModuleType = benchmarks("code_figures")
    return module


@pytest.fixture
def code(tmp_path: Path, code_figures: ModuleType) -> Any:
    (tmp_path / "one.py").write_text(SAMPLE)
    (tmp_path / "two.py").write_text('"""Another."""\n\n\nclass Net:\n    pass\n')
    return code_figures.Code.below(tmp_path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("modules / lines", "2 / 38"),
        ("parameters: mean / most; more than 5", "1.33 / 2; 0 %"),
        ("nesting: mean / most; 3 or more", "1.00 / 2; 0 %"),
        ("docstrings: modules / classes / public functions", "100 % / 50 % / 50 %"),
        ("`Args` where there are 2 or more parameters", "100 % of 1"),
        ("functions of arrays that state a shape", "100 % of 1"),
        ("private functions with one caller", "33 %"),
        ("calls with 5 or more positional arguments, per 1,000", "333.3"),
        ("`Any` per 1,000 lines; `Mapping` or `dict[str, Any]`", "26.3; 1"),
        ("comprehensions / conditional expressions per 1,000 lines", "26.3 / 26.3"),
        ("names that several classes have", "1 (Net)"),
        ("functions with a twin", "0"),
    ],
)
def test_a_figure_counts_what_its_name_says(code_figures: ModuleType, code: Any, name: str, value: str) -> None:
    assert code_figures.FIGURES[name](code) == value


def test_bindings_are_variables_parameters_and_loops(code_figures: ModuleType, code: Any) -> None:
    names = [name for tree in code.trees.values() for name in code_figures.bindings(tree)]
    assert sorted(names) == sorted(["values", "scale", "found", "value", "found", "found", "value", "options", "name"])
    assert code_figures.empty_names(code) == "33.33 %"


def test_the_figures_of_the_grader_itself_are_a_table(code_figures: ModuleType) -> None:
    lines = code_figures.table({"grader": code_figures.Code.below(ROOT / "grader")}).splitlines()
    assert len(lines) == len(code_figures.FIGURES) + 2
    assert all(line.count("|") >= 3 for line in lines)


STORED = {
    ("grader/model/assessment.py", "found"),
    ("grader/model/figures.py", "found"),
    ("grader/model/statistics.py", "found"),
    ("grader/model/record.py", "found"),
    ("grader/model/record.py", "wanted"),
    ("grader/cli/documents/statistics.py", "found"),
}
"""Fields that gradebooks, records of runs and documents of `--json` have under these names."""
FOR_STUDENTS = {("solutions/dense-mnist/key.py", "kept")}
"""The notebook shows this name to students, where it is a value that dropout keeps."""


def test_no_variable_or_parameter_has_a_name_that_says_nothing(code_figures: ModuleType) -> None:
    code = code_figures.Code.below(ROOT / "grader", *sorted(ROOT.glob("solutions/*/key.py")))
    empty = {
        (path.relative_to(ROOT).as_posix(), name)
        for path, tree in code.trees.items()
        for name in code_figures.bindings(tree)
        if name.lstrip("_") in code_figures.EMPTY_NAMES
    }
    assert empty - FOR_STUDENTS - STORED == set()


def test_each_class_of_the_grader_has_a_name_of_its_own(code_figures: ModuleType) -> None:
    assert code_figures.names_of_several_classes(code_figures.Code.below(ROOT / "grader")) == "0"
