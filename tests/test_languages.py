"""A course in German: graded, marked again in English, and with texts of its own."""

import html
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.model.language import spoken
from tests.test_pipeline import Fake, hand_in, ignore, results, small

__all__ = ["results", "small"]


def page_of(results: Results, student: str = "ada") -> str:
    return html.unescape((results.folder / student / "report.html").read_text(encoding="utf-8"))


def add(folder: Path, texts: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    entries = "\n".join(f'msgid "{source}"\nmsgstr "{text}"\n' for source, text in texts.items())
    (folder / "de.po").write_text(entries, encoding="utf-8")


def test_a_course_in_german_has_reports_in_german(small: Course, results: Results) -> None:
    material = pipeline.load(small, "tiny", "de")
    pipeline.grade(material, [hand_in(material, "ada", 1)], results, Fake(), ignore)
    assert '<html lang="de">' in page_of(results)
    assert "Aufgabe für Aufgabe" in page_of(results)
    assert '<html lang="de">' in (results.folder / "index.html").read_text(encoding="utf-8")
    assert spoken().code == "en"


def test_the_language_changes_no_mark_and_runs_nothing_again(small: Course, results: Results) -> None:
    german, english = pipeline.load(small, "tiny", "de"), pipeline.load(small, "tiny")
    pipeline.grade(german, [hand_in(german, "ada", 1)], results, Fake(), ignore)
    table = (results.folder / "grades.csv").read_text(encoding="utf-8")
    _, changes, outdated = pipeline.regrade(english, results)
    assert (changes, outdated) == ([], [])
    assert '<html lang="en">' in page_of(results)
    assert (results.folder / "grades.csv").read_text(encoding="utf-8") == table


def test_a_report_says_titles_and_slips_as_the_course_has_them(small: Course, results: Results) -> None:
    plain = pipeline.load(small, "tiny")
    question = next(question for question in plain.exercise.questions if plain.key.slips.get(question.id))
    slip = plain.key.slips[question.id][0]
    add(small.exercises / "locale", {plain.exercise.title: "Eine winzige Übung", question.title: "Eine Frage"})
    add(small.solutions / "locale", {slip.reason: "Das war der andere Weg."})
    material = pipeline.load(small, "tiny", "de")
    pipeline.grade(material, [hand_in(material, "ada", slip.value)], results, Fake(), ignore)
    for text in ("Eine winzige Übung", "Eine Frage", "Das war der andere Weg."):
        assert text in page_of(results)
    pipeline.regrade(plain, results)
    assert slip.reason in page_of(results)
    assert "Eine Frage" not in page_of(results)


def test_an_unknown_language_stops_before_anything_is_run(small: Course) -> None:
    with pytest.raises(InputError, match="there is no language 'xx'"):
        pipeline.load(small, "tiny", "xx")
