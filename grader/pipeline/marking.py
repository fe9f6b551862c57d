"""From what a run left to the mark that counts: pure, but for the pages that it writes."""

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from enum import Enum

from grader.assess import engine
from grader.assess.class_cache import ClassCache, using_cache
from grader.cohort import alike_names, guessed_owners, same_weights
from grader.cohort.understanding import NOT_UNDERSTOOD, understanding_flags
from grader.course.pseudonyms import Pseudonyms
from grader.course.variants import NumbersNote, personal
from grader.errors import GraderError
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.gradebook.texts import text_of
from grader.intake.alterations import alterations
from grader.marks import flags, until_deadline
from grader.marks.attempts import in_order, rule_for
from grader.marks.held_out_copies import Room
from grader.marks.lateness import lateness, settled_at
from grader.marks.overrides import extension, question_extensions, with_overrides
from grader.marks.question_extensions import with_extensions
from grader.marks.second_marking import settled
from grader.model.adjustment import Adjustment
from grader.model.assessment import Assessment, Flag
from grader.model.attempt import Attempt
from grader.model.course_settings import AttemptPolicy
from grader.model.exercise import Exercise
from grader.model.mark import Mark
from grader.model.own_work import OwnWorkResult
from grader.model.record import Outcome, Record
from grader.model.submission import Platform, Submission, Who
from grader.pipeline import other_exercise
from grader.pipeline.material import Material
from grader.pipeline.parsing import ParsedSubmission
from grader.pipeline.part_marking import assess_parts
from grader.report.student import render_student
from grader.report.tables import assessment_json
from grader.report.what_to_do import CourseAdvice
from grader.storage import codec
from grader.text.language import marked, speaking
from grader.text.messages import Text, english, message

_OF_THE_CLASS = (*same_weights.KINDS, alike_names.ALIKE, guessed_owners.GUESSED, NOT_UNDERSTOOD)
_COUNTS = {
    AttemptPolicy.LATEST: marked(
        "You submitted {count} times. Attempt {number} counts: it is the latest that could be read."
    ),
    AttemptPolicy.BEST: marked("You submitted {count} times. Attempt {number} counts: it is the best one."),
    AttemptPolicy.FIRST: marked(
        "You submitted {count} times. Attempt {number} counts: it is the first that could be read."
    ),
}
_OF_GROUP = marked("This is the submission of your group, {group}.")
_COUNTS_BUT = marked(
    "You submitted {count} times. Attempt {number} counts, except for questions that you "
    "answered later but before your own deadline."
)
_OWN_DEADLINE = marked("Question “{title}”: the answer from attempt {number} counts.")
_NOT_DRAWN = marked(
    "This report does not contain the pictures and the notebook: drawing them failed, or "
    "took too much time or memory. This does not change your marks."
)
_ONLY_MARKS = marked(
    "This report contains only the marks: the rest took too much time or memory. This does "
    "not change your marks. Ask your instructor for the reasons."
)
_LONGEST_PAGE = 8_000_000
"""Characters of a page; browsers open that on a phone."""
_FOR_STAFF = "Another submission has nearly the same name: "
"""Begins a remark that earlier graders kept with a submission; now it is a flag."""


class Detail(Enum):
    """How much a student's page shows, most first; the value ends a sentence for staff."""

    FULL = "with pictures and notebook"
    TEXT = "marks and reasons"
    MARKS = "marks"


