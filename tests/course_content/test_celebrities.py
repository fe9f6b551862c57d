"""The celebrity exercise: other people's faces need no other code."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader import pipeline
from grader.cli.commands import app
from grader.course.cases import read_cases
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.model.assessment import Assessment, Finding
from grader.pipeline.case_grading import case_submissions
from tests.conftest import ROOT, present

COURSE = Course(ROOT)


def marked(course: Course, case: str, executor: LocalExecutor, out: Path) -> Assessment:
    """The assessment of a case of the demo class."""
    material = pipeline.load(course, "celebrities")
    [handed_in] = [each for each in case_submissions(course, material.exercise) if each.student == case]
    [done] = pipeline.grade(material, [handed_in], Results(out), executor, lambda _: None)
    return done.assessment


def accuracy(assessment: Assessment) -> Finding:
    """The question that the model is for."""
    return next(finding for finding in assessment.findings if finding.question == "accuracy")


def test_the_demo_class_holds_at_least_eight_submissions() -> None:
    assert len(read_cases(COURSE, read_exercise(COURSE, "celebrities"))) >= 8


def faces(folder: Path) -> Path:
    """Pictures of three people whom nobody has seen before, in a folder each: grey, in sizes and forms of their own."""
    rng = np.random.default_rng(4)
    for person, form in (("person a", "png"), ("person b", "jpg"), ("person c", "pgm")):
        pattern = rng.integers(0, 256, (6, 5), dtype=np.uint8)
        (folder / person).mkdir(parents=True)
        for number in range(30):
            noisy = np.clip(pattern + rng.normal(0, 40, pattern.shape), 0, 255).astype(np.uint8)
            shown = Image.fromarray(noisy).resize((92, 112), Image.Resampling.BICUBIC)
            shown.save(folder / person / f"{number} of 30.{form}")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(("case", "lost"), [("a-small-cnn", 1), pytest.param("full-marks", 0, marks=pytest.mark.long)])
def test_other_faces_go_through_import_release_notebook_and_marks(
    sandbox: LocalExecutor, tmp_path: Path, case: str, lost: float
) -> None:
    for room in ("exercises", "solutions"):
        shutil.copytree(ROOT / room / "celebrities", tmp_path / room / "celebrities")
    (tmp_path / "reference_models").mkdir()
    shutil.copy(ROOT / "reference_models" / "facts.json", tmp_path / "reference_models")
    folder = faces(tmp_path / "faces")
    for words in (
        ("data", "import", "celebrities", str(folder), "--course", str(tmp_path)),
        ("release", "celebrities", "--course", str(tmp_path), "--out", str(tmp_path / "released")),
    ):
        assert app(words, standalone_mode=False) in (None, 0)
    with np.load(tmp_path / "released" / "celebrities" / "data" / "celebrities.npz") as data:
        assert data["classes"].tolist() == ["person a", "person b", "person c"]
        assert data["x_train"].shape[1:] == (48, 48, 3)
    done = marked(Course(tmp_path), case, sandbox, tmp_path / "out")
    assert present(accuracy(done).score).value > 0.9
    assert done.max_points - done.points == lost
    written = json.loads((tmp_path / "out" / case / "assessment.json").read_text())
    assert "the correct answer is not known for these data" in str(written)
