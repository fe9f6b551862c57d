"""Grading as a whole: what is run, what is not run again, and what never gets lost."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.errors import InputError
from grader.execute.blame import unrun
from grader.gradebook.results import Results
from grader.model.job import Job
from grader.model.record import Outcome, Record, Resources
from grader.model.submission import Submission
from grader.report.statistics import statistics_csv
from grader.storage.records import RecordStore
from tests.conftest import notebook
from tests.fakes import Fake, hand_in, ignore
from tests.reading import as_read


def test_identical_notebooks_run_once(material: pipeline.Material, results: Results) -> None:
    fake = Fake()
    graded = pipeline.grade(
        material, [hand_in(material, name, 1) for name in ("ada", "bob", "cleo")], results, fake, ignore
    )
    assert len(fake.ran) == 1
    assert [item.assessment.student for item in graded] == ["ada", "bob", "cleo"]


def test_what_has_a_record_is_not_run_again(material: pipeline.Material, results: Results) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    fake = Fake()
    pipeline.grade(material, [hand_in(material, "ada", 1), hand_in(material, "bob", 2)], results, fake, ignore)
    assert len(fake.ran) == 1


def test_whose_notebooks_will_run_is_said_before_any_does(material: pipeline.Material, results: Results) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    told: list[object] = []
    students = {"bob": 2, "ada": 1, "cleo": 3, "dan": 2}
    submissions = [hand_in(material, student, value) for student, value in students.items()]
    fake = Fake()

    def plan(runs: Iterable[tuple[str, ...]]) -> None:
        told.append((len(fake.ran), list(runs)))

    pipeline.grade(material, submissions, results, fake, ignore, plan)
    pipeline.grade(material, submissions, results, fake, ignore, plan)
    assert told == [(0, [("bob", "dan"), ("cleo",)])]


def test_a_fault_of_the_sandbox_is_no_zero_and_is_run_again(material: pipeline.Material, results: Results) -> None:
    (failed,) = pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(Outcome.SANDBOX_FAILED), ignore)
    assert not failed.assessment.publishable
    assert pipeline.ungraded([failed]) == [failed]
    fake = Fake()
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, fake, ignore)
    assert len(fake.ran) == 1


def test_what_could_not_be_run_has_no_mark_until_a_person_decides_and_is_not_run_again(
    material: pipeline.Material, results: Results
) -> None:
    class Unrun(Fake):
        def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
            for job in jobs:
                self.ran.append(job)
                yield unrun(job, "status 70", self.isolation)

    (found,) = pipeline.grade(material, [hand_in(material, "ada", 1)], results, Unrun(), ignore)
    assert (found.assessment.publishable, pipeline.ungraded([found])) == (False, [found])
    assert "Your notebook could not be run" in (results.folder / "ada/report.html").read_text()
    again = Fake()
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, again, ignore)
    assert again.ran == []
    (after,) = pipeline.regrade(material, results).marks
    assert not after.assessment.publishable
    (table,) = csv.DictReader((results.folder / "grades.csv").open())
    assert (table["points"], table["outcome"]) == ("", "crashed")


def test_a_broken_submission_never_stops_the_batch(material: pipeline.Material, results: Results) -> None:
    broken = Submission(student="bob", exercise="tiny", origin="bob.ipynb", content=b"{")
    graded = pipeline.grade(material, [broken, hand_in(material, "ada", 1)], results, Fake(), ignore)
    assert [item.assessment.outcome for item in graded] == [Outcome.INVALID_NOTEBOOK, Outcome.COMPLETED]


def test_what_is_done_is_on_disk_before_progress_moves(material: pipeline.Material, results: Results) -> None:
    seen: list[bool] = []

    def look(_: object) -> None:
        seen.append(any(results.folder.glob("*/report.html")) and any(results.records.rglob("*.gz")))

    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), look)
    assert seen == [True]


def test_an_interruption_keeps_what_is_done(material: pipeline.Material, results: Results) -> None:
    def interrupt(_: object) -> None:
        raise KeyboardInterrupt

    submissions = [hand_in(material, "ada", 1), hand_in(material, "bob", 2)]
    with pytest.raises(KeyboardInterrupt):
        pipeline.grade(material, submissions, results, Fake(), interrupt)
    assert "ada" in (results.folder / "grades.csv").read_text()
    fake = Fake()
    pipeline.grade(material, submissions, results, fake, ignore)
    assert len(fake.ran) == 1


def test_the_key_ignores_names_points_and_wording(small: Course, material: pipeline.Material, results: Results) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    specification = small.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text().replace("points = 1", "points = 3"))
    fake = Fake()
    pipeline.grade(pipeline.load(small, "tiny"), [hand_in(material, "zoe", 1)], results, fake, ignore)
    assert fake.ran == []


def test_regrade_changes_marks_from_records_alone(small: Course, material: pipeline.Material, results: Results) -> None:
    right = material.key.answers[next(q.id for q in material.exercise.questions if q.kind == "number")]
    pipeline.grade(material, [hand_in(material, "ada", right)], results, Fake(), ignore)
    specification = small.exercises / "tiny" / "exercise.toml"
    text = specification.read_text()
    first = next(line for line in text.splitlines() if line.startswith("points"))
    specification.write_text(text.replace(first, "points = 7"))
    regraded = pipeline.regrade(pipeline.load(small, "tiny"), results)
    changes = regraded.changes
    outdated = regraded.outdated
    assert [change.student for change in changes] == ["ada"]
    assert (changes[0].after or 0) > (changes[0].before or 0)
    assert outdated == []


def test_statistics_need_no_record_to_be_read_whole(
    small: Course, material: pipeline.Material, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    used = Resources(3.0, 2.0)
    pipeline.grade(material, [hand_in(material, name, 1) for name in ("ada", "bo")], results, Fake(used=used), ignore)
    monkeypatch.setattr(RecordStore, "get", None)
    told = pipeline.class_statistics(small, "tiny", results)
    assert told.wall_seconds is not None
    assert (told.students, told.wall_seconds.count, told.wall_seconds.mean) == (2, 1, 3.0)


def test_statistics_are_the_same_after_grading_regrading_and_reading(
    small: Course, material: pipeline.Material, results: Results
) -> None:
    submissions = [
        hand_in(material, "ada", 1),
        hand_in(material, "bo", 2),
        Submission(student="cy", exercise="tiny", origin="cy.ipynb", content=b"{"),
    ]
    pipeline.grade(material, submissions, results, Fake(used=Resources(3.0, 2.0)), ignore)
    table = results.folder / "statistics.csv"
    graded = table.read_text()
    pipeline.regrade(material, results)
    assert table.read_text() == graded
    assert statistics_csv(pipeline.class_statistics(small, "tiny", results)) == graded.replace("\n", "\r\n")


def test_regrade_names_runs_that_do_not_fit_any_more(
    small: Course, material: pipeline.Material, results: Results
) -> None:
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    specification = small.exercises / "tiny" / "exercise.toml"
    specification.write_text(specification.read_text().replace("seed = ", "seed = 9"))
    regraded = pipeline.regrade(pipeline.load(small, "tiny"), results)
    kept = regraded.marks
    outdated = regraded.outdated
    assert outdated == ["ada"]
    assert [item.assessment.student for item in kept] == ["ada"]
    assert "ada" in (results.folder / "grades.csv").read_text()


def test_regrade_of_nothing_says_what_to_do(material: pipeline.Material, results: Results) -> None:
    with pytest.raises(InputError, match="Run `grader grade tiny"):
        pipeline.regrade(material, results)


def test_students_whose_names_are_alike_have_folders_of_their_own(
    material: pipeline.Material, results: Results
) -> None:
    names = ["Ada", "ada", "a/../da", "records", "=cmd", "\n", "x" * 300]
    graded = pipeline.grade(material, [hand_in(material, name, 1) for name in names], results, Fake(), ignore)
    assert len({item.attempt.folder.casefold() for item in graded}) == len(names)
    assert all((results.folder / item.attempt.folder / "report.html").is_file() for item in graded)


def test_reports_show_the_class_where_the_exercise_asks_for_it(material: pipeline.Material, results: Results) -> None:
    shows = replace(material, exercise=replace(material.exercise, show_class=True))
    class_of = [hand_in(material, f"s{number}", number) for number in range(12)]
    graded = pipeline.grade(shows, class_of, results, Fake(), ignore)
    pages = [(results.folder / item.attempt.folder / "report.html").read_text() for item in graded]
    assert all("Of 12 marks, half are" in page for page in pages)
    regraded = pipeline.regrade(material, results)
    graded = regraded.marks
    pages = [(results.folder / item.attempt.folder / "report.html").read_text() for item in graded]
    assert not any("Of 12 marks" in page for page in pages)


def test_a_notebook_of_another_exercise_is_said_first_and_flagged(course: Course, results: Results) -> None:
    material = pipeline.load(course, "conv-arithmetic")
    content = (course.exercises / "activations-and-losses" / "notebook.ipynb").read_bytes()
    (standing,) = pipeline.grade(
        material,
        [Submission(student="ada", exercise="conv-arithmetic", origin="ada.ipynb", content=content)],
        results,
        Fake(),
        ignore,
    )
    title = pipeline.load(course, "activations-and-losses").exercise.title
    told = f"This is the notebook of another exercise: {title}. Submit the one for {material.exercise.title}."
    assert str(standing.assessment.notice) == told
    assert [flag.kind for flag in standing.assessment.flags] == ["notebook of another exercise"]
    page = (results.folder / standing.attempt.folder / "report.html").read_text()
    assert 0 < page.index("This is the notebook of another exercise") < page.index("<section")
    assert "Notebook of another exercise" in (results.folder / "index.html").read_text()


def test_a_notebook_of_no_exercise_is_said_first_and_flagged(course: Course, results: Results) -> None:
    material = pipeline.load(course, "conv-arithmetic")
    handed_in = [
        Submission(student="ada", exercise="conv-arithmetic", origin="ada.ipynb", content=notebook("rows = 3")),
        Submission(student="bob", exercise="conv-arithmetic", origin="bob.ipynb", content=notebook("stride_size = 12")),
    ]
    stranger, own = pipeline.grade(material, handed_in, results, Fake(), ignore)
    assert "none of the cells and none of the answers" in as_read(stranger.assessment.notice)
    assert [flag.kind for flag in stranger.assessment.flags] == ["notebook of an unknown exercise"]
    assert (own.assessment.notice, own.assessment.flags) == ("", ())
