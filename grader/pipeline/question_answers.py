"""The answers of all students to one question: the same ones together, and one at a time for manual grading."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType

from grader.course.variants import without_numbers
from grader.errors import InputError
from grader.gradebook.answer_rows import answers_to
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Exercise, Question
from grader.model.portal import Member
from grader.model.rubric import Rubric, RubricItem
from grader.model.staff_work import GivenAnswer
from grader.pipeline.anonymous import pseudonyms
from grader.pipeline.asking import finding_of
from grader.pipeline.course_site import CourseSite
from grader.pipeline.deciding import as_marks
from grader.pipeline.marking import now
from grader.pipeline.reach import sees, students_in_reach
from grader.pipeline.rubrics import decisions_of_items
from grader.pipeline.staff_tasks import queue_decisions, waiting_decisions
from grader.text.language import say
from grader.text.messages import Text

CLAIM_MINUTES = 30
_MOST_COMMENTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGroup:
    """Students with the same answer and the same points.

    Attributes:
        key: Names the group in forms.
        answer: The answer as the report shows it; empty if there is none.
        verdict: Its verdict.
        points: Its points.
        students: The students, in the order of their folders.
        why: Why the first of them has no answer; empty for groups with an answer.
    """

    key: str
    answer: Text
    verdict: Verdict
    points: float
    students: tuple[str, ...]
    why: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAnswers:
    """The answers of all students to one question.

    Attributes:
        exercise: The exercise, without anything that is secret.
        question: The question.
        groups: The groups of answers, the largest first.
        waiting: The students whose answers wait for this marker.
        queued: Number of answers whose grading a grader has not stored yet.
        claimed: Student -> name of the person who is grading the answer.
        is_anonymous: Whether names must not be shown.
    """

    exercise: Exercise
    question: Question
    groups: tuple[AnswerGroup, ...]
    waiting: tuple[str, ...]
    queued: int
    claimed: Mapping[str, str]
    is_anonymous: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedAnswer:
    """An answer that one person is grading.

    Attributes:
        claim: What names the claim.
        student: Whose answer it is.
        finding: The answer, and what it is worth so far.
        comments: Comments that were given for this question, with their points, the most frequent first.
        items: Question or criterion -> the rubric items that can be applied.
    """

    claim: str
    student: str
    finding: Finding
    comments: tuple[tuple[str, float | None], ...]
    items: Mapping[str, Sequence[RubricItem]]


def question_answers(site: CourseSite, slug: str, question: str, by: Member) -> QuestionAnswers | None:
    """The answers of all students to one question for a marker; None if the exercise has no such question."""
    read = site.exercise(slug)
    exercise = without_numbers(read.exercise)
    listed = {item.id: item for item in exercise.questions}.get(question)
    if listed is None:
        return None
    answers = _given(site, slug, question, by)
    of_digest: dict[str, list[GivenAnswer]] = {}
    for answer in answers.values():
        of_digest.setdefault(answer.digest, []).append(answer)
    groups = [
        AnswerGroup(
            key=digest,
            answer=same[0].written,
            verdict=same[0].verdict,
            points=same[0].points,
            students=tuple(answer.student for answer in same),
            why="" if same[0].written else _reason(site, slug, same[0].student, question),
        )
        for digest, same in of_digest.items()
    ]
    return QuestionAnswers(
        exercise=exercise,
        question=listed,
        groups=tuple(sorted(groups, key=lambda group: -len(group.students))),
        waiting=_waiting(site, slug, question, answers, by),
        queued=sum(decision.student in answers for decision in _queued(site, slug, question)),
        claimed={
            student: name
            for student, name in site.claims.of_question(slug, question, now()).items()
            if student in answers
        },
        is_anonymous=read.settings.manual_grading.anonymous,
    )


def claim_next(site: CourseSite, slug: str, question: str, by: Member) -> str | None:
    """Claim the next answer that waits for manual grading and that nobody else has claimed; None if there is none."""
    waiting = _waiting(site, slug, question, _given(site, slug, question, by), by)
    at = now()
    until = at + timedelta(minutes=CLAIM_MINUTES)
    return site.claims.first_free(slug, question, waiting, by.account, at, until)


def skip(site: CourseSite, slug: str, question: str, by: Member) -> str | None:
    """Claim the answer after the one that the person has claimed, or the first one after the last; see `claim_next`."""
    held = site.claims.of_person(slug, question, by.account, now())
    waiting = _waiting(site, slug, question, _given(site, slug, question, by), by)
    if held is not None and held[1] in waiting:
        place = waiting.index(held[1]) + 1
        waiting = waiting[place:] + waiting[:place]
    at = now()
    until = at + timedelta(minutes=CLAIM_MINUTES)
    return site.claims.first_free(slug, question, waiting, by.account, at, until)


def claimed_answer(site: CourseSite, slug: str, question: str, by: Member) -> ClaimedAnswer | None:
    """The answer that a person is grading; None if the person has claimed none, or the claim has ended."""
    held = site.claims.of_person(slug, question, by.account, now())
    if held is None:
        return None
    claim, student = held
    book, answers = site.book(slug), _given(site, slug, question, by)
    marks = book.marks(student) if book and student in answers else []
    findings = [finding for mark in marks for finding in mark.assessment.findings if finding.question == question]
    if not findings:
        return None
    counts: dict[tuple[str, float | None], int] = {}
    for answer in answers.values():
        if answer.comment:
            pair = str(answer.comment), answer.points if answer.is_decided else None
            counts[pair] = counts.get(pair, 0) + 1
    frequent = sorted(counts, key=lambda pair: -counts[pair])[:_MOST_COMMENTS]
    return ClaimedAnswer(
        claim=claim,
        student=student,
        finding=findings[0],
        comments=tuple(frequent),
        items=offered_items(site, slug, question),
    )


def offered_items(site: CourseSite, slug: str, question: str) -> dict[str, list[RubricItem]]:
    """The question, or each of its criteria -> the rubric items that can be applied."""
    book, exercise = site.book(slug), site.exercise(slug).exercise
    rubric = book.rubrics.read() if book else Rubric({})
    return {place: rubric.of_place(place) for place in exercise.places if place.partition(".")[0] == question}


def grade_claimed(
    site: CourseSite,
    slug: str,
    question: str,
    by: Member,
    claim: str,
    points: Mapping[str, float],
    comment: str,
    items: Mapping[str, Sequence[int]] = MappingProxyType({}),
) -> None:
    """Queue the points and the comment for the answer that a person has claimed, and end the claim.

    Args:
        site: The course.
        slug: The exercise.
        question: Id of the question.
        by: The person, who is recorded as the marker.
        claim: What names the claim, so that an old page does not grade another answer.
        points: The question, or each criterion such as `why.clarity` -> points.
        comment: Comment to the student; empty for none.
        items: The question or criterion -> numbers of the rubric items that apply to it, in place of points.

    Raises:
        InputError: The claim has ended, or there are no points, or too many; or there is no such item.
    """
    held = site.claims.of_person(slug, question, by.account, now())
    if held is None or held[0] != claim or not sees(site, slug, by, held[1]):
        raise InputError(say("Your claim on this answer has ended. Continue with the next answer."))
    if not points and not any(items.values()):
        raise InputError(say("Enter points, or skip this answer."))
    decisions = _decisions(site, slug, question, [held[1]], points, comment, say("graded by hand"), items)
    if site.settings.manual_grading.markers > 1:
        decisions = as_marks(decisions)
    queue_decisions(site, slug, by, decisions)
    site.claims.release(slug, question, by.account)


def grade_group(
    site: CourseSite,
    slug: str,
    question: str,
    by: Member,
    key: str,
    points: float | None,
    comment: str,
    reason: str,
    items: Sequence[int] = (),
) -> None:
    """Queue the same points and the same comment for all students of a group.

    Args:
        site: The course.
        slug: The exercise.
        question: Id of the question.
        by: The person, who is the author.
        key: Names the group, as the page had it.
        points: The points; None if they follow from items.
        comment: Comment to the students; empty for none.
        reason: The reason.
        items: Numbers of the rubric items that apply, in place of points.

    Raises:
        InputError: The answers have changed since the page was made; or the reason is empty; or the points are too
            many.
    """
    students = [answer.student for answer in _given(site, slug, question, by).values() if answer.digest == key]
    if not students:
        raise InputError(say("These answers have changed in the meantime. Grade the new groups."))
    by_hand = {} if points is None else {question: points}
    if points is None and not items:
        raise InputError(say("Enter the points for this answer."))
    queue_decisions(
        site, slug, by, _decisions(site, slug, question, students, by_hand, comment, reason, {question: items})
    )


def _decisions(
    site: CourseSite,
    slug: str,
    question: str,
    students: Sequence[str],
    points: Mapping[str, float],
    comment: str,
    reason: str,
    items: Mapping[str, Sequence[int]],
) -> list[Adjustment]:
    exercise, book = site.exercise(slug).exercise, site.book(slug)
    rubric = book.rubrics.read() if book else Rubric({})
    by_items = {place: numbers for place, numbers in items.items() if numbers}
    if both := [place for place in by_items if place in points]:
        raise InputError(say("Enter points or choose rubric items, not both ({place}).", place=both[0]))
    decisions = []
    for student in students:
        base = Adjustment(
            student=student,
            exercise=slug,
            kind=AdjustmentKind.POINTS,
            author="",
            reason=reason,
            at=now(),
            question=question,
        )
        decisions += [replace(base, question=place, points=amount) for place, amount in points.items()]
        for place, numbers in by_items.items():
            addition = comment.strip() if place == question else ""
            decisions += decisions_of_items(rubric, exercise, replace(base, question=place), numbers, addition)
        if comment.strip() and question not in by_items:
            decisions.append(replace(base, kind=AdjustmentKind.COMMENT, text=comment.strip()))
    return decisions


def _given(site: CourseSite, slug: str, question: str, by: Member) -> dict[str, GivenAnswer]:
    """Student -> the answer to a question, in the order of the folders, of the students whom a person sees."""
    book, reach = site.book(slug), students_in_reach(site, slug, by)
    answers = answers_to(book.database, book.place, question) if book else []
    return {answer.student: answer for answer in answers if reach is None or answer.student in reach}


def _reason(site: CourseSite, slug: str, student: str, question: str) -> Text:
    """The reason in the report of a student for a question. This decodes a mark, so it is for few students."""
    finding = finding_of(site, slug, student, question)
    return finding.why if finding else ""


def _queued(site: CourseSite, slug: str, question: str) -> list[Adjustment]:
    """The points for a question that no grader has stored yet."""
    return [one for one in waiting_decisions(site, slug) if _is_mark(one, question)]


def _waiting(
    site: CourseSite, slug: str, question: str, answers: Mapping[str, GivenAnswer], by: Member
) -> tuple[str, ...]:
    """The students whose answers wait for a marker: no marker gets an answer twice."""
    rules, book = site.settings.manual_grading, site.book(slug)
    stored = [one for of_student in (book.adjustments() if book else {}).values() for one in of_student]
    done = {one.student for one in _queued(site, slug, question) if rules.markers == 1 or one.author == by.login}
    done |= {
        one.student
        for one in stored
        if one.kind is AdjustmentKind.MARK and one.author == by.login and _is_mark(one, question)
    }
    waiting = [answer.student for answer in answers.values() if answer.waits and answer.student not in done]
    if rules.anonymous:  # the order of the names would tell who is who
        hidden_names = pseudonyms(site.results(slug), slug, waiting)
        waiting.sort(key=lambda student: hidden_names[student])
    return tuple(waiting)


def _is_mark(decision: Adjustment, question: str) -> bool:
    has_points = decision.kind in (AdjustmentKind.POINTS, AdjustmentKind.MARK)
    return has_points and decision.question.partition(".")[0] == question
