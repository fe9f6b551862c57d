"""The benchmark of the marking: its page says what was measured, and the committed figures reach their aims."""

import json
import sys
from pathlib import Path
from types import ModuleType

import pytest

from tests.conftest import ROOT

RESULTS = ROOT / "benchmarks" / "results"


@pytest.fixture
def marking(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark, which is run as a script and not installed."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    __import__("marking")
    return sys.modules["marking"]


def test_the_committed_page_is_made_from_the_committed_figures(marking: ModuleType) -> None:
    figures = json.loads((RESULTS / "marking.json").read_text(encoding="utf-8"))
    assert (RESULTS / "marking.md").read_text(encoding="utf-8") == marking.markdown(figures)


def test_every_committed_figure_reaches_its_aim(marking: ModuleType) -> None:
    figures = json.loads((RESULTS / "marking.json").read_text(encoding="utf-8"))
    assert len(figures) == len(marking.FIGURES)
    assert all(figure["reached"] and figure["of"] > 1000 for figure in figures)


def test_a_figure_that_tried_nothing_has_not_reached_its_aim(marking: ModuleType) -> None:
    assert not marking.Figure("steps", 0, 0, aim=0.0).reached
    assert not marking.Figure("wrong reasons", 0, 0, aim=1.0, least=False).reached


def test_more_or_less_is_better_as_the_figure_says(marking: ModuleType) -> None:
    assert marking.Figure("steps", 9, 10, aim=0.9).reached
    assert not marking.Figure("steps", 8, 10, aim=0.9).reached
    assert marking.Figure("wrong reasons", 1, 100, aim=0.01, least=False).reached
    assert not marking.Figure("wrong reasons", 2, 100, aim=0.01, least=False).reached


@pytest.mark.long
def test_a_small_run_writes_figures_and_page(
    marking: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "BUILD", tmp_path)
    monkeypatch.setattr(sys, "argv", ["marking.py", "--quick"])
    assert marking.main() == 0
    figures = json.loads((tmp_path / "results" / "marking.json").read_text(encoding="utf-8"))
    assert (tmp_path / "results" / "marking.md").read_text(encoding="utf-8") == marking.markdown(figures)
