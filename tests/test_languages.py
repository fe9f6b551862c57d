"""A course in German: graded, marked again in English, late, decided, and with texts of its own."""

import csv
import html
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.pipeline.course_page import graded_exercises, write_course
from grader.pipeline.deciding import decide
from grader.text.language import current_language
from tests.fakes import Fake, hand_in, ignore

LATE = """
language = "{language}"
time_zone = "Europe/Rome"

[late]
percent = 10
per = "day"
cap = 50

[deadlines]
tiny = 2026-05-01T12:00:00
"""


def speak(course: Course, language: str) -> pipeline.Material:
    """The exercise in a course whose reports are in a language, and where lateness costs."""
    (course.exercises / "course.toml").write_text(LATE.format(language=language), encoding="utf-8")
    return pipeline.load(course, "tiny")


def page_of(results: Results, student: str = "ada") -> str:
    return html.unescape((results.folder / student / "report.html").read_text(encoding="utf-8"))


def marks(results: Results) -> list[str]:
    table = (results.folder / "grades.csv").read_text(encoding="utf-8").splitlines()
    return [row["points"] for row in csv.DictReader(table)]


def add(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    entries = "\n".join(f'msgid "{source}"\nmsgstr "{text}"\n' for source, text in texts.items())
    (folder / "de.po").write_text(entries, encoding="utf-8")


def test_a_course_in_german_has_reports_in_german(small: Course, results: Results) -> None:
    material = speak(small, "de")
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    assert '<html lang="de">' in page_of(results)
    assert "Aufgabe für Aufgabe" in page_of(results)
    assert '<html lang="de">' in (results.folder / "index.html").read_text(encoding="utf-8")
    assert current_language().code == "en"


def test_the_language_changes_no_mark_and_runs_nothing_again(small: Course, results: Results) -> None:
    german = speak(small, "de")
    pipeline.grade(german, [hand_in(german, "ada", 1)], results, Fake(), ignore)
    table = (results.folder / "grades.csv").read_text(encoding="utf-8")
    again = pipeline.regrade(speak(small, "en"), results)
    assert (again.changes, again.outdated) == ([], [])
    assert '<html lang="en">' in page_of(results)
    assert (results.folder / "grades.csv").read_text(encoding="utf-8") == table


def test_grading_again_in_another_language_writes_the_pages_anew(small: Course, results: Results) -> None:
    for language, text in (("de", "Aufgabe für Aufgabe"), ("en", "Question by question"), ("de", "Deine Bewertung")):
        material, fake = speak(small, language), Fake()
        pipeline.grade(material, [hand_in(material, "ada", 1)], results, fake, ignore)
        assert text in page_of(results)
        assert f'<html lang="{language}">' in page_of(results)
        assert f'<html lang="{language}">' in (results.folder / "index.html").read_text(encoding="utf-8")
    assert fake.ran == []


def test_a_changed_text_of_the_course_writes_the_pages_anew(small: Course, results: Results) -> None:
    material = speak(small, "de")
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    add(small.exercises / "locale", {pipeline.load(small, "tiny").exercise.title: "Eine winzige Übung"})
    material, fake = pipeline.load(small, "tiny"), Fake()
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, fake, ignore)
    assert "Eine winzige Übung" in page_of(results)
    assert fake.ran == []


def test_lateness_decisions_and_tries_are_told_in_german(small: Course, results: Results) -> None:
    material = speak(small, "de")
    question = next(each for each in material.exercise.questions if each.kind == "number")
    at = datetime(2026, 5, 2, 13, tzinfo=UTC)
    tries = [replace(hand_in(material, "ada", value), attempt=value, submitted_at=at) for value in (1, 2)]
    pipeline.grade(material, tries, results, Fake(), ignore)
    base = Adjustment(
        student="ada",
        exercise="tiny",
        kind=AdjustmentKind.POINTS,
        author="Dr. Rossi",
        reason="mündlich erklärt",
        at=at,
        question=question.id,
    )
    told = replace(base, kind=AdjustmentKind.COMMENT, question="", text="Gut so.")
    decide(material, results, [replace(base, points=1.0), told])
    page = page_of(results)
    for text in (
        "Du hast 2-mal abgegeben; es zählt Abgabe 2, die letzte, die sich lesen ließ.",
        "Abgabefrist: 01.05.2026, 12:00 Uhr (Europe/Rome, UTC+02:00).",
        "Abgegeben: 02.05.2026, 15:00 Uhr (Europe/Rome, UTC+02:00), 1 Tag 3 h zu spät.",
        "2 angefangene Tage: 2 × 10 % = 20 %.",
        "1 Punkt von Dr. Rossi: mündlich erklärt",
        "Kommentar",
        "Gut so.",
    ):
        assert text in page
    pipeline.regrade(speak(small, "en"), results)
    page = page_of(results)
    assert "Deadline: 2026-05-01, 12:00 (Europe/Rome, UTC+02:00)." in page
    assert "You submitted 2 times. Attempt 2 counts: it is the latest that could be read." in page


def test_who_is_decided_about_in_german_is_excused_in_german(small: Course, results: Results) -> None:
    material = speak(small, "de")
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    excuse = Adjustment(
        student="ada",
        exercise="tiny",
        kind=AdjustmentKind.EXCUSED,
        author="kim",
        reason="krank",
        at=datetime.now(UTC),
        excused=True,
    )
    decide(material, results, [excuse])
    assert "Entschuldigt" in page_of(results)
    assert "Entschuldigt" in (results.folder / "index.html").read_text(encoding="utf-8")
    assert marks(results) == [""]


def test_the_page_of_a_course_is_in_its_language(small: Course, tmp_path: Path) -> None:
    material = speak(small, "de")
    add(small.exercises / "locale", {material.exercise.title: "Eine winzige Übung"})
    material = pipeline.load(small, "tiny")
    pipeline.grade(material, [hand_in(material, "ada", 1)], Results(tmp_path / "all" / "tiny"), Fake(), ignore)
    graded = graded_exercises(small, tmp_path / "all", None)
    page = write_course(graded, tmp_path / "all", material.language).read_text(encoding="utf-8")
    assert '<html lang="de">' in page
    assert "Eine winzige Übung" in page


def test_a_report_says_titles_and_slips_as_the_course_has_them(small: Course, results: Results) -> None:
    plain = speak(small, "en")
    question = next(question for question in plain.exercise.questions if plain.key.slips.get(question.id))
    slip = plain.key.slips[question.id][0]
    add(small.exercises / "locale", {plain.exercise.title: "Eine winzige Übung", question.title: "Eine Frage"})
    add(small.solutions / "locale", {str(slip.reason): "Das war der andere Weg."})
    material = speak(small, "de")
    pipeline.grade(material, [hand_in(material, "ada", slip.value)], results, Fake(), ignore)
    for text in ("Eine winzige Übung", "Eine Frage", "Das war der andere Weg."):
        assert text in page_of(results)
    pipeline.regrade(speak(small, "en"), results)
    assert str(slip.reason) in page_of(results)
    assert "Eine Frage" not in page_of(results)


def test_an_unknown_language_stops_before_anything_is_run(small: Course) -> None:
    with pytest.raises(
        InputError, match=r"exercises/course.toml: language: there is no catalogue for the language 'xx'"
    ):
        speak(small, "xx")
