"""Files handed in with a notebook, from the folder to the marks: kept, part of the job, compared in the class."""

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.errors import InputError
from grader.execute.local import LocalExecutor
from grader.gradebook.results import Results
from grader.model.exercise import Limits
from grader.model.job import Job
from grader.model.record import Isolation, LayerRow, ModelTable, Record
from grader.model.submission import HandedIn
from tests.conftest import ROOT, notebook
from tests.fakes import Fake, ignore, number_question
from tests.reading import as_read

DENSE = LayerRow(
    name="dense",
    kind="Dense",
    config={},
    inbound=(),
    input_shape=(None, 4),
    output_shape=(None, 3),
    parameters=15,
    trainable=15,
)


class Trained(Fake):
    """Pretends that every notebook has a model with the same weights."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            yield replace(
                record,
                models={"net": ModelTable(input_shape=(None, 4), layers=(DENSE,), compiled={}, weights=(0.5,) * 64)},
            )


@pytest.fixture
def material(tmp_path: Path) -> pipeline.Material:
    """A new exercise that takes model files."""
    (tmp_path / "course" / "exercises").mkdir(parents=True)
    (tmp_path / "course" / "solutions").mkdir()
    shutil.copytree(ROOT / "reference_models", tmp_path / "course" / "reference_models")
    course = Course(tmp_path / "course")
    create_exercise(course, "tiny")
    specification = course.exercises / "tiny" / "exercise.toml"
    table = '[hand_in]\nfiles = ["*.keras"]\nmax_mb = 2\n\n[[questions]]'
    specification.write_text(specification.read_text().replace("[[questions]]", table, 1))
    return pipeline.load(course, "tiny")


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "out")


@pytest.fixture
def handed_in(tmp_path: Path, material: pipeline.Material) -> Path:
    """Ada and Bob hand in the same notebook with different models; Cleo hands in none."""
    folder = tmp_path / "handed-in"
    for name in ("ada", "bob", "cleo"):
        (folder / name).mkdir(parents=True)
        (folder / name / "tiny.ipynb").write_bytes(notebook(f"{number_question(material)} = 1"))
    (folder / "ada" / "model.keras").write_bytes(b"one")
    (folder / "bob" / "model.keras").write_bytes(b"two")
    return folder


def grade(material: pipeline.Material, path: Path, results: Results, fake: Fake) -> list[pipeline.Mark]:
    return pipeline.grade(material, pipeline.take_in(material, path), results, fake, ignore)


def test_a_file_is_part_of_what_is_run(material: pipeline.Material, handed_in: Path, results: Results) -> None:
    fake = Fake()
    grade(material, handed_in, results, fake)
    assert [[file.content for file in job.handed_in] for job in fake.ran] == [[b"one"], [b"two"], []]


def test_a_new_model_in_an_old_notebook_is_run_again(
    material: pipeline.Material, handed_in: Path, results: Results
) -> None:
    grade(material, handed_in, results, Fake())
    (handed_in / "ada" / "model.keras").write_bytes(b"better")
    fake = Fake()
    grade(material, handed_in, results, fake)
    assert [[file.content for file in job.handed_in] for job in fake.ran] == [[b"better"]]


def test_what_was_handed_in_is_kept_and_regrading_needs_nothing_else(
    material: pipeline.Material, handed_in: Path, results: Results
) -> None:
    grade(material, handed_in, results, Fake())
    shutil.rmtree(handed_in)
    regraded = pipeline.regrade(material, results)
    graded = regraded.marks
    outdated = regraded.outdated
    assert [item.attempt.student for item in graded] == ["ada", "bob", "cleo"]
    assert outdated == []


def test_a_file_that_is_taken_back_is_no_part_of_the_try_that_counts(
    material: pipeline.Material, handed_in: Path, results: Results
) -> None:
    grade(material, handed_in, results, Fake())
    (handed_in / "ada" / "model.keras").unlink()
    [ada] = [item for item in grade(material, handed_in, results, Fake()) if item.student == "ada"]
    assert ada.attempt.submission.files == ()
    tries = results.gradebook(material.settings.title, "tiny").attempts()["ada"]
    assert [[file.content for file in each.submission.files] for each in tries] == [[b"one"], []]


def test_equal_weights_are_flagged_for_the_instructor_only(
    material: pipeline.Material, handed_in: Path, results: Results
) -> None:
    graded = {item.attempt.folder: item for item in grade(material, handed_in, results, Trained())}
    assert "bob" in as_read(graded["ada"].assessment.flags[0].text)
    assert "cleo" not in as_read(graded["ada"].assessment.flags[0].text)
    assert "same weights" in (results.folder / "ada" / "assessment.json").read_text()
    assert "same weights" not in (results.folder / "ada" / "report.html").read_text()
    regraded = pipeline.regrade(material, results)
    again = regraded.marks
    changes = regraded.changes
    assert {item.attempt.folder: item.assessment.flags for item in again} == {
        folder: item.assessment.flags for folder, item in graded.items()
    }
    assert changes == []


def test_what_is_left_aside_is_said_in_the_report(
    material: pipeline.Material, handed_in: Path, results: Results
) -> None:
    with (handed_in / "cleo" / "model.keras").open("wb") as file:
        file.truncate(2_000_000_000)
    graded = {item.attempt.folder: item for item in grade(material, handed_in, results, Fake())}
    assert "1,907.3 MiB" in " ".join(map(str, graded["cleo"].assessment.remarks))
    assert "1,907.3 MiB" in (results.folder / "cleo" / "report.html").read_text()
    [cleo] = results.gradebook(material.settings.title, "tiny").attempts()["cleo"]
    assert cleo.submission.files == ()


def test_a_file_that_changes_while_its_job_waits_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "model.keras").write_bytes(b"one")
    file = HandedIn("model.keras", tmp_path / "model.keras")
    (tmp_path / "model.keras").write_bytes(b"two")
    job = Job(cells=("1",), names=(), probes=(), files=(), limits=Limits(), seed=0, environment=(), handed_in=(file,))

    def no_worker(_: str) -> None:
        raise AssertionError("nothing is to be run")

    with (
        pytest.raises(InputError, match="the file changed while grading"),
        LocalExecutor(1, no_worker, Isolation.SANDBOX) as executor,  # type: ignore[arg-type]
    ):
        list(executor.run([job]))


def test_the_key_of_a_job_without_files_is_what_it_always_was() -> None:
    job = Job(cells=("1",), names=(), probes=(), files=(), limits=Limits(), seed=0, environment=())
    one, two = (replace(job, handed_in=(HandedIn("model.keras", content),)) for content in (b"one", b"two"))
    assert job.key == "5e8298b78fa8d5f7308853ca5b8c2af86156f25c517f5ba9178a5d5f842404e0"
    assert len({job.key, one.key, two.key}) == 3
    assert replace(job, handed_in=(HandedIn("other.keras", b"one"),)).key != one.key
