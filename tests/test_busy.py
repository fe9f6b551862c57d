"""The demo class gets the same marks beside a load of five busy processes on each core."""

from pathlib import Path

import pytest

from grader import pipeline
from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.execute import isolation
from grader.gradebook.results import Results
from grader.model.assessment import Assessment
from grader.pipeline.case_grading import case_submissions, surprises
from tests.conftest import ROOT
from tests.execute.load import load

pytestmark = pytest.mark.long
COURSE = Course(ROOT)


@pytest.mark.parametrize("slug", COURSE.slugs())
def test_the_demo_class_gets_the_marks_that_it_gets_at_rest(tmp_path: Path, slug: str) -> None:
    material = pipeline.load(COURSE, slug)
    if not read_cases(COURSE, material.exercise):
        pytest.skip("this exercise has no cases")
    told: list[str] = []
    done: list[Assessment] = []
    with load(5), isolation.local_executor(2, allow_degraded=True, tell=told.append) as executor:
        submissions = case_submissions(COURSE, material.exercise)
        graded = pipeline.grade(material, submissions, Results(tmp_path), executor, done.append)
    assert surprises(COURSE, material.exercise, graded) == []
    assert any("1 of 2 notebooks run at once" in sentence for sentence in told)
    assert len(done) == len(submissions)
