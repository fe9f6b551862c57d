"""How many attempts give held-out labels away."""

from pathlib import Path
from typing import Any

import numpy as np

from tests.conftest import ROOT

RESULT = ROOT / "benchmarks" / "results" / "probing.md"


def test_confusion_matrices_of_a_few_attempts_give_labels_away(benchmarks: Any) -> None:
    probing = benchmarks("probing")
    generator = np.random.default_rng(5)
    labels = generator.integers(0, 3, 30)
    assert probing.known(labels, 1, 3, generator) < 0.9
    assert probing.known(labels, 8, 3, generator) == 1.0


def test_counting_bounds_what_reports_can_tell(benchmarks: Any) -> None:
    probing = benchmarks("probing")
    assert probing.least_attempts(100, 2, 2) == 100
    assert probing.least_attempts(100, 4, 2) == 200
    assert probing.labels_revealed(10, 4, 16) == 20


def test_the_page_is_what_the_command_on_it_gives(benchmarks: Any) -> None:
    probing = benchmarks("probing")
    assert Path(RESULT).read_text() == probing.page(200, 8, 1)
