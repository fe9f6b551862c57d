"""From a file of observations to a mark: what runs again, what staff see, and what students can check before."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.marks.flags import OBSERVATION
from grader.model.assessment import Verdict
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, ObservationRun, ObservationState, Record
from grader.model.submission import Submission
from tests.conftest import ROOT, notebook
from tests.fakes import Fake, ignore

CODE = "def seen(history):\n    return {value}\n"


class Observing(Fake):
    """Pretends that each observation left a value, or ended otherwise."""

    def __init__(self, run: ObservationRun, value: int = 26) -> None:
        super().__init__()
        self.observation, self.value = run, value

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record, job in ((record, self.ran[-1]) for record in super().run(jobs)):
            names = job.reads_of_observations
            answers = {name: Answer(AnswerState.VALUE, self.value, "int") for name in names}
            yield replace(
                record,
                answers={**record.answers, **answers},
                observations={name: replace(self.observation, reads=reads) for name, reads in names.items()},
            )


def observed(small: Course, code: str) -> pipeline.Material:
    """The small exercise, whose first question is about an observation."""
    settings = small.exercises / "tiny" / "exercise.toml"
    settings.write_text(settings.read_text().replace('answer = "width"', 'answer = "seen"'))
    (small.solution_folder("tiny") / "observe.py").write_text(code)
    return pipeline.load(small, "tiny")


SUBMISSION = Submission(student="ada", exercise="tiny", origin="ada.ipynb", content=notebook("history = 1"))


def mark(material: pipeline.Material, results: Results, executor: Fake) -> pipeline.Mark:
    """The mark of a student who hands in a notebook."""
    (mark,) = pipeline.grade(material, [SUBMISSION], results, executor, ignore)
    return mark


def test_what_was_observed_is_marked(small: Course, results: Results) -> None:
    executor = Observing(ObservationRun(state=ObservationState.OBSERVED))
    finding = mark(observed(small, CODE.format(value=1)), results, executor).assessment.findings[0]
    assert (finding.verdict, finding.points) == (Verdict.PASSED, finding.max_points)
    (job,) = executor.ran
    assert [(one.name, one.reads) for one in job.observations] == [("seen", ("history",))]
    assert "seen" not in job.names


def test_notebooks_run_again_if_an_observation_changed_and_only_then(small: Course, results: Results) -> None:
    executor = Observing(ObservationRun(state=ObservationState.OBSERVED))
    for code, runs in ((1, 1), (1, 1), (2, 2)):
        mark(observed(small, CODE.format(value=code)), results, executor)
        assert len(executor.ran) == runs


def test_observations_of_questions_that_nobody_asks_do_not_run(small: Course, results: Results) -> None:
    executor = Observing(ObservationRun(state=ObservationState.OBSERVED))
    mark(observed(small, CODE.format(value=1) + "def other(x):\n    return 1\n"), results, executor)
    assert [one.name for one in executor.ran[0].observations] == ["seen"]


@pytest.mark.parametrize("state", [ObservationState.FAILED, ObservationState.UNCLEAR])
def test_staff_see_the_line_at_which_an_observation_stopped(
    small: Course, results: Results, state: ObservationState
) -> None:
    failed = ObservationRun(state=state, message="TypeError: no", line=2)
    assessment = mark(observed(small, CODE.format(value=1)), results, Observing(failed)).assessment
    (flag,) = [flag for flag in assessment.flags if flag.kind == OBSERVATION]
    assert "the observation `seen` stopped in line 2 with TypeError: no." in str(flag.text)
    assert assessment.publishable == (state is ObservationState.UNCLEAR)
    report = (results.folder / "ada" / "report.html").read_text(encoding="utf-8")
    assert "observation" not in report
    assert "TypeError: no" not in report


def test_no_report_holds_code_of_observations(small: Course, results: Results) -> None:
    code = "def seen(history):\n    return 'secret ' + 'words'\n"
    mark(observed(small, code), results, Observing(ObservationRun(state=ObservationState.OBSERVED)))
    assert [path for path in results.folder.rglob("*.html") if "secret" in path.read_text(encoding="utf-8")] == []


@pytest.mark.slow
def test_students_can_check_the_variables_of_observations(sandbox: LocalExecutor, tmp_path: Path) -> None:
    """They have neither the code of observations nor the key."""
    example = ROOT / "examples" / "observations"
    shutil.copytree(example / "exercises", tmp_path / "exercises")
    solution = json.loads((example / "solutions" / "training" / "notebook.ipynb").read_text())
    path = tmp_path / "mine.ipynb"
    cells = [cell for cell in solution["cells"] if cell["id"] not in ("training", "plot", "files")]
    path.write_text(json.dumps({**solution, "cells": cells}))
    checked = pipeline.check(Course(tmp_path), path, "training", sandbox)
    problems = {title: str(problem) for title, problem in checked.problems.items() if problem}
    assert set(problems) == {"Epochs", "Accuracy of the training"}
    assert all("`history`" in problem for problem in problems.values())
