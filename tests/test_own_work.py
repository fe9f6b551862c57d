"""From a graded class to questions about each student's own work, to marked answers; nothing runs."""

import csv
import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from grader import pipeline
from grader.cohort.understanding import NOT_UNDERSTOOD
from grader.course.layout import Course
from grader.errors import InputError
from grader.gradebook.own_work import OwnWorkBook
from grader.gradebook.people import delete_student, merge_student
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.model.adjustment import AdjustmentKind
from grader.model.job import Job
from grader.model.own_work import AskedQuestions, OwnWorkResult
from grader.model.record import ModelTable, Record
from grader.own_work.drawing import candidates_of
from grader.own_work.works import work_of
from grader.pipeline.case_grading import case_submissions
from grader.pipeline.demo_answers import answer_own_work
from grader.pipeline.own_work import ask, mark_own_work, release_own_work
from grader.storage.records import RecordStore
from grader.text.catalogues import language
from grader.text.language import speaking
from tests.conftest import notebook
from tests.fakes import Fake, hand_in, ignore
from tests.gradebook.book_samples import adjustment
from tests.graded_class import graded, small
from tests.own_work import generated

__all__ = ["graded", "small"]

WITH_SHARE = 3
"""Seed of a model whose largest layer has a share that can be asked for."""
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def results(small: Course, tmp_path: Path) -> Results:
    """The results of Ada and Bob, whose records have the same model, in an exercise that asks about own work."""
    path = small.exercise_folder("tiny") / "exercise.toml"
    text = path.read_text()
    path.write_text(text.replace("[[questions]]", "[own_work]\nquestions = 3\nminutes = 15\n\n[[questions]]", 1))
    results = Results(tmp_path / "marks")
    with_model(small, results, generated.table(1))
    return results


def book_of(course: Course, results: Results) -> Gradebook:
    return results.existing(pipeline.load_exercise(course, "tiny").settings, "tiny")


def with_model(course: Course, results: Results, table: ModelTable) -> None:
    store = RecordStore(results.records)
    for mark in book_of(course, results).marks():
        record = store.get(mark.attempt.record_key)
        assert record is not None
        store.put(replace(record, models={"model": table}, histories={"history": generated.history(1)}))


def filled(path: Path, answers: dict[int, str]) -> None:
    """Write answers into a notebook, as a student does."""
    content: dict[str, Any] = json.loads(path.read_text())
    for cell in content["cells"]:
        for number, text in answers.items():
            if cell["cell_type"] == "code" and cell["source"].startswith(f"answer_{number} = "):
                cell["source"] = f"answer_{number} = {text}"
    path.write_text(json.dumps(content))


def letters(result: OwnWorkResult, wrong: int = 0) -> dict[int, str]:
    """The correct answer to each question, but for the first ones."""
    answers = {}
    for number, question in enumerate(result.question_set.questions, 1):
        place = (question.right + (number <= wrong)) % len(question.choices)
        answers[number] = f'"{"abcd"[place]}"'
    return answers


def released(course: Course, results: Results, out: Path) -> Path:
    """The released notebooks as a folder of submissions."""
    release_own_work(course, "tiny", results, out)
    return out / "tiny"


def stored(course: Course, results: Results) -> dict[str, OwnWorkResult]:
    book = book_of(course, results)
    return dict(OwnWorkBook(book.database, book.place).latest())


def answered(course: Course, results: Results, out: Path, wrong: int = 0) -> list[OwnWorkResult]:
    folder = released(course, results, out)
    for student, result in stored(course, results).items():
        filled(folder / student / "tiny-own-work.ipynb", letters(result, wrong))
    return list(mark_own_work(course, "tiny", folder, results).results)


def test_two_students_with_the_same_model_get_different_questions(small: Course, results: Results) -> None:
    ada, bob = ask(small, "tiny", results).question_sets
    assert (ada.student, bob.student) == ("ada", "bob")
    assert {question.id for question in ada.questions} != {question.id for question in bob.questions}
    assert ada.code != bob.code


def test_questions_are_stored_with_the_record_and_asked_once(small: Course, results: Results) -> None:
    first = ask(small, "tiny", results)
    with_model(small, results, generated.table(2))  # a repeated run: the questions that were asked stay
    assert ask(small, "tiny", results).question_sets == first.question_sets
    keys = {mark.student: mark.attempt.record_key for mark in book_of(small, results).marks()}
    assert {question_set.student: question_set.record for question_set in first.question_sets} == keys


