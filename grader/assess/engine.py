"""Marks a record, question by question."""

from collections.abc import Mapping
from dataclasses import replace
from math import isclose

from grader.assess import follow_on
from grader.assess.evidence import NO_SURROUNDINGS, Evidence, Surroundings
from grader.assess.extras import Extras, fault_of
from grader.assess.findings import unmarked
from grader.assess.heldout import ShuffledData, second_name
from grader.assess.kinds import KINDS
from grader.assess.missing_data import excused
from grader.assess.observed import assess_observed
from grader.assess.stopped_line import stopped_line
from grader.model.assessment import Assessment, CriterionMark, Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey
from grader.model.record import Outcome, Record
from grader.text.language import marked
from grader.text.messages import joined, message
from grader.text.suggestions import suggestion

OUR_FAULT = marked(
    "This question could not be marked because of an error in the grader. An instructor will look at it."
)
SANDBOX_FAULT = marked(
    "The grader could not run the notebook. This is not your fault, and the grader will run it again."
)
NOT_RUN = marked("The grader could not run the notebook, so an instructor will look at this question.")
NOT_HERE = marked(
    "Not marked here: the held-out data are not on the machine that graded this notebook, "
    "because the course may not share them. This question does not count, and its points are "
    "not part of the full points."
)
NOT_KNOWN = marked(
    "Not marked here: the correct answer is not known for these data. This question does not "
    "count, and its points are not part of the full points."
)
NOT_A_NOTEBOOK = marked("The file could not be read as a notebook, so there was nothing to mark.")
SAVE_AGAIN = marked("Open the file in Jupyter, save it again, and submit the .ipynb file.")


def assess(
    student: str,
    exercise: Exercise,
    key: AnswerKey,
    record: Record,
    heldout: Mapping[str, ShuffledData],
    cells: tuple[str, ...] = (),
    around: Surroundings = NO_SURROUNDINGS,
) -> Assessment:
    """Mark what a run has left behind.

    Args:
        student: The student's name.
        exercise: The questions.
        key: The right answers.
        record: The data that the sandbox returned.
        heldout: Question id -> the held-out data as its function got them, with the labels.
        cells: Source of each code cell of the job. It distinguishes a blank from an answer that an error prevented.
        around: Other parts of the notebook that explain why an answer is missing.

    Returns:
        One finding for each question, in order. A question whose marking fails gets a `check_error`, and the others
        are marked. A failure in an extra leaves the mark as it is.
        It has no flags: `marks/flags.py` raises them.
    """
    extras = Extras()
    common = Evidence(
        question="",
        name="",
        key=key,
        record=record,
        cells=cells,
        around=around,
        answer_names=exercise.answer_names,
    )
    findings = tuple(
        replace(
            _finding(question, _evidence(common, question, heldout.get(question.id)), extras),
            criteria=_criteria(question),
        )
        for question in exercise.questions
    )
    findings = follow_on.give_credit(exercise, key, record, findings, extras=extras)
    return Assessment(
        student=student,
        exercise=exercise.slug,
        record=record.key,
        outcome=record.outcome,
        isolation=record.isolation,
        findings=tuple(map(extras.noted, findings)),
        remarks=tuple(record.remarks),
        stopped_at=stopped_line(record, cells),
    )


def failed_assessment(student: str, exercise: Exercise, record: Record, error: Exception) -> Assessment:
    """Make the assessment of a submission that could not be marked or stored because of a fault of ours.

    Args:
        student: The student's name.
        exercise: The questions; each gets a `check_error`.
        record: The data that the sandbox returned.
        error: The fault.
    """
    findings = tuple(_check_error(question, error) for question in exercise.questions)
    return Assessment(
        student=student,
        exercise=exercise.slug,
        record=record.key,
        outcome=record.outcome,
        isolation=record.isolation,
        findings=findings,
    )


def validate(exercise: Exercise, key: AnswerKey) -> list[str]:
    """Check the options and the expected value of every question.

    Args:
        exercise: The questions.
        key: The right answers.

    Returns:
        One message for each problem: place, fact, remedy. Empty if all is well.
    """
    place = f"exercises/{exercise.slug}/exercise.toml: question"
    problems = [
        f"{place} '{question.id}': {problem}" for question in exercise.questions for problem in _problems(question, key)
    ]
    problems += _leaderboard_problems(exercise)
    ids = [question.id for question in exercise.questions]
    for part, names in (
        ("answers()", key.answers),
        ("slips()", key.slips),
        ("calls()", key.calls),
        ("HELDOUT", key.heldout),
    ):
        for name in names:
            if name not in ids:
                problems.append(
                    f"solutions/{exercise.slug}/key.py: {part}: unknown question '{name}'. {suggestion(name, ids)}."
                )
    return problems


