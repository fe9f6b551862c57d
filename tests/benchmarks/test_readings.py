"""The reasons that were read one by one: what was decided, and the figures that the page about benchmarks gives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).parents[2] / "benchmarks" / "README.md"


def test_each_reading_has_a_known_verdict(benchmarks: Callable[[str], Any]) -> None:
    module = benchmarks("readings")
    assert {one.verdict for one in module.readings()} <= set(module.VERDICTS)
    assert all(one.reason or one.verdict in ("none", "error in the list") for one in module.readings())


@pytest.mark.parametrize("author", ["first", "second", "third"])
def test_the_page_gives_the_shares_of_the_readings(benchmarks: Callable[[str], Any], author: str) -> None:
    module = benchmarks("readings")
    shares = module.shares(author)
    correct = sum(shares[verdict] for verdict in module.CORRECT)
    columns = ("possible", "description", "none", "other possibility", "wrong")
    cells = " | ".join(f"{100 * share:.1f} %" for share in (correct, *(shares[verdict] for verdict in columns)))
    assert f"| {author} | {cells} |" in PAGE.read_text()


def test_the_last_list_meets_the_targets(benchmarks: Callable[[str], Any]) -> None:
    module = benchmarks("readings")
    shares = module.shares("third")
    assert sum(shares[verdict] for verdict in module.CORRECT) >= 0.95
    assert shares["wrong"] <= 0.01


def test_answers_can_be_marked_again(benchmarks: Callable[[str], Any]) -> None:
    module = benchmarks("readings")
    some = [one for one in module.readings() if one.exercise == "conv-arithmetic" and one.verdict == "right"][:40]
    assert all(module.reason_today(one) for one in some)
