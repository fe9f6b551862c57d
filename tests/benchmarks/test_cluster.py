"""The benchmark of a cluster says what was measured."""

import json
import sys
from types import ModuleType
from typing import Any

import pytest

from tests.conftest import ROOT

RESULTS = ROOT / "benchmarks" / "results" / "cluster.json"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module, which is run as a script and not installed."""
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    __import__("cluster")
    return sys.modules["cluster"]


def results(one: list[float], two: list[float]) -> dict[str, Any]:
    """What `cluster.json` holds, with wall times that are given."""

    def runs(walls: list[float]) -> list[dict[str, Any]]:
        return [
            {"grader": {"wall": wall, "cpu": 6.0}, "scheduler": 3.0, "workers": 1.5, "sandboxes": 60.0}
            for wall in walls
        ]

    command = "python benchmarks/cluster.py --rounds 3"
    fixed = {"command": command, "machine": {"cores": "2"}, "rounds": len(one), "submissions": 30}
    return fixed | {"runs": {"1": runs(one), "2": runs(two)}}


def test_medians_of_the_rounds_are_compared(benchmark: Any) -> None:
    assert benchmark.speedup(results([60, 90, 62], [31, 30, 99])) == pytest.approx(2.0)


def test_the_page_says_whether_the_aim_was_reached_and_what_the_cluster_costs(benchmark: Any) -> None:
    reached = benchmark.markdown(results([57, 57, 57], [30, 30, 30]))
    assert "**1.90** times as fast as one.\nThe aim of at least 1.8 is reached." in reached
    assert "| 2 | 0.200 | 0.100 | 0.050 | 2.000 |" in reached
    missed = benchmark.markdown(results([51], [30]))
    assert "**1.70** times as fast as one.\nThe aim of at least 1.8 is **not reached**." in missed


@pytest.mark.skipif(not RESULTS.is_file(), reason="benchmarks/cluster.py has not been run: there are no results")
def test_the_committed_table_is_that_of_the_committed_numbers(benchmark: Any) -> None:
    committed = json.loads(RESULTS.read_text())
    assert benchmark.markdown(committed) == RESULTS.with_suffix(".md").read_text()
