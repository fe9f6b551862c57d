"""The command `grader practice`."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding

from grader.cli.documents.course import ConceptProgress
from grader.cli.shared import DONE, CourseFolder, answer, course_of, note, out
from grader.model.assessment import Verdict
from grader.model.practice import Standing, TrainedConcept
from grader.pipeline.practice import PracticeQuestions, exposed_by
from grader.pipeline.practice_marking import mark_practice, unreadable
from grader.pipeline.practice_page import VARIANTS, write_practice_page
from grader.pipeline.practice_session import PracticeSession
from grader.report.practice_terminal import card_view, finding_view, standings_view
from grader.text.values import amount_of


def command(
    concept: Annotated[
        str, typer.Argument(metavar="[CONCEPT]", help="A concept of the course. Default: the one that comes next.")
    ] = "",
    state: Annotated[
        Path | None, typer.Option("--state", metavar="FILE", help="The file with your answers so far.")
    ] = None,
    page: Annotated[
        Path | None, typer.Option("--page", metavar="FILE", help="Write a page that works without a server instead.")
    ] = None,
    variants: Annotated[
        int, typer.Option("--variants", metavar="N", min=1, max=100, help="Cards of each question on this page.")
    ] = VARIANTS,
    only_list: Annotated[bool, typer.Option("--list", help="List the concepts and what you have mastered.")] = False,
    course: CourseFolder = None,
) -> None:
    """Practise the questions of the course, with new numbers each time."""
    note("Reading the questions of the course.")
    questions = PracticeQuestions(course_of(course))
    if page is not None:
        count = write_practice_page(questions, page, variants, concept, secrets.token_hex(8))
        out.print(f"{page}: {amount_of(count, 'card', 'cards')}. Open it in a browser.", soft_wrap=True)
        answer([])
        raise typer.Exit(DONE)
    session = PracticeSession(questions, state, datetime.now(UTC))
    if not only_list:
        _practise(session, concept)
    standings = session.standings()
    out.print(standings_view(session.concepts, standings, only_begun=not only_list))
    answer([_document(*pair) for pair in zip(session.concepts, standings, strict=True)])
    raise typer.Exit(DONE)


def _practise(session: PracticeSession, concept: str) -> None:
    out.print("Practice never changes a mark. Press Ctrl-D to stop.", soft_wrap=True)
    while question := session.next_question(concept):
        card = session.questions.named_card(question, secrets.token_hex(8))
        out.print(Padding(card_view(card), (1, 0, 0, 0)))
        written = _asked(card.question.answer)
        while written is not None and (problem := unreadable(written)):
            note(str(problem))
            written = _asked(card.question.answer)
        if written is None:
            break
        finding = mark_practice(card, written)
        out.print(finding_view(finding))
        if finding.verdict in (Verdict.PASSED, Verdict.PARTIAL, Verdict.FAILED):
            session.store(card.name, finding, exposed_by(card), datetime.now(UTC))
    else:
        out.print("You have mastered all concepts. Come back tomorrow for the first ones that are due.", soft_wrap=True)


def _asked(name: str) -> str | None:
    """What the user types; None at the end of the input, or after Ctrl-C."""
    try:
        return input(f"{name} = ")
    except (EOFError, KeyboardInterrupt):
        out.print()
        return None


def _document(concept: TrainedConcept, standing: Standing) -> ConceptProgress:
    return ConceptProgress(
        concept=concept.id,
        title=concept.title,
        stage=standing.stage.value,
        probability=round(standing.probability, 3),
        answers=standing.answers,
        due="" if standing.due is None else standing.due.isoformat(timespec="seconds"),
    )
