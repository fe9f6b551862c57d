"""The page for practice works in a browser without a server, and nobody reads an answer in its source."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grader.course.layout import Course
from grader.model.practice import PracticeCard
from grader.pipeline.practice import PracticeQuestions
from grader.pipeline.practice_page import write_practice_page
from grader.text.values import value as written
from tests.conftest import ROOT

SEED, VARIANTS = "a test", 2
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)


@pytest.fixture(scope="module")
def questions() -> PracticeQuestions:
    return PracticeQuestions(Course(ROOT))


@pytest.fixture(scope="module")
def page_file(questions: PracticeQuestions, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("practice") / "stride.html"
    write_practice_page(questions, path, VARIANTS, "stride", SEED)
    return path


@pytest.fixture(scope="module")
def cards(questions: PracticeQuestions) -> dict[str, list[PracticeCard]]:
    """Title of a question -> its cards on the page."""
    (stride,) = questions.named_concepts("stride")
    of_title: dict[str, list[PracticeCard]] = {}
    for name in stride.questions:
        slug, _, question = name.partition("/")
        for variant in range(VARIANTS):
            card = questions.card(slug, question, f"{SEED}:{variant}")
            of_title.setdefault(card.question.title, []).append(card)
    return of_title


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto(page_file.as_uri())
    page.locator("#name").filter(has_text=re.compile(".")).wait_for()
    yield page
    context.close()
    assert problems == []


def asked(page: Any, cards: dict[str, list[PracticeCard]]) -> PracticeCard:
    """The card that the page asks."""
    title, text = page.locator("#title").inner_text(), page.locator("#asked").inner_text()
    numbers = set(re.findall(r"\d+", text))
    fitting = [card for card in cards[title] if set(re.findall(r"\d+", card.text)) <= numbers]
    return fitting[0]


def answer(page: Any, text: str) -> str:
    page.fill("#answer", text)
    page.press("#answer", "Enter")
    page.wait_for_function("document.getElementById('outcome').textContent !== ''")
    return str(page.locator("#outcome").inner_text())


def test_no_answer_and_no_text_of_a_card_is_readable_in_the_source(
    page_file: Path, cards: dict[str, list[PracticeCard]]
) -> None:
    source = page_file.read_text(encoding="utf-8")
    for listed in cards.values():
        for card in listed:
            assert card.text.split("\n")[0] not in source
            assert str(written(card.answer)) not in json.dumps(json.loads(DATA.findall(source)[0])["concepts"])
            for slip in card.slips:
                assert str(slip.reason) not in source
    sealed = [card["sealed"] for card in json.loads(DATA.findall(source)[0])["cards"]]
    assert len(sealed) == len(set(sealed)) == sum(map(len, cards.values()))


@pytest.mark.slow
@pytest.mark.browser
def test_a_right_answer_is_right_and_the_next_question_follows(page: Any, cards: dict[str, list[PracticeCard]]) -> None:
    card = asked(page, cards)
    assert "Right" in answer(page, json.dumps(card.answer))
    page.click("#next")
    page.wait_for_function("title => document.getElementById('title').textContent !== title", arg=card.question.title)
    assert page.locator("#outcome").inner_text() == ""


@pytest.mark.slow
@pytest.mark.browser
def test_a_known_mistake_is_explained(page: Any, cards: dict[str, list[PracticeCard]]) -> None:
    card = asked(page, cards)
    slip = card.slips[0]
    result = answer(page, json.dumps(slip.value))
    assert str(slip.remedy) in result
    assert "Expected" in result


@pytest.mark.slow
@pytest.mark.browser
def test_an_unknown_mistake_gets_the_hint_and_after_two_tries_the_answer(
    page: Any, cards: dict[str, list[PracticeCard]]
) -> None:
    card = asked(page, cards)
    wrong = json.dumps([12345] * len(card.answer)) if isinstance(card.answer, list) else "12345"
    assert card.question.hint in answer(page, wrong)
    assert not page.locator("#show").is_visible()
    answer(page, wrong)
    page.click("#show")
    assert str(written(card.answer)).strip("()[]") in page.locator("#outcome").inner_text().strip("()[]")


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("text", ["about 3", "alert(1)", "1 +", "[1, [2]", "1 / 0"])
def test_a_text_that_is_not_a_number_is_not_an_answer(page: Any, text: str) -> None:
    assert "Type a number" in answer(page, text)
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.slow
@pytest.mark.browser
def test_answers_are_kept_in_the_browser_and_can_be_deleted(page: Any) -> None:
    answer(page, "12345")
    page.reload()
    page.wait_for_function("document.getElementById('name').textContent !== ''")
    assert page.locator("#standings td.table-amount").inner_text() == "1"
    page.click("#forget")
    assert page.locator("#standings td.table-amount").inner_text() == "0"


@pytest.mark.slow
@pytest.mark.browser
def test_calculations_are_read_as_the_grader_reads_them(page: Any, cards: dict[str, list[PracticeCard]]) -> None:
    card = asked(page, cards)
    parts = card.answer if isinstance(card.answer, list) else [card.answer]
    text = ", ".join(f"({part} * 2 + 4) // 2 - 2" for part in parts)
    assert "Right" in answer(page, text)


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_and_the_page_does_not_scroll_sideways(
    page: Any,
    violations: Callable[[Any], list[str]],
    cards: dict[str, list[PracticeCard]],
    width: int,
    scheme: str,
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    answer(page, json.dumps(asked(page, cards).slips[0].value))
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
