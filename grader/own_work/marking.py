"""Marks the answers to questions about a student's own work: a pure function of questions and answers."""

from collections.abc import Mapping

from grader.model.own_work import AskedQuestions, OwnFinding, OwnQuestion, letters


def mark(question_set: AskedQuestions, answers: Mapping[int, str]) -> tuple[OwnFinding, ...]:
    """Mark the answers.

    Args:
        question_set: The questions.
        answers: Number of a question, from 1 -> what the student wrote. An answer that is missing earns no points.

    Returns:
        One finding for each question, in order.
    """
    return tuple(
        _marked(question, answers.get(place, ""), question_set.points)
        for place, question in enumerate(question_set.questions, 1)
    )


def _marked(question: OwnQuestion, answer: str, points: float) -> OwnFinding:
    choice = chosen(question, answer)
    is_right = choice == question.right
    return OwnFinding(
        question=question.id,
        answer=answer,
        choice=choice,
        is_right=is_right,
        points=points if is_right else 0.0,
        reason="" if choice is None else question.choices[choice].mistake,
    )


def chosen(question: OwnQuestion, answer: str) -> int | None:
    """Find the choice that an answer means: by its letter, or by the text of the choice.

    Args:
        question: The question.
        answer: What the student wrote: `b`, `(B)`, `b)` or the value itself.

    Returns:
        Position of the choice, from 0; None if the answer means none.
    """
    letter = answer.strip().strip("()[]. ").casefold()
    offered = letters(question.choices)
    if len(letter) == 1 and letter in offered:
        return offered.index(letter)
    written = _bare(answer)
    matches = [place for place, choice in enumerate(question.choices) if written and _bare(str(choice.text)) == written]
    return matches[0] if len(matches) == 1 else None


def _bare(text: str) -> str:
    """A text without what people write differently: spaces, signs between groups of digits, brackets, percent."""
    return "".join(character for character in text.casefold() if character not in " \u00a0,.'()[]%")
