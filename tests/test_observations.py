"""From a file of observations to a mark: what runs again, what staff see, and what students can check before."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.execute.inside import observing
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.marks.flags import OBSERVATION
from grader.model.assessment import Verdict
from grader.model.job import Job
from grader.model.record import OWN_CODE, Answer, AnswerState, ObservationRun, ObservationState, Record
from grader.model.submission import Submission
from grader.pipeline.parsing import parse
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
    assert "the observation `seen` stopped at line 2 with TypeError: no." in str(flag.text)
    assert assessment.publishable == (state is ObservationState.UNCLEAR)
    report = (results.folder / "ada" / "report.html").read_text(encoding="utf-8")
    assert "observation" not in report
    assert "TypeError: no" not in report


DRAWING = """

from grader.authoring import integer

key.numbers(side=integer(10, 10**6), secret=77)
"""


def test_an_observation_gets_only_the_numbers_that_the_notebook_of_the_student_shows(small: Course) -> None:
    """`secret` is in an answer region, which students do not get."""
    key = small.solution_folder("tiny") / "key.py"
    key.write_text(key.read_text() + DRAWING)
    solution = json.loads(small.solution_notebook("tiny").read_bytes())
    new = ["side = {{ side }}\n", "### BEGIN SOLUTION\n", "hidden = {{ secret }}\n", "### END SOLUTION"]
    cell: dict[str, object] = {
        "cell_type": "code",
        "id": "mine",
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": new,
    }
    solution["cells"].append(cell)
    small.solution_notebook("tiny").write_text(json.dumps(solution))
    material = observed(small, "def seen(drawn_numbers):\n    return drawn_numbers['side']\n")
    assert material.shown_numbers == {"side"}
    [observation] = parse(material, SUBMISSION).job.observations
    assert json.loads(observation.numbers) == {"side": material.key.numbers["side"]}
    assert observation.reads == ()
    plain = observed(small, CODE.format(value=1))
    assert parse(plain, SUBMISSION).job.observations[0].numbers == ""


def test_a_saved_model_with_a_class_of_the_student_waits_for_a_person(small: Course, results: Results) -> None:
    run = ObservationRun(state=ObservationState.UNCLEAR, about="m.keras", found="Scale", wanted=OWN_CODE)
    assessment = mark(observed(small, CODE.format(value=1)), results, Observing(run)).assessment
    assert assessment.findings[0].verdict is Verdict.NEEDS_HUMAN
    assert "`m.keras` contains `Scale`, which is defined only in your notebook" in str(assessment.findings[0].reason)
    [flag] = [flag for flag in assessment.flags if flag.kind == OBSERVATION]
    assert "`Scale`, which observe_saved.py does not define" in str(flag.text)


def test_a_lambda_layer_in_a_saved_model_is_explained(small: Course, results: Results) -> None:
    run = ObservationRun(state=ObservationState.UNSUITABLE, about="m.keras", found="Lambda", wanted=OWN_CODE)
    finding = mark(observed(small, CODE.format(value=1)), results, Observing(run)).assessment.findings[0]
    assert finding.verdict is Verdict.FAILED
    assert "`m.keras` contains a Lambda layer" in str(finding.reason)


def test_the_sandbox_names_own_code_as_the_records_do() -> None:
    assert observing.OWN_CODE == OWN_CODE


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
