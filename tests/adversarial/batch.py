"""Grading a class in which most are hostile, through the pipeline that everybody uses."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.model.assessment import Assessment, Finding
from grader.model.record import Outcome, Record
from grader.model.submission import Submission
from grader.storage.records import RecordStore
from tests.conftest import notebook

WIDTH = "width = 28 - 3 + 1"
MODEL = (
    "import keras\n"
    "model = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(4, 3), keras.layers.Flatten(), keras.layers.Dense(3)])"
)
PREDICT = "def predict(images):\n    return images[:, 0, 0] % 3"
HONEST = (WIDTH, MODEL, PREDICT)
FULL = {"width": 2.0, "model": 3.0, "accuracy": 4.0}

PARTS = ("first", pytest.param("others", marks=pytest.mark.long))
"""Of a class whose runs last long, the suite grades the first few; `make slow` grades the others too."""

FRAMES = """
import json, os, socket, struct

def is_socket(number):
    try:
        return os.readlink(f'/proc/self/fd/{number}').startswith('socket:')
    except OSError:
        return False

line = socket.socket(fileno=os.dup(min(filter(is_socket, map(int, os.listdir('/proc/self/fd'))))))

def frame(head, *bodies):
    text = head if isinstance(head, bytes) else json.dumps({**head, 'bodies': [len(body) for body in bodies]}).encode()
    line.sendall(struct.pack('>I', len(text)) + text + b''.join(bodies))
"""
"""Code for a notebook: `frame(head)` writes a message to the grader on the notebook's own socket."""


def part_of(attacks: Mapping[str, str], part: str, first: Sequence[str]) -> dict[str, str]:
    """One of the PARTS of a class: the attacks with the names in `first`, or the others."""
    assert attacks.keys() >= set(first)
    return {name: attack for name, attack in attacks.items() if (name in first) == (part == "first")}


@dataclass(frozen=True)
class Marked:
    """What came of one submission."""

    assessment: Assessment
    record: Record
    page: str

    @property
    def points(self) -> dict[str, float]:
        """Question -> points."""
        return {finding.question: finding.points for finding in self.assessment.findings}

    @property
    def came_of_it(self) -> tuple[object, ...]:
        """All that was decided and said of it: nothing of this may depend on who else hands in."""
        whole = self.assessment
        return whole.findings, whole.flags, whole.remarks, whole.deduction, whole.publishable, self.record.remarks

    @property
    def seconds(self) -> float:
        """Processor time of the run, as the record has it."""
        return self.record.resources.cpu_seconds

    @property
    def outcome(self) -> Outcome:
        return self.record.outcome

    @property
    def said(self) -> str:
        """All that the report says about how it ran."""
        return " ".join(map(str, (*self.record.remarks, *self.assessment.remarks)))

    def finding(self, question: str) -> Finding:
        return next(finding for finding in self.assessment.findings if finding.question == question)

    def text(self, cell: int = -1) -> str:
        """What a cell printed."""
        return "".join(output.get("text", "") for output in self.record.cells[cell].outputs)

    def printed(self, cell: int = -1) -> Any:
        """What a cell printed as JSON."""
        return json.loads(self.text(cell))


def submission(student: str, content: bytes) -> Submission:
    return Submission(student=student, exercise="quokka", origin=f"{student}.ipynb", content=content)


def grade(
    material: pipeline.Material, submissions: Sequence[Submission], folder: Path, executor: Executor
) -> dict[str, Marked]:
    """Grade submissions and look at everything that was written."""
    results = Results(folder)
    graded = pipeline.grade(material, submissions, results, executor, lambda _: None)
    return {item.assessment.student: _marked(item, results) for item in graded}


def _marked(item: pipeline.Mark, results: Results) -> Marked:
    page = (results.folder / item.attempt.folder / "report.html").read_text()
    record = RecordStore(results.records).get(item.assessment.record)
    return Marked(item.assessment, record or Record(key="", outcome=item.assessment.outcome), page)


def marked_again(material: pipeline.Material, folder: Path) -> dict[str, Marked]:
    """Mark again what lies in a folder; by that nothing changes."""
    results = Results(folder)
    regraded = pipeline.regrade(material, results)
    assert (regraded.changes, regraded.outdated) == ([], [])
    return {item.assessment.student: _marked(item, results) for item in regraded.marks}


def with_limits(material: pipeline.Material, **limits: float) -> pipeline.Material:
    """The same exercise with other limits."""
    exercise = material.exercise
    return replace(material, exercise=replace(exercise, limits=replace(exercise.limits, **limits)))  # type: ignore[arg-type]


def grade_among_honest(
    material: pipeline.Material, hostile: Mapping[str, tuple[str, ...]], folder: Path, executor: Executor
) -> dict[str, Marked]:
    """Grade hostile notebooks with an honest one at the beginning, in the middle and at the end."""
    names = list(hostile)
    names.insert(len(names) // 2, "honest in the middle")
    cells = {**hostile, "honest in the middle": ("# in the middle", *HONEST)}
    cells = {"honest first": HONEST, **{name: cells[name] for name in names}, "honest last": ("# last", *HONEST)}
    return grade(material, [submission(name, notebook(*source)) for name, source in cells.items()], folder, executor)


def alone(material: pipeline.Material, folder: Path, executor: Executor) -> Marked:
    """What an honest notebook gets, and the most processor time that it takes, in a class of nobody but such."""
    names = ("honest first", "honest in the middle", "honest last")
    cells = {name: notebook(f"# {name}", *HONEST) for name in names}
    found = grade(material, [submission(*each) for each in cells.items()], folder, executor)
    return max(found.values(), key=lambda marked: marked.seconds)


def assert_same(marked: Marked, alone: Marked) -> None:
    """Marks, verdicts, reasons and flags are those that it gets alone; so is its time, to twice as much and a second.

    Processor time, not time on a clock: caches and neighbours on a core make it differ a little on a busy machine.
    """
    assert marked.outcome is alone.outcome, marked.said
    assert marked.came_of_it == alone.came_of_it
    assert 0 < marked.seconds <= 2 * alone.seconds + 1


def assert_honest_unharmed(found: Mapping[str, Marked], alone: Marked) -> None:
    """The honest submissions have all their marks in their usual time, and nothing was the grader's fault."""
    assert (alone.outcome, alone.points, alone.assessment.flags) == (Outcome.COMPLETED, FULL, ())
    honest = [marked for name, marked in found.items() if name.startswith("honest")]
    assert honest
    for marked in honest:
        assert_same(marked, alone)
    assert [name for name, marked in found.items() if not marked.assessment.publishable] == []