class Marking:
    """Marks the students of one exercise.

    Args:
        material: The exercise.
        results: Where pages go.
        keeps: Whether pages and marks will be kept. If not, no pseudonym is drawn, and so no secret is made.
    """

    def __init__(self, material: Material, results: Results, keeps: bool = True) -> None:
        self._material = material
        self._results = results
        self._memory = ClassCache()
        self.names = Pseudonyms(material.secret, results.pseudonyms()) if material.secret and keeps else None

    @contextlib.contextmanager
    def of_a_class(self) -> Iterator[None]:
        """While the class is marked: its language is spoken, and what its students have in common is cached.

        The memory lives as long as this object does, so nothing of one class is kept for the next.
        """
        with speaking(self._material.language), using_cache(self._memory):
            yield

    def fingerprint(self, parsed: ParsedSubmission, attempt: Attempt) -> str:
        """Digest of everything that the automatic marks of an attempt depend on."""
        cells = [cell for part in parsed.parts for cell in part.cells]
        variant = self._material.given_out.variant(attempt.submission.owner_of_numbers, cells).code
        parts = [self._material.digest, variant, attempt.digest, parsed.record_key, attempt.student]
        parts += map(english, (*attempt.submission.remarks, *(problem.remarks if (problem := parsed.problem) else ())))
        return _sha256(parts)

    def assess(self, parsed: ParsedSubmission, record: Record, attempt: Attempt) -> Attempt:
        """The attempt with its automatic marks.

        Where that breaks on what a student handed in, the marks say so: it must stop nobody else's. What an author
        or the machine has to mend (`GraderError`, `OSError`) is nobody's own and stops all.
        """
        try:
            assessed = self._assess(parsed, record, attempt)
            if assessed.assessment is not None:
                text_of(assessed.assessment)  # what cannot be stored must fail here, too
        except (GraderError, OSError):
            raise
        except Exception as error:
            exercise = personal(self._material.exercise, parsed.key.numbers)
            broken = engine.failed_assessment(attempt.student, exercise, record, error)
            return replace(attempt, assessment=broken, fingerprint="", work="")
        return assessed

    def _assess(self, parsed: ParsedSubmission, record: Record, attempt: Attempt) -> Attempt:
        material, submission = self._material, parsed.submission
        seen = {question: data.shuffled(parsed.job.work) for question, data in material.heldout.items()}
        exercise = personal(material.exercise, parsed.key.numbers)
        assessment = assess_parts(material, exercise, parsed, record, seen)
        notes = [material.given_out.check_numbers(submission.owner_of_numbers, part.cells) for part in parsed.parts]
        numbers = next((note for note in notes if note.observed), NumbersNote())
        of_the_submission = (
            *([numbers.remark] if numbers.remark else []),
            *(remark for remark in submission.remarks if not _is_for_staff(remark)),
            *parsed.notebook.remarks,
            *(text for part in parsed.parts for text in alterations(part.notebook, material.released[part.name])),
        )
        # why there is no notebook comes before all else that there is to know
        remarks = (*of_the_submission, *assessment.remarks)
        if parsed.problem:
            remarks = (*assessment.remarks, *of_the_submission)
        answers = exercise.answer_names
        mistaken = (
            material.all_released.wrong_exercise(parsed.notebook, exercise.slug, answers)
            if not parsed.problem
            else None
        )
        of_the_run = flags.flags_of(exercise, record, assessment.findings)
        raised = (*of_the_run, *flags.other_numbers(numbers.observed), *_copies(material, submission))
        raised = (*other_exercise.flag(mistaken, material.titles), *raised)
        first = other_exercise.notice(mistaken, exercise.title, material.titles)
        released_cells = [cell for notebook in material.released.values() for cell in notebook.code]
        work = same_weights.work_of(submission.student, parsed.job.cells, parsed.job.handed_in, record, released_cells)
        lasting = record.outcome is not Outcome.SANDBOX_FAILED
        return replace(
            attempt,
            assessment=replace(assessment, remarks=remarks, flags=raised, notice=first),
            fingerprint=self.fingerprint(parsed, attempt) if lasting and assessment.publishable else "",
            work=codec.encode(work).decode(),
        )

    def mark(self, attempts: Sequence[Attempt], decisions: Sequence[Adjustment]) -> Mark:
        """The mark of a student that counts, after overrides and deadlines.

        Args:
            attempts: All attempts of a student; at least one has been assessed.
            decisions: What people decided about the student's work, and extensions of members of the student's group.
        """
        rule = rule_for(attempts, self._material.settings.tries)
        final = {
            attempt.id: Mark(attempt=attempt, assessment=self._final(attempt, attempt.assessment, decisions))
            for attempt in attempts
            if attempt.assessment
        }
        counts, sources = with_extensions(list(final.values()), rule, question_extensions(decisions))
        remarks = self._remarks_on_attempts(attempts, counts, sources, rule)
        assessment = replace(counts.assessment, remarks=(*remarks, *counts.assessment.remarks))
        in_turn = in_order([mark.attempt for mark in final.values()], AttemptPolicy.FIRST)
        assessments = [final[attempt.id].assessment for attempt in in_turn]
        position = [attempt.id for attempt in in_turn].index(counts.attempt.id)
        probing = flags.probing(assessments, self._material.settings.held_out.scored_attempts)
        several = flags.several_of_group(attempts, rule is not self._material.settings.tries)
        assessment = replace(assessment, flags=(*assessment.flags, *probing, *several))
        as_shown = self._as_shown(assessment, assessments[:position], decisions)
        return Mark(
            attempt=counts.attempt,
            assessment=assessment,
            page=self._page_digest(counts.attempt, as_shown),
            page_assessment=None if as_shown is assessment else as_shown,
        )

    def _remarks_on_attempts(
        self, attempts: Sequence[Attempt], counts: Mark, sources: Mapping[str, int], rule: AttemptPolicy
    ) -> list[Text]:
        """Sentences on the group, on which of several attempts counts, and for which questions another one does."""
        submission = counts.attempt.submission
        of_group = [message(_OF_GROUP, group=submission.group)] if submission.submitter else []
        return [*of_group, *self._remarks_on_several(attempts, counts, sources, rule)]

    def _remarks_on_several(
        self, attempts: Sequence[Attempt], counts: Mark, sources: Mapping[str, int], rule: AttemptPolicy
    ) -> list[Text]:
        if len(attempts) < 2:
            return []
        numbers = {attempt.id: number for number, attempt in enumerate(in_order(attempts, AttemptPolicy.FIRST), 1)}
        number = numbers[counts.attempt.id]
        if not sources:
            return [message(_COUNTS[rule], count=len(attempts), number=number)]
        titles = {question.id: question.title for question in self._material.exercise.questions}
        return [
            message(_COUNTS_BUT, count=len(attempts), number=number),
            *(
                message(_OWN_DEADLINE, title=titles.get(question, question), number=numbers[source])
                for question, source in sources.items()
            ),
        ]

    def _as_shown(
        self, assessment: Assessment, earlier: Sequence[Assessment], decisions: Sequence[Adjustment]
    ) -> Assessment:
        """The assessment as its report shows it now.

        Args:
            assessment: The exact one.
            earlier: The exact assessments of the student's earlier attempts, first to last.
            decisions: What people decided about the student's work.
        """
        settings, late = self._material.settings, assessment.late
        extensions = question_extensions(decisions).values()
        moment = settled_at(settings.late, late.deadline if late else None, extensions)
        is_settled = moment is None or moment <= now()
        return assessment if is_settled else until_deadline.until_then(assessment, settings.held_out, earlier)

    def pseudonym(self, student: str) -> str:
        """The student's name on the leaderboard; empty where there is none."""
        return self.names.of(student) if self.names else ""

    def write(
        self, mark: Mark, parsed: ParsedSubmission, record: Record, name: str, detail: Detail = Detail.FULL
    ) -> Detail:
        """Write a student's page and marks.

        Args:
            mark: The mark that counts.
            parsed: The submission of its attempt.
            record: The record of its attempt.
            name: The student's name on the leaderboard.
            detail: How much the page shows; less where more of it breaks on what was handed in.

        Returns:
            How much it shows.
        """
        page, level = "", detail
        for level in list(Detail)[list(Detail).index(detail) :]:
            try:
                page = self._page(mark.page_assessment or mark.assessment, parsed, record, name, level)
                break
            except (GraderError, OSError):
                raise
            except Exception:  # what one student handed in must stop nobody else's page
                if level is Detail.MARKS:
                    raise
        self._results.write_student(mark.attempt.folder, page, assessment_json(mark.assessment))
        return level

    def _page(self, assessment: Assessment, parsed: ParsedSubmission, record: Record, name: str, detail: Detail) -> str:
        """The page of a student.

        Raises:
            ValueError: It has more characters than a page may have.
        """
        exercise = personal(self._material.exercise, parsed.key.numbers)
        exercise = _naming_notebooks(exercise)
        cells = tuple(_shown_cells(exercise, parsed))
        advice = CourseAdvice(tries=self._material.settings.tries, concepts=self._material.concepts)
        if detail is Detail.FULL:
            page = render_student(exercise, cells, assessment, record, name, advice)
        else:
            reduced = replace(record, cells=(), histories={}, answers={}, models={}, probes={})
            page = render_student(exercise, (), _reduced(assessment, detail), reduced, name, advice)
        if len(page) > _LONGEST_PAGE:
            raise ValueError(f"a page of {len(page)} characters")
        return page

    def _page_digest(self, attempt: Attempt, assessment: Assessment) -> str:
        """Digest of all that a student's page shows; what only the instructor sees is left out."""
        content = text_of(replace(assessment, flags=()))
        name = self.pseudonym(attempt.student)
        return _sha256([self._material.digest, attempt.digest, attempt.record_key, name, content])

    def _final(self, attempt: Attempt, automatic: Assessment, decisions: Sequence[Adjustment]) -> Assessment:
        """The marks of an attempt after lateness and what people decided."""
        settings, slug, submission = self._material.settings, self._material.exercise.slug, attempt.submission
        if not submission.submitter:  # extensions of other members do not hold for the student's own work
            decisions = [decision for decision in decisions if decision.student == attempt.student]
        late = lateness(settings, slug, submission.submitted_at, extension(decisions), submission.marked_late)
        counting = settled(decisions, settings.manual_grading, self._material.exercise.places)
        return with_overrides(automatic, counting, late)