def _leaderboard_problems(exercise: Exercise) -> list[str]:
    """Problems with the question that a leaderboard names: only some kinds of questions rank a class."""
    board, kinds = exercise.leaderboard, {question.id: question.kind for question in exercise.questions}
    if board is None:
        return []
    ranking = [name for name, kind in KINDS.items() if kind.ranks]
    if kinds.get(board.question) in ranking:
        return []
    fact = f"is of kind '{kinds[board.question]}'" if board.question in kinds else "does not exist"
    kinds_that_rank = " or ".join(f"'{name}'" for name in ranking)
    ranked = [name for name, kind in kinds.items() if kind in ranking]
    place = f"exercises/{exercise.slug}/exercise.toml: leaderboard"
    return [
        f"{place}: question '{board.question}' {fact}. Name one of kind {kinds_that_rank}. {suggestion('', ranked)}."
    ]


def _problems(question: Question, key: AnswerKey) -> list[str]:
    kind = KINDS.get(question.kind)
    if kind is None:
        return [f"unknown kind '{question.kind}'. {suggestion(question.kind, KINDS)}."]
    if kind.needs.variable and not question.answer:
        return ["the key 'answer' is missing. Name the variable or function that the notebook defines."]
    if kind.needs.answer and question.id not in key.not_here and question.id not in key.answers:
        return ["there is no expected answer. Add it to answers() in key.py."]
    return [*_problems_of_criteria(question), *kind.check_options(question, key)]


def _problems_of_criteria(question: Question) -> list[str]:
    """Problems with a rubric: only a person can apply it, and its points are those of the question."""
    if not question.criteria:
        return []
    names = [criterion.id for criterion in question.criteria]
    total = sum(criterion.points for criterion in question.criteria)
    problems = [
        f"criterion '{name}' occurs more than once. Give each criterion a different id."
        for name in sorted(set(names))
        if names.count(name) > 1
    ]
    if not KINDS[question.kind].by_hand:
        by_hand = ", ".join(name for name, kind in KINDS.items() if kind.by_hand)
        problems.append(f"criteria are for kinds that a person grades: {by_hand}. Remove them.")
    if not isclose(total, question.points):
        problems.append(f"the points of its criteria must add up to {question.points:g}. Received: {total:g}.")
    return problems


def _evidence(common: Evidence, question: Question, heldout: ShuffledData | None) -> Evidence:
    second = second_name(question)
    return replace(common, question=question.id, name=question.answer, heldout=heldout, second=second)


def _finding(question: Question, evidence: Evidence, extras: Extras) -> Finding:
    key, record = evidence.key, evidence.record
    if question.id in key.not_here:
        reason = message(NOT_KNOWN if KINDS[question.kind].needs.may_be_unknown else NOT_HERE)
        return unmarked(replace(question, points=0), Verdict.NEEDS_HUMAN, reason)
    if record.outcome is Outcome.SANDBOX_FAILED:
        return unmarked(question, Verdict.CHECK_ERROR, message(SANDBOX_FAULT))
    if record.unrun:
        return unmarked(question, Verdict.NEEDS_HUMAN, message(NOT_RUN))
    if record.outcome is Outcome.INVALID_NOTEBOOK:
        unread = joined(message(NOT_A_NOTEBOOK), *record.remarks)
        return unmarked(question, Verdict.BLOCKED, unread, remedy=message(SAVE_AGAIN))
    try:
        kind = KINDS[question.kind]
        return assess_observed(
            question,
            evidence,
            lambda seen: excused(question, seen, kind.assess(question, seen)),
            by_calls=kind.needs.calls,
        )
    except Exception as error:  # a fault of ours in one question must neither cost points nor stop the others
        return _without_extras(question, evidence, error, extras)


def _criteria(question: Question) -> tuple[CriterionMark, ...]:
    """The rubric of a question, before a person has decided."""
    return tuple(
        CriterionMark(
            criterion=criterion.id,
            title=criterion.title,
            description=criterion.description,
            max_points=criterion.points,
        )
        for criterion in question.criteria
    )


def _without_extras(question: Question, evidence: Evidence, error: Exception, extras: Extras) -> Finding:
    """The finding without pictures and known causes, if one of them failed; else a `check_error`."""
    bare = replace(question, options={name: value for name, value in question.options.items() if name != "picture"})
    calls = {
        name: tuple(replace(call, slips=()) for call in test_calls) for name, test_calls in evidence.key.calls.items()
    }
    bare_key = replace(evidence.key, slips={}, methods={}, calls=calls, reasons=False)
    try:
        finding = KINDS[bare.kind].assess(bare, replace(evidence, key=bare_key))
    except Exception:  # then it is the marking itself that fails
        return _check_error(question, error)
    extras.failed(question, error)
    return finding


def _check_error(question: Question, error: Exception) -> Finding:
    return replace(unmarked(question, Verdict.CHECK_ERROR, message(OUR_FAULT)), fault=fault_of(error))
