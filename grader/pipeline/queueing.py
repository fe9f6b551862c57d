"""`grader queue`: the answers that need manual grading, for one marker, without names if the course says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.gradebook.results import Results
from grader.marks.second_marking import Agreement, MarkedAnswer, identity, marked_answers
from grader.pipeline.anonymous import pseudonyms
from grader.pipeline.deciding import Waiting, waiting, write_queue
from grader.pipeline.material import CourseExercise


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """The answers that need manual grading.

    Attributes:
        answers: The answers, by question and student, with pseudonyms if the course says so.
        marks: (student or pseudonym, question or criterion) -> the marks so far; only for a list of disagreements.
        agreed: Number of answers whose marks of several people agree.
        disagreed: Number of answers whose marks differ too much, so that staff or another marker must decide.
        difference: Mean difference of the first two marks of an answer, in points; None if no answer has two.
    """

    answers: tuple[Waiting, ...]
    marks: Mapping[tuple[str, str], MarkedAnswer]
    agreed: int
    disagreed: int
    difference: float | None


def queue(
    course_exercise: CourseExercise, results: Results, path: Path | None, *, marker: str, disagreements: bool
) -> Queued:
    """Collect the answers that a marker can grade, or those whose marks differ too much.

    Args:
        course_exercise: The exercise.
        results: The results of `grade`.
        path: The CSV file to write them to, for a person to fill in; None for no file.
        marker: The marker, who gets no answer twice and does not see the marks of others.
        disagreements: Whether to list the answers whose marks differ too much, with these marks.

    Raises:
        InputError: No submission of the exercise has been graded, the file already exists, or a key is damaged.
    """
    rules, slug = course_exercise.settings.manual_grading, course_exercise.exercise.slug
    waits = waiting(course_exercise, results)
    book = results.existing(course_exercise.settings, slug)
    decisions = [decision for of_student in book.adjustments().values() for decision in of_student]
    answers = marked_answers(decisions, rules, course_exercise.exercise.places)
    of_place = {(answer.student, answer.place): answer for answer in answers if not answer.overridden}
    aliases = pseudonyms(results, slug, book.collected()) if rules.anonymous else {}
    listed: list[Waiting] = []
    marks: dict[tuple[str, str], MarkedAnswer] = {}
    for wait in waits:
        answer = of_place.get((wait.student, wait.place))
        differs = answer is not None and answer.agreement is Agreement.DISAGREED
        is_done = answer is not None and identity(marker) in {identity(mark.author) for mark in answer.marks}
        if differs if disagreements else not is_done:
            name = aliases.get(wait.student, wait.student)
            listed.append(replace(wait, student=name))
            if disagreements and answer is not None:
                marks[name, wait.place] = answer
    if aliases:  # the order of the names would tell who is who
        order = {question.id: number for number, question in enumerate(course_exercise.exercise.questions)}
        listed.sort(key=lambda wait: (order[wait.finding.question], wait.student))
    if path is not None:
        write_queue(listed, path)
    several = [answer for answer in of_place.values() if len(answer.marks) > 1]
    return Queued(
        answers=tuple(listed),
        marks=marks,
        agreed=sum(answer.agreement is Agreement.AGREED for answer in several),
        disagreed=sum(answer.agreement is Agreement.DISAGREED for answer in several),
        difference=_mean_difference(several),
    )


def _mean_difference(answers: Sequence[MarkedAnswer]) -> float | None:
    differences = [abs((answer.marks[0].points or 0) - (answer.marks[1].points or 0)) for answer in answers]
    return round(sum(differences) / len(differences), 2) if differences else None