def _naming_notebooks(exercise: Exercise) -> Exercise:
    """The exercise with the notebook in the title of each question, if there are several: they all have a cell 1."""
    if not exercise.further_notebooks:
        return exercise
    questions = (replace(question, title=f"{question.title} ({question.notebook})") for question in exercise.questions)
    return replace(exercise, questions=tuple(questions))


def _shown_cells(exercise: Exercise, parsed: ParsedSubmission) -> Iterator[tuple[str, str]]:
    """The cells of a page as (kind, source); if there may be several notebooks, each below its title."""
    titles = {notebook.name: notebook.title for notebook in exercise.further_notebooks}
    for part in parsed.parts:
        if titles and part.runs:
            yield "notebook", titles.get(part.name, part.name)
        yield from ((cell.kind, cell.source) for cell in part.notebook.cells)


def _reduced(assessment: Assessment, detail: Detail) -> Assessment:
    """The same without what pictures are drawn from, or also without texts in which a student's own may be."""
    if detail is Detail.TEXT:
        findings = tuple(replace(finding, figures=()) for finding in assessment.findings)
        return replace(assessment, findings=findings, remarks=(message(_NOT_DRAWN), *assessment.remarks))
    findings = tuple(
        replace(finding, figures=(), expected="", found="", comparison="", reason="", hint="", parts=())
        for finding in assessment.findings
    )
    return replace(assessment, findings=findings, remarks=(message(_ONLY_MARKS),))


