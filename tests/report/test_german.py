"""Pages in German hold nothing of ours in English, and tables for programs stay as they are."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from grader.cohort.statistics import of_class
from grader.report import curve_panels, mark_breakdown, words
from grader.report.statistics import statistics_csv, statistics_json
from grader.report.tables import grades_csv
from grader.text import catalogues
from grader.text.language import say, speaking
from grader.text.proportions import percent
from tests.reading import as_read
from tests.report import report_samples as samples
from tests.report import sample_pages as pages
from tests.report.page_reader import PageReader

PAGES = (
    pages.student_page,
    pages.decided_page,
    pages.unsettled_page,
    pages.picture_page,
    pages.dashboard_page,
    pages.course_page,
    pages.leaderboard_page,
)
PLACE = re.compile(r"{\w+}")


@pytest.fixture(autouse=True)
def german() -> Iterator[None]:
    with speaking(catalogues.language("de")):
        yield


def texts(page: str) -> set[str]:
    """What a reader sees or hears, piece by piece."""
    reader = PageReader(page)
    named = [
        value for _, attributes in reader.elements for value in (attributes.get("aria-label"), attributes.get("alt"))
    ]
    return {" ".join(text.split()) for text in (*reader.words, *named) if text and text.strip()}


def english() -> Iterator[str]:
    """Messages that German tells otherwise; short ones have to stand alone to be recognised."""
    for message in catalogues.read_catalogue(catalogues.FOLDER / "de.po"):
        for source, text in zip(
            *((message.id, message.string) if message.pluralizable else ((message.id,), (message.string,))), strict=True
        ):
            if source and source != text:
                yield source


@pytest.mark.parametrize("render", PAGES, ids=lambda render: render.__name__)
def test_no_english_text_of_ours_is_left_on_a_german_page(render: Callable[[], str]) -> None:
    found, whole = texts(render()), " | ".join(texts(render()))
    mine = set(samples_texts())
    for source in english():
        longest = max(PLACE.split(source), key=len).strip()
        if len(longest) >= 20:
            assert longest not in whole, source
        elif not PLACE.search(source) and source not in mine:
            assert source not in found, source


def samples_texts() -> list[str]:
    """What is not ours: texts of the course (hints without their code), and words in the code of a notebook."""
    exercise = samples.exercise()
    texts_of_course = (finding.hint for finding in samples.findings() if isinstance(finding.hint, str))
    hints = [part.strip() for hint in texts_of_course for part in hint.split("`")]
    code = re.findall(r"\w+", " ".join(source for _, source in samples.CELLS))
    return [exercise.title, exercise.summary, *(question.title for question in exercise.questions), *hints, *code]


@pytest.mark.parametrize("render", PAGES, ids=lambda render: render.__name__)
def test_a_german_page_says_that_it_is_german(render: Callable[[], str]) -> None:
    assert PageReader(render()).named("html") == [{"lang": "de"}]


def test_a_german_report_reads_like_german() -> None:
    page = PageReader(pages.student_page()).text
    for text in ("Noch nicht richtig", "Was gut gelungen ist", "Nächster Schritt", "Deine Bewertung"):
        assert text in page


def test_numbers_follow_the_language() -> None:
    assert as_read([words.number(2.5), percent(0.985), words.points(1.5)]) == ["2,5", "98,5 %", "1,5 Punkte"]
    assert words.amount(1024) == "1.024"
    assert words.duration(0.44) == "0,4 s"
    page = PageReader(pages.student_page()).text
    assert re.search(r"\d,\d+ %", page)
    assert not re.search(r"\d\.\d+ %", page)


def test_dates_follow_the_language() -> None:
    when = datetime(2026, 11, 27, 18, 5, tzinfo=UTC)
    assert mark_breakdown.moment(when, "UTC") == "27.11.2026, 18:05 Uhr (UTC)"
    with speaking(catalogues.language("en")):
        assert mark_breakdown.moment(when, "UTC") == "2026-11-27, 18:05 (UTC)"


def test_tables_for_programs_do_not_follow_the_language() -> None:
    made = pages.assessments(8)
    told = of_class(samples.exercise(), made, {})
    german = [grades_csv(samples.exercise(), made), statistics_csv(told), statistics_json(told)]
    with speaking(catalogues.language("en")):
        told = of_class(samples.exercise(), made, {})
        assert german == [grades_csv(samples.exercise(), made), statistics_csv(told), statistics_json(told)]


def test_a_page_in_english_follows_one_in_german() -> None:
    german = pages.student_page()
    with speaking(catalogues.language("en")):
        page = pages.student_page()
    assert 'lang="en"' in page
    assert say("What went well") not in page
    assert german == pages.student_page()


def test_a_loss_begins_at_zero_in_every_language() -> None:
    histories = {"history": {"loss": (2.0, 1.5), "accuracy": (0.5, 0.6)}}
    english = [panel.ends for panel in curve_panels.curves(histories)]
    with speaking(catalogues.language("de")):
        assert [panel.ends for panel in curve_panels.curves(histories)] == english
    assert english[0] == (0.0, 2.0)
