"""Running again: what is doubted runs once more, what was is kept, and what changed is told."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader import cli, pipeline
from grader.errors import InputError
from grader.execute import places
from grader.gradebook.results import Results
from grader.model.job import Job
from grader.model.record import Answer, AnswerState, Outcome, Record, Resources
from grader.pipeline.history import history
from grader.storage.records import RecordStore
from tests.fakes import Fake, hand_in, ignore


class Late(Fake):
    """A machine on which every run ends too early to give an answer."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for record in super().run(jobs):
            answers = {name: Answer(AnswerState.MISSING) for name in record.answers}
            yield replace(record, outcome=Outcome.TIMED_OUT, answers=answers, resources=Resources(90.0, 16.0))


def right(material: pipeline.Material) -> int:
    """The value that the new exercise expects."""
    question = next(each for each in material.exercise.questions if each.kind == "number")
    return int(material.key.answers[question.id])


@pytest.fixture
def graded(material: pipeline.Material, results: Results) -> Results:
    """Three students, two of whom handed in the same, on a machine that was too slow."""
    value = right(material)
    handed_in = [
        hand_in(material, "ada", value),
        hand_in(material, "bob", value),
        hand_in(material, "cleo", value, " "),
    ]
    handed_in[2] = replace(handed_in[2], content=handed_in[2].content.replace(b" = ", b"  =  "))
    pipeline.grade(material, handed_in, results, Late(), ignore)
    return results


def points(material: pipeline.Material, results: Results) -> dict[str, float]:
    book = results.existing(material.settings, material.exercise.slug)
    return {each.student: each.assessment.points for each in book.marks()}


def rerun(material: pipeline.Material, results: Results, executor: Fake, *students: str) -> pipeline.Rerun:
    return pipeline.rerun(material, results, executor, students, ignore, ignore)


def test_a_run_is_repeated_and_old_and_new_points_are_told(material: pipeline.Material, graded: Results) -> None:
    fake = Fake()
    before = points(material, graded)
    again = rerun(material, graded, fake, "ada")
    assert len(fake.ran) == 1
    change = next(each for each in again.changes if each.student == "ada")
    assert (change.before, change.after) == (before["ada"], points(material, graded)["ada"])
    assert points(material, graded)["ada"] > before["ada"]
    assert "timed_out -> completed" in change.because


def test_who_handed_in_the_same_is_marked_again_too_and_nobody_else(
    material: pipeline.Material, graded: Results
) -> None:
    before = points(material, graded)
    again = rerun(material, graded, Fake(), "ADA")
    after = points(material, graded)
    assert [each.student for each in again.marks] == ["ada", "bob"]
    assert after["ada"] == after["bob"] > before["bob"]
    assert after["cleo"] == before["cleo"]


def test_without_names_all_run_again(material: pipeline.Material, graded: Results) -> None:
    fake = Fake()
    assert len(rerun(material, graded, fake).marks) == 3
    assert len(fake.ran) == 2


def test_the_record_before_is_kept_and_the_history_shows_it(material: pipeline.Material, graded: Results) -> None:
    rerun(material, graded, Fake(), "ada")
    rerun(material, graded, Fake(), "ada")
    key = graded.existing(material.settings, "tiny").attempts()["ada"][0].record_key
    store = RecordStore(graded.records)
    current = store.get(key)
    assert current is not None
    assert current.outcome is Outcome.COMPLETED
    assert [record.outcome for _, record in store.replaced(key)] == [Outcome.TIMED_OUT, Outcome.COMPLETED]
    lines = [line.what for line in history(material, graded, "ada").lines]
    assert "attempt 1 run again. The earlier run: timed_out, 90 s, 16 s of processor time" in lines
    assert sum("run again" in line for line in lines) == 2
    assert sum(line.startswith("attempt 1 marked") for line in lines) == 2


def test_the_page_shows_the_new_run_also_where_the_marks_are_the_same(
    material: pipeline.Material, graded: Results
) -> None:
    rerun(material, graded, Fake(used=Resources(3.0, 2.0)), "ada")
    rerun(material, graded, Fake(used=Resources(77.0, 66.0)), "ada")
    assert "66 s" in (graded.folder / "ada" / "report.html").read_text()


def test_a_fault_of_ours_costs_neither_mark_nor_record(material: pipeline.Material, graded: Results) -> None:
    rerun(material, graded, Fake(), "ada")
    before = points(material, graded)
    again = rerun(material, graded, Fake(Outcome.SANDBOX_FAILED), "ada")
    assert set(again.failed) == {"ada", "bob"}
    assert points(material, graded) == before
    record = RecordStore(graded.records).get(graded.existing(material.settings, "tiny").attempts()["ada"][0].record_key)
    assert record is not None
    assert record.outcome is Outcome.COMPLETED


def test_a_name_that_nobody_has_is_refused(material: pipeline.Material, graded: Results) -> None:
    fake = Fake()
    with pytest.raises(InputError, match="no student of that name"):
        rerun(material, graded, fake, "ada", "dora")
    assert fake.ran == []


def test_grading_again_keeps_what_the_repeated_run_gave(material: pipeline.Material, graded: Results) -> None:
    rerun(material, graded, Fake())
    fake, after = Fake(), points(material, graded)
    pipeline.grade(material, [hand_in(material, "ada", right(material))], graded, fake, ignore)
    assert fake.ran == []
    assert points(material, graded) == after


def test_the_command_tells_old_and_new_points_and_exits_with_1_where_a_run_failed(
    material: pipeline.Material, graded: Results, small: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    executor = Fake()
    monkeypatch.setattr(places, "executor", lambda *_: executor)
    words = ["grader", "rerun", "tiny", "ada", "--results", str(graded.folder), "--course", str(small.root)]

    def run(*more: str) -> tuple[Any, str]:
        monkeypatch.setattr("sys.argv", [*words, *more])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return end.value.code, said.out + said.err

    before = points(material, graded)["ada"]
    status, said = run()
    after = points(material, graded)["ada"]
    assert status == 0
    assert f"ada: {before:g} -> {after:g}" in said
    assert "2 submissions run again, 2 changed." in said
    assert f"ada: {after:g}, as before" in run()[1]
    executor.outcome = Outcome.SANDBOX_FAILED
    status, said = run()
    assert status == 1
    assert "ada: the notebook could not be run again, so the mark stays the same" in said
    assert run("nobody")[0] == 2


def test_files_of_others_beside_records_are_no_records(tmp_path: Path) -> None:
    store = RecordStore(tmp_path)
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab" / "abc.mineZ.json.gz").write_bytes(b"x")
    assert store.replaced("abc") == []
    assert store.replaced("") == []