def with_class_flags(
    marks: Sequence[Mark], exercise: str, listed: Collection[str], own_work: Mapping[str, OwnWorkResult]
) -> list[Mark]:
    """The same, with what a comparison of all students' names, weights and files raises; only those that it changes.

    Args:
        marks: Of the whole class.
        exercise: Slug of the exercise.
        listed: The students whom a roster has identified: their names are not guessed.
        own_work: Student -> the questions about their own work that were asked last.
    """
    works = [
        replace(
            codec.decode(same_weights.Work, mark.attempt.work),
            student=mark.student,
            group=mark.attempt.submission.group,
        )
        for mark in marks
        if mark.attempt.work
    ]
    same_work = same_weights.same_work_flags(works)
    alike = alike_names.alike_name_flags(mark.student for mark in marks)
    uncertain = guessed_names(mark.attempt.submission for mark in marks) - set(listed)
    guessed = guessed_owners.guessed_name_flags(uncertain, exercise)
    understanding = understanding_flags([mark.assessment for mark in marks], own_work)
    changed = []
    for mark in marks:
        student = mark.student
        other_flags = tuple(flag for flag in mark.assessment.flags if flag.kind not in _OF_THE_CLASS)
        new = (
            *other_flags,
            *same_work.get(student, ()),
            *(
                flags_by_student[student]
                for flags_by_student in (alike, guessed, understanding)
                if student in flags_by_student
            ),
        )
        if new != mark.assessment.flags:
            changed.append(replace(mark, assessment=replace(mark.assessment, flags=new)))
    return changed


def guessed_names(submissions: Iterable[Submission]) -> set[str]:
    """The names of students that no known platform wrote and no person has corrected."""
    return {
        submission.student
        for submission in submissions
        if submission.source and submission.source.platform is Platform.HAND and submission.source.who is Who.STUDENT
        if submission.student == submission.source.name and not submission.group
    }


def version_of(material: Material, book: Gradebook) -> int:
    """Number of the version of the exercise that marks are made from; it is noted if it is new."""
    exercise = material.exercise
    return book.version(material.digest, exercise.title, exercise.max_points, now())


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


def _copies(material: Material, submission: Submission) -> list[Flag]:
    """A flag for each file that holds held-out data."""
    room = Room()
    return [
        flags.held_out_copies(file.name, number)
        for copies in material.copies.values()
        for file in submission.files
        if (number := copies.count(file.content, room))
    ]


def _sha256(parts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _is_for_staff(remark: Text) -> bool:
    """Whether an earlier grader stored it for staff, as a literal text."""
    return isinstance(remark, str) and remark.startswith(_FOR_STAFF)
