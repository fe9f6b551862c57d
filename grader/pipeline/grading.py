"""Grading: keep what came in, run what has no record, assess, save, publish."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from grader.cohort import guessed_owners
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.gradebook.sharing import Shared
from grader.gradebook.store import Gradebook
from grader.intake.folders import collect
from grader.intake.recognition import ReleasedNotebooks
from grader.marks.attempts import may_count, rule_for
from grader.marks.overrides import question_extensions
from grader.model.adjustment import Adjustment
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy
from grader.model.mark import Mark
from grader.model.record import Outcome
from grader.model.submission import Submission
from grader.pipeline.groups import Groups, share
from grader.pipeline.inbox import Inbox
from grader.pipeline.marker import Marker
from grader.pipeline.marking import guessed_names
from grader.pipeline.material import Material
from grader.pipeline.naming import as_known, under_present_names
from grader.pipeline.running import Countdown, Plan, Progress, run
from grader.storage.records import RecordStore


def take_in(material: Material, path: Path, note: Callable[[str], None] = lambda _: None) -> list[Submission]:
    """Take in what students handed in, and tell of names that were guessed; see `grader.intake.folders.collect`."""
    exercise = material.exercise
    public = [*(file.name for file in exercise.files), *material.preparation.names_beside_notebook]
    parts = ReleasedNotebooks(material.released) if exercise.further_notebooks else None
    submissions = collect(path, exercise.slug, exercise.hand_in, public, material.settings.zone, note, parts)
    for line in guessed_owners.guessed_name_notes(guessed_names(submissions), exercise.slug):
        note(line)
    return submissions


def grade(
    material: Material,
    submissions: Sequence[Submission],
    results: Results,
    executor: Executor,
    progress: Progress,
    plan: Plan | None = None,
    warm: Marker | None = None,
) -> list[Mark]:
    """Keep what came in, run what has no record, assess, save, and publish all pages and tables.

    A record and the marks that follow from it are on disk before progress moves. After an interruption, a second call
    runs only the rest.

    Args:
        material: The exercise, its key and its data.
        submissions: The submissions of the class, or of some students.
        results: The results folder, which may have those of earlier calls.
        executor: Runs notebooks.
        progress: Is told of each student who is done.
        plan: Is told, before anything runs, whose notebooks will run and in which order.
        warm: A marker of the exercise that stays; then the caller publishes the class later.

    Returns:
        The marks that count of the students who submitted, in the order of the submissions.
    """
    students: list[str] = []
    book, records = results.open(material.settings, material.exercise.slug, begins=True), RecordStore(results.records)
    inbox = Inbox(material, results)
    with warm or Marker(material, results, book) as marker:
        submissions = as_known(under_present_names(submissions, book), book.collected())
        groups = Groups(material, book, submissions)
        submissions = groups.named(submissions)
        try:
            inbox.keep(submissions, book)
            shared = share(material, book, results, groups)
            students = _students(submissions, shared, book)
            stored = _Stored.read(book)
            attempts = stored.that_may_count(students, material, inbox)
            countdown = Countdown(progress, attempts)
            pending: dict[str, list[Attempt]] = {}
            for attempt in attempts:
                parsed = inbox.parsed(attempt)
                if marker.is_current(attempt, parsed):
                    countdown.done(_mark_of(attempt.student, stored, marker))
                elif record := parsed.problem or records.get(parsed.job.key):
                    countdown.done(marker.assess_and_save(attempt, record))
                    stored.pages.pop(attempt.student, None)  # what was read no longer counts
                else:
                    pending.setdefault(parsed.job.key, []).append(attempt)
            for record, waiting in run(executor, material, inbox, pending, plan):
                if record.outcome is not Outcome.SANDBOX_FAILED:  # a fault of ours is not kept, so it is run again
                    records.put(record)
                for attempt in waiting:
                    countdown.done(marker.assess_and_save(attempt, record))
        finally:  # also after an interruption: what is done is published
            published = None if warm else marker.publish()
    return _marks_of(students, book, published)


def _marks_of(students: Sequence[str], book: Gradebook, published: Sequence[Mark] | None) -> list[Mark]:
    """The marks of some students, in their order; read from the gradebook if the class was not published."""
    marks = [mark for name in students for mark in book.marks(name)] if published is None else published
    of_student = {mark.student: mark for mark in marks}
    return [of_student[student] for student in students if student in of_student]


def _students(submissions: Sequence[Submission], shared: Shared, book: Gradebook) -> list[str]:
    """Who has to be marked: whoever submitted, the other members of their groups, and whom a change of groups affects.

    A group that submitted under its own name is no student, if its members are known.
    """
    submitters = {submission.student: None for submission in submissions}
    members = book.submitted.members(submitters)
    left = {name for name, _ in shared.left}
    return [name for name in dict.fromkeys([*submitters, *members, *shared.changed]) if name not in left]


def ungraded(marks: Iterable[Mark]) -> list[Mark]:
    """Those that could not be graded, no notebook or a fault of ours, unless a person has settled them."""
    pairs = [(mark, mark.assessment) for mark in marks]
    return [mark for mark, final in pairs if not (final.excused or (final.readable and final.publishable))]


@dataclass(frozen=True, slots=True)
class _Stored:
    """What the gradebook has of the class, read once: nothing has changed for most students of a repeated `grade`.

    Attributes:
        attempts: Student -> every attempt.
        decisions: Student -> every decision of a person.
        pages: Student -> digest of what the page shows.
    """

    attempts: Mapping[str, Sequence[Attempt]]
    decisions: Mapping[str, Sequence[Adjustment]]
    pages: dict[str, str]

    @classmethod
    def read(cls, book: Gradebook) -> Self:
        """Read it."""
        return cls(book.attempts(), book.bearing(), book.pages())

    def that_may_count(self, students: Iterable[str], material: Material, inbox: Inbox) -> list[Attempt]:
        """The attempts of some students that may count, and whose notebooks are here.

        An attempt whose notebook is on another machine keeps the marks that it has.
        """
        return [
            attempt
            for student in students
            for attempt in may_count(self.attempts[student], self._rule(student, material))
            if inbox.has(attempt)
        ]

    def _rule(self, student: str, material: Material) -> AttemptPolicy:
        """The rule that decides which attempts run: with an extension of a question, several may count together."""
        has_extensions = question_extensions(self.decisions.get(student, ()))
        rule = rule_for(self.attempts[student], material.settings.tries)
        return AttemptPolicy.BEST if has_extensions else rule


def _mark_of(student: str, stored: _Stored, marker: Marker) -> Mark:
    """The mark of a student whose attempt need not be assessed again; it is saved only if the page shows another."""
    mark = marker.mark(stored.attempts[student], stored.decisions.get(student, ()))
    if marker.is_shown(mark, stored.pages):
        return mark
    (mark,) = marker.save([student])
    return mark
