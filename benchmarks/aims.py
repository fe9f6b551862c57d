"""The aims on two cores, and whether they were reached; pure functions of the measurements."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Aim:
    """One aim.

    Attributes:
        what: What is measured.
        measured: What came out.
        bound: The least or the most that it may be.
        unit: Of both.
        at_least: Whether more is better.
    """

    what: str
    measured: float
    bound: float
    unit: str
    at_least: bool = False

    @property
    def reached(self) -> bool:
        """Whether the measurement is on the right side of the bound."""
        return self.measured >= self.bound if self.at_least else self.measured <= self.bound


def aims(results: Mapping[str, Any]) -> list[Aim]:
    """All aims, with what `throughput.json` says."""
    ours, nbgrader, otter = (grader["further"] for grader in results["graders"])
    child, training = results["child"], results["training"]
    beyond = ours["cpu"] - results["cells"]["first"]
    alone = training["cells"] / results["workers"]
    return [
        Aim("throughput against `nbgrader autograde`", nbgrader["wall"] / ours["wall"], 25, "times", at_least=True),
        Aim("throughput against `otter run`", otter["wall"] / ours["wall"], 60, "times", at_least=True),
        Aim("CPU time a submission beyond the cells' own", beyond, 0.10, "s"),
        Aim("isolation of one child", child["isolation_ms"], 25, "ms"),
        Aim("memory of its own for each child before its cells run", child["own_mb"], 40, "MB"),
        Aim(
            "batch with training: wall time against the cells' CPU time / cores",
            training["wall"] / alone,
            1.15,
            "times",
        ),
        Aim("start until the first submission runs", results["start"], 6, "s"),
    ]


def notes(results: Mapping[str, Any]) -> list[str]:
    """Notes that are necessary to read the aims."""
    ours, nbgrader, otter = results["graders"]
    cells, training, workers = results["cells"], results["training"], results["workers"]
    processor = f", measured apart from the rest on {training['processor']}" if "processor" in training else ""

    def times(kind: str, unit: str) -> str:
        return " and ".join(f"{grader[kind][unit] / ours[kind][unit]:.1f}" for grader in (nbgrader, otter))

    return [
        "The throughput is that of further submissions, without the start.\n"
        f"  With the start, a class of {results['submissions']} takes the other graders {times('whole', 'wall')} times "
        "as long.",
        f"This grader runs {workers} notebooks at a time, and the others run one.\n"
        f"  CPU time does not depend on this number. The others need {times('further', 'cpu')} times as much CPU time.",
        f"The cells' own CPU time is {cells['first']:.3f} s in a process that has imported the libraries and run "
        "no cell,\n  as in every grader that isolates students.\n"
        "  If the cells run repeatedly in one process, in which TensorFlow has already executed its first operations,\n"
        f"  they take {cells['again']:.3f} s. The additional CPU time of a submission is then "
        f"{ours['further']['cpu'] - cells['again']:.3f} s.",
        "The time from the request until the first instruction of the first cell, including isolation and seeds, is "
        f"{results['child']['first_instruction_ms']:.0f} ms.",
        f"The batch with training has {training['submissions']} submissions and takes {training['wall']:.1f} s from "
        f"start to end.\n  The cells of this batch take {training['cells']:.1f} s of CPU time on one thread"
        f"{processor}.",
    ]
