"""The page for practice and the other ways to practise say the same about the same answers."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from grader.course.layout import Course
from grader.mistakes.misconceptions import BY_ID
from grader.model.practice import LearningStage, Practised, Standing
from grader.pipeline.practice import PracticeQuestions
from grader.pipeline.practice_page import write_practice_page
from grader.practice import learner
from tests.conftest import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.browser]

HISTORIES = 12
DAYS, MOST_ANSWERS = 90, 500
WORDS = {
    LearningStage.NEW: "not begun",
    LearningStage.LEARNING: "learning",
    LearningStage.MASTERED: "mastered",
    LearningStage.DUE: "mastered, and due again",
}
ROWS = """() => [...document.querySelectorAll('#standings tr')].map(row =>
    [row.cells[0].textContent, row.querySelector('.table-amount').textContent,
     [...row.querySelectorAll('td:not(.table-amount)')].at(-1).textContent])"""


def random_history(random: Random, questions: list[str], exposed: dict[str, frozenset[str]]) -> list[Practised]:
    """Answers over some months: mostly correct, so that many concepts are mastered, due, or lost again."""
    start = datetime.now(UTC) - timedelta(days=DAYS)
    places = sorted(random.uniform(0, DAYS - 1) for _ in range(random.randrange(MOST_ANSWERS)))
    share = random.choice((0.6, 0.9, 0.99))
    history = []
    for days in places:
        question = random.choice(questions)
        is_right = random.random() < share
        names = sorted(exposed[question])
        shown = () if is_right or not names else tuple(random.sample(names, 1))
        at = start + timedelta(milliseconds=round(days * 86_400_000))
        answer = Practised(question=question, is_right=is_right, exposes=exposed[question], misconceptions=shown, at=at)
        history.append(answer)
    return history


def stored(history: list[Practised]) -> str:
    """A history as the page keeps it in the browser."""
    return json.dumps(
        [
            {
                "question": one.question,
                "isRight": one.is_right,
                "exposes": sorted(one.exposes),
                "shown": one.misconceptions,
                "at": one.at.timestamp() * 1000,
                "card": 0,
            }
            for one in history
        ]
    )


def row(title: str, standing: Standing) -> list[str]:
    """The row of the page's table that a standing should have."""
    words = WORDS[standing.stage]
    if standing.stage is LearningStage.LEARNING and standing.repeated:
        words = f"{words}. Repeated mistake: {BY_ID[standing.repeated[0]].title}"
    return [title, str(standing.answers), words]


def test_the_page_knows_and_asks_what_the_model_of_the_learner_says(browser: Any, tmp_path: Path) -> None:
    questions = PracticeQuestions(Course(ROOT))
    concepts, exposed = questions.named_concepts(""), questions.exposed()
    title_of = {f"{slug}/{one.id}": one.title for slug in questions.exercises for one in questions.questions(slug)}
    write_practice_page(questions, tmp_path / "all.html", 1, "", "a test")
    page = browser.new_page()
    page.goto((tmp_path / "all.html").as_uri())
    stages = set()
    for seed in range(HISTORIES):
        # answers to a few concepts, so that each gets many
        random = Random(seed)
        few = [name for concept in concepts[: random.choice((1, 3, 21))] for name in concept.questions]
        history = random_history(random, few, exposed)
        page.evaluate("text => localStorage.setItem(`practice:${document.title}`, text)", stored(history))
        page.reload()
        page.locator("#title").filter(has_text=re.compile(".")).wait_for()
        now = datetime.now(UTC)
        standings = learner.standings(concepts, history, exposed, now)
        titles = [one.title for one in concepts]
        assert page.evaluate(ROWS) == [row(*pair) for pair in zip(titles, standings, strict=True)]
        concept = learner.next_concept(concepts, history, exposed, now)
        assert concept is not None
        chosen = learner.next_question(concept, history, exposed)
        assert page.locator("#title").text_content() == title_of[chosen]
        stages |= {one.stage for one in standings}
    page.close()
    assert stages == set(LearningStage)