def test_of_two_graders_that_draw_at_once_the_questions_that_were_stored_first_count(
    small: Course, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = OwnWorkBook.ask

    def after_another_grader(book: OwnWorkBook, question_sets: list[AskedQuestions]) -> None:
        store(book, [replace(one, questions=one.questions[:1]) for one in question_sets])
        store(book, question_sets)

    monkeypatch.setattr(OwnWorkBook, "ask", after_another_grader)
    asked = {one.student: one for one in ask(small, "tiny", results).question_sets}
    assert asked == {student: result.question_set for student, result in stored(small, results).items()}
    assert {len(one.questions) for one in asked.values()} == {1}


def test_one_student_can_be_asked_alone(small: Course, results: Results) -> None:
    assert [one.student for one in ask(small, "tiny", results, "bob").question_sets] == ["bob"]
    assert list(stored(small, results)) == ["bob"]


def test_a_released_notebook_contains_the_questions_and_no_answer(
    small: Course, results: Results, tmp_path: Path
) -> None:
    folder = released(small, results, tmp_path / "out")
    for student, result in stored(small, results).items():
        text = (folder / student / "tiny-own-work.ipynb").read_text()
        source = "\n".join(cell["source"] for cell in json.loads(text)["cells"])
        assert all(str(question.text) in source for question in result.question_set.questions)
        assert all(
            str(choice.text) in source for question in result.question_set.questions for choice in question.choices
        )
        secrets = [question.step for question in result.question_set.questions]
        secrets += [choice.mistake for question in result.question_set.questions for choice in question.choices]
        assert not any(str(text) in source for text in secrets if text)
        assert not any(part in text for part in ("mistake", "right", result.question_set.record))
        assert "15 minutes" in source


def test_answers_are_marked_without_running_anything(small: Course, results: Results, tmp_path: Path) -> None:
    marked = answered(small, results, tmp_path / "out", wrong=1)
    assert [(one.question_set.student, one.right, one.points, one.max_points) for one in marked] == [
        ("ada", 2, 2.0, 3.0),
        ("bob", 2, 2.0, 3.0),
    ]
    assert all(not one.findings[0].is_right and one.findings[0].reason for one in marked)
    assert list(stored(small, results).values()) == marked


def test_an_answer_may_be_a_text_in_the_language_of_the_course(small: Course, results: Results, tmp_path: Path) -> None:
    asks_only(small, '"weights"')
    (small.exercises / "course.toml").write_text('language = "de"\n')
    folder = released(small, results, tmp_path / "out")
    for student, result in stored(small, results).items():
        (question,) = (one for one in result.question_set.questions if one.id == "heaviest/model")
        with speaking(language("de")):
            text = str(question.choices[question.right].text)
        assert "Schicht" in text or "Faltung" in text
        number = result.question_set.questions.index(question) + 1
        filled(folder / student / "tiny-own-work.ipynb", {number: f'"{text}"'})
    assert [one.right for one in mark_own_work(small, "tiny", folder, results).results] == [1, 1]


def test_a_hostile_notebook_is_only_read(small: Course, results: Results, tmp_path: Path) -> None:
    folder = released(small, results, tmp_path / "out")
    target = tmp_path / "executed"
    code = f'open({str(target)!r}, "w")'
    filled(folder / "ada" / "tiny-own-work.ipynb", {1: code, 2: f"({code}, 'a')[1]", 3: "["})
    (ada,) = mark_own_work(small, "tiny", folder, results).results
    assert not target.exists()
    assert ada.right == 0
    assert [finding.choice for finding in ada.findings] == [None, None, None]


def test_no_report_shows_a_question_before_it_was_answered(small: Course, results: Results, tmp_path: Path) -> None:
    released(small, results, tmp_path / "out")
    with_pages(small, results)
    before = (results.folder / "ada" / "report.html").read_text()
    assert "own work -->" in before
    assert "Questions about your own work" not in before
    assert results.overview.read_text().count("Questions about own work: not answered yet.") == 2
    answered(small, results, tmp_path / "out", wrong=1)
    after = (results.folder / "ada" / "report.html").read_text()
    assert "You answered 2 of 3 questions correctly" in after
    wrong = stored(small, results)["ada"]
    question = wrong.question_set.questions[0]
    assert str(question.choices[question.right].text) in after
    with_pages(small, results)  # a page that is drawn again shows them, too
    assert "You answered 2 of 3 questions correctly" in (results.folder / "ada" / "report.html").read_text()


def with_pages(course: Course, results: Results) -> None:
    pipeline.regrade(pipeline.load(course, "tiny"), results, False)


def test_marks_stay_as_they_are(small: Course, results: Results, tmp_path: Path) -> None:
    with_pages(small, results)
    before = {mark.student: mark.assessment.points for mark in book_of(small, results).marks()}
    answered(small, results, tmp_path / "out", wrong=3)
    assert {mark.student: mark.assessment.points for mark in book_of(small, results).marks()} == before


def test_the_table_lists_who_was_asked_and_who_answered(small: Course, results: Results, tmp_path: Path) -> None:
    folder = released(small, results, tmp_path / "out")
    filled(folder / "ada" / "tiny-own-work.ipynb", letters(stored(small, results)["ada"]))
    shutil.rmtree(folder / "bob")
    mark_own_work(small, "tiny", folder, results)
    with (results.folder / "own-work.csv").open(newline="") as stream:
        rows = {row["student"]: row for row in csv.DictReader(stream)}
    assert (rows["ada"]["answered"], rows["ada"]["right"], rows["ada"]["points"]) == ("yes", "3", "3")
    assert (rows["bob"]["answered"], rows["bob"]["right"], rows["bob"]["points"]) == ("no", "", "")


def test_the_first_answers_count(small: Course, results: Results, tmp_path: Path) -> None:
    answered(small, results, tmp_path / "out", wrong=3)
    folder = tmp_path / "out" / "tiny"
    again = mark_own_work(small, "tiny", folder, results)
    assert (again.results, again.problems) == ((), ())  # the same answers: nothing to say
    for student, result in stored(small, results).items():
        filled(folder / student / "tiny-own-work.ipynb", letters(result))
    again = mark_own_work(small, "tiny", folder, results)
    assert again.results == ()
    assert "ada: has answered these questions before. The first answers count." in again.problems
    assert stored(small, results)["ada"].right == 0
    assert release_own_work(small, "tiny", results, tmp_path / "again") == []


def test_the_questions_of_another_student_are_not_marked(small: Course, results: Results, tmp_path: Path) -> None:
    folder = released(small, results, tmp_path / "out")
    filled(folder / "ada" / "tiny-own-work.ipynb", {1: '"a"'})
    shutil.copy(folder / "ada" / "tiny-own-work.ipynb", folder / "bob" / "tiny-own-work.ipynb")
    marked = mark_own_work(small, "tiny", folder, results)
    assert [one.question_set.student for one in marked.results] == ["ada"]
    assert [line.partition(",")[0] for line in marked.problems] == [
        "bob: the notebook has the questions of another student"
    ]


def test_a_folder_that_was_released_for_an_unusual_name_is_recognised(
    small: Course, results: Results, tmp_path: Path
) -> None:
    material = pipeline.load(small, "tiny")
    pipeline.grade(material, [hand_in(material, "Ada Lovelace", 2)], results, Fake(), ignore)
    with_model(small, results, generated.table(1))
    folder = released(small, results, tmp_path / "out")
    assert not (folder / "Ada Lovelace").exists()
    for path in folder.glob("*/tiny-own-work.ipynb"):
        filled(path, {1: '"a"'})
    marked = mark_own_work(small, "tiny", folder, results).results
    assert {one.question_set.student for one in marked} == {"Ada Lovelace", "ada", "bob"}


def test_the_notebook_of_the_exercise_may_be_beside_the_answers(
    small: Course, results: Results, tmp_path: Path
) -> None:
    folder = released(small, results, tmp_path / "out")
    filled(folder / "ada" / "tiny-own-work.ipynb", letters(stored(small, results)["ada"]))
    (folder / "ada" / "tiny.ipynb").write_bytes(notebook("width = 26"))
    (folder / "ada" / "zz.ipynb").write_bytes(notebook("width = 26"))
    (ada,) = mark_own_work(small, "tiny", folder, results).results
    assert ada.right == 3


def test_a_notebook_without_answers_does_not_count_as_the_first_answers(
    small: Course, results: Results, tmp_path: Path
) -> None:
    folder = released(small, results, tmp_path / "out")
    blank = mark_own_work(small, "tiny", folder, results)
    assert blank.results == ()
    assert list(blank.problems) == [f"{name}: the notebook contains no answers yet." for name in ("ada", "bob")]
    assert [one.right for one in answered(small, results, tmp_path / "again")] == [3, 3]


def test_a_notebook_without_questions_is_named(small: Course, results: Results, tmp_path: Path) -> None:
    folder = released(small, results, tmp_path / "out")
    (folder / "bob" / "tiny-own-work.ipynb").write_text(
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )
    _, problem = mark_own_work(small, "tiny", folder, results).problems
    assert problem.startswith("bob: the notebook contains no questions of this exercise")


def test_a_student_without_a_model_gets_no_questions_and_is_named(small: Course, results: Results) -> None:
    store = RecordStore(results.records)
    for mark in book_of(small, results).marks():
        record = store.get(mark.attempt.record_key)
        assert record is not None
        store.put(replace(record, models={}, histories={}))
    notes: list[str] = []
    assert release_own_work(small, "tiny", results, results.folder / "out", notes.append) == []
    assert [line.split(":")[0] for line in notes] == ["ada", "bob"]


def test_an_exercise_without_own_work_says_what_to_add(small: Course, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"Add a table \[own_work\]"):
        ask(small, "tiny", Results(tmp_path / "marks"))


def test_a_merged_or_deleted_student_takes_the_questions_along(small: Course, results: Results) -> None:
    ask(small, "tiny", results)
    book = book_of(small, results)
    merge_student(results.database, book.place.course, "bob", "ada", "kim", NOW)
    own_work = OwnWorkBook(book.database, book.place)
    assert [one.question_set.student for one in own_work.all()] == ["ada", "ada"]
    delete_student(results.database, book.place.course, "ada", "kim", NOW)
    assert own_work.all() == []


def asks_only(course: Course, concepts: str) -> None:
    path = course.exercise_folder("tiny") / "exercise.toml"
    path.write_text(path.read_text().replace("questions = 3\n", f"questions = 3\nconcepts = [{concepts}]\n"))


def test_a_question_is_not_asked_if_the_page_of_the_report_has_its_answer(small: Course, results: Results) -> None:
    asks_only(small, '"weights"')
    with_model(small, results, generated.table(WITH_SHARE))
    work = work_of(generated.record(WITH_SHARE), ())
    share = next(one for one in candidates_of(work) if one.id == "share/model")
    written = str(share.write(share.right))
    with_pages(small, results)
    results.rewrite_report("bob", lambda page: page.replace("</main>", f"<p>It has <b>{written}</b>.</p></main>"))
    ada, bob = ask(small, "tiny", results).question_sets
    assert {question.id for question in ada.questions} == {"heaviest/model", "share/model"}
    assert {question.id for question in bob.questions} == {"heaviest/model"}


def test_the_dashboard_flags_working_code_whose_author_cannot_answer(
    small: Course, results: Results, tmp_path: Path
) -> None:
    book = book_of(small, results)
    full = {mark.student: mark.assessment.max_points for mark in book.marks()}
    book.adjust([replace(adjustment("ada", points=full["ada"], question=""), kind=AdjustmentKind.MARK)])
    with_pages(small, results)
    answered(small, results, tmp_path / "out", wrong=2)
    marks = {mark.student: mark.assessment for mark in book.marks()}
    kinds = {student: [flag.kind for flag in assessment.flags] for student, assessment in marks.items()}
    assert NOT_UNDERSTOOD in kinds["ada"]
    assert marks["ada"].points == full["ada"]
    assert (NOT_UNDERSTOOD in kinds["bob"]) is (marks["bob"].percent >= 75)
    assert "1 of 3 questions about it" in results.overview.read_text()
    assert results.overview.read_text().count("Questions about own work: 1 of 3 correct.") == 2
    assert "about it" not in (results.folder / "ada" / "report.html").read_text()


class Empty(Fake):
    """Pretends to run notebooks that define nothing."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Record]:
        for job in jobs:
            for record in super().run([replace(job, cells=("",) * len(job.cells))]):
                yield replace(record, key=job.key)


@pytest.mark.usefixtures("results")
def test_made_up_students_answer_as_their_cases_say(small: Course, tmp_path: Path) -> None:
    path = small.solution_folder("tiny") / "cases" / "expected.toml"
    first = next(line for line in path.read_text().splitlines() if line.startswith("["))
    path.write_text(path.read_text().replace(first, f"{first}\nunderstands = false", 1))
    material = pipeline.load(small, "tiny")
    demo = Results(tmp_path / "demo")
    pipeline.grade(material, case_submissions(small, material.exercise), demo, Empty(), ignore)
    with_model(small, demo, generated.table(1))
    answer_own_work(small, material, demo)
    answer_own_work(small, material, demo)  # a repeated demo changes nothing
    right = {student: result.right for student, result in stored(small, demo).items()}
    assert right.pop(first.strip("[]")) == 0
    assert right
    assert set(right.values()) == {3}
