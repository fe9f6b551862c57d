"""Practice in a terminal: what comes next, and a file with the answers so far."""

import os
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path

from grader.errors import InputError
from grader.model.assessment import Finding, Verdict
from grader.model.practice import Practised, Standing, TrainedConcept
from grader.pipeline.practice import PracticeQuestions
from grader.practice import learner
from grader.storage import atomic, codec

_MOST_BYTES = 20_000_000


def _usual_state() -> Path:
    """The file with the answers of the person who works on this computer."""
    folder = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(folder) / "grader" / "practice.json"


class PracticeSession:
    """The answers of one person, and what to practise next.

    Args:
        questions: The questions of the course.
        state: The file with the answers, which need not exist; None for the usual one of whoever works here.
        now: The present time, with a time zone.

    Attributes:
        questions: The questions of the course.

    Raises:
        InputError: The file cannot be read, or is another file.
    """

    def __init__(self, questions: PracticeQuestions, state: Path | None, now: datetime) -> None:
        self.questions = questions
        self._state = state or _usual_state()
        self._history = _read(self._state)
        self._now = now

    @cached_property
    def concepts(self) -> tuple[TrainedConcept, ...]:
        """The concepts of the course, each after those that it builds on."""
        return self.questions.concepts()

    @cached_property
    def _exposed(self) -> Mapping[str, frozenset[str]]:
        return self.questions.exposed()

    def standings(self) -> tuple[Standing, ...]:
        """How far the person is with each concept."""
        return learner.standings(self.concepts, self._history, self._exposed, self._now)

    def next_question(self, concept: str = "") -> str | None:
        """The question to ask now, such as `conv-arithmetic/stride_size`; None if nothing needs practice.

        Args:
            concept: Id of the concept to practise; empty for the one that comes next.

        Raises:
            InputError: There is no such concept.
        """
        to_practise = self.questions.named_concepts(concept)[0] if concept else self._next_concept()
        return None if to_practise is None else learner.next_question(to_practise, self._history, self._exposed)

    def _next_concept(self) -> TrainedConcept | None:
        return learner.next_concept(self.concepts, self._history, self._exposed, self._now)

    def store(self, question: str, finding: Finding, exposes: frozenset[str], at: datetime) -> None:
        """Add an answer to the file.

        Args:
            question: The question that was answered.
            finding: Its result.
            exposes: The misconceptions that the card exposes.
            at: When, with a time zone.

        Raises:
            InputError: The file cannot be written.
        """
        self._now = at
        self._history += (
            Practised(
                question=question,
                is_right=finding.verdict is Verdict.PASSED,
                exposes=exposes,
                misconceptions=finding.shown_misconceptions,
                at=at,
            ),
        )
        try:
            self._state.parent.mkdir(parents=True, exist_ok=True)
            atomic.write(self._state, codec.encode_for_programs(self._history))
        except OSError as error:
            raise InputError(
                f"{self._state}: cannot be written ({error.strerror}). Name another file with --state."
            ) from error


def _read(state: Path) -> tuple[Practised, ...]:
    try:
        if state.stat().st_size > _MOST_BYTES:
            raise InputError(f"{state}: is too large for a file of answers. Name another file with --state.")
        return codec.decode(tuple[Practised, ...], state.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"{state}: cannot be read ({error.strerror}). Name another file with --state.") from error
    except ValueError as error:
        raise InputError(
            f"{state}: is not a file of answers to practice questions. Name another file with --state, or delete it."
        ) from error
