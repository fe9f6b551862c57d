"""From what a run left to the mark that counts: pure, but for the pages that it writes."""

import contextlib
import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum

from grader.assess import engine, flags, until_deadline
from grader.assess.remembered import Memory, remembering
from grader.assess.until_deadline import Shown
from grader.cohort import guessed_owners, same_weights
from grader.course.pseudonyms import Pseudonyms
from grader.course.variants import personal
from grader.errors import GraderError
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.gradebook.texts import text_of
from grader.intake.alterations import alterations
from grader.marks import attempts
from grader.marks.held_out_copies import Room
from grader.marks.lateness import lateness
from grader.marks.overrides import decided, extension
from grader.model.adjustment import Adjustment
from grader.model.assessment import Assessment, Flag
from grader.model.course_settings import Tries
from grader.model.record import Outcome, Record
from grader.model.standing import Assessed, Standing, Try
from grader.model.submission import Platform, Submission, Who
from grader.pipeline import other_exercise
from grader.pipeline.material import Material
from grader.pipeline.reading import Reading
from grader.pipeline.surroundings import surroundings
from grader.report.student import render_student
from grader.report.tables import assessment_json
from grader.storage import codec
from grader.text.language import marked, retold, say, speaking

_OF_THE_CLASS = (*same_weights.KINDS, flags.ALIKE, guessed_owners.GUESSED)
_COUNTS = {
    Tries.LATEST: marked("You handed in {count} times; number {number} counts, the latest that could be read."),
    Tries.BEST: marked("You handed in {count} times; number {number} counts, the best one."),
    Tries.FIRST: marked("You handed in {count} times; number {number} counts, the first that could be read."),
}
_NOT_DRAWN = marked(
    "The pictures and the notebook could not be put into this report: drawing them failed, or took too much time or"
    " memory. This does not change your marks."
)
_ONLY_MARKS = marked(
    "Only the marks could be put into this report: the rest took too much time or memory. This does not change your"
    " marks. Ask your instructor for the reasons."
)
_LONGEST_PAGE = 8_000_000
"""Characters of a page; browsers open that on a phone."""
_FOR_STAFF = "Another submission has nearly the same name: "
"""Begins a remark that earlier graders kept with a submission; now it is a flag."""
_NEVER = datetime.min.replace(tzinfo=UTC)


class Detail(Enum):
    """How much a student's page shows, most first."""

    FULL = "with pictures and notebook"
    TEXT = "marks and reasons"
    MARKS = "marks alone"


@dataclass(frozen=True, slots=True)
class Run:
    """A try that has been read and has run, so that its page can be drawn."""

    reading: Reading
    record: Record


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
        self._memory = Memory()
        self.names = Pseudonyms(material.secret, results.pseudonyms()) if material.secret and keeps else None

    @contextlib.contextmanager
    def of_a_class(self) -> Iterator[None]:
        """While the class is marked: its language is spoken, and what its students have in common is remembered.

        The memory lives as long as this object does, so nothing of one class is kept for the next.
        """
        with speaking(self._material.language), remembering(self._memory):
            yield

    def fingerprint(self, reading: Reading, taken: Try) -> str:
        """Digest of all that the marks of a try follow from."""
        variant = self._material.given_out.variant(reading.submission.student).code
        told = [self._material.digest, variant, taken.taken.digest, reading.record, reading.submission.student]
        told += [*taken.submission.remarks, *(problem.remarks if (problem := reading.problem) else ())]
        return _sha256(told)

    def assess(self, reading: Reading, record: Record, taken: Try) -> Assessed:
        """The marks of one try, as the grader gives them.

        Where that breaks on what a student handed in, the marks say so: it must stop nobody else's. What an author
        or the machine has to mend (`GraderError`, `OSError`) is nobody's own and stops all.
        """
        try:
            assessed = self._assess(reading, record, taken)
            text_of(assessed.assessment)
        except (GraderError, OSError):
            raise
        except Exception as error:
            exercise = personal(self._material.exercise, reading.key.given)
            return Assessed(engine.broken(reading.submission.student, exercise, record, error), "", "")
        return assessed

    def _assess(self, reading: Reading, record: Record, taken: Try) -> Assessed:
        material, submission = self._material, reading.submission
        seen = {question: data.shown(reading.job.work) for question, data in material.heldout.items()}
        exercise = personal(material.exercise, reading.key.given)
        around = surroundings(reading.notebook, material.released)
        assessment = engine.assess(submission.student, exercise, reading.key, record, seen, reading.job.cells, around)
        numbers = material.given_out.numbers_in(submission.student, reading.job.cells)
        kept = (
            *([numbers.remark] if numbers.remark else []),
            *(remark for remark in submission.remarks if not remark.startswith(_FOR_STAFF)),
            *reading.notebook.remarks,
            *alterations(reading.notebook, material.released),
        )
        told = tuple(map(retold, kept))
        # why there is no notebook comes before all else that there is to know
        remarks = (*assessment.remarks, *told) if reading.problem else (*told, *assessment.remarks)
        answers = tuple(question.answer for question in exercise.questions)
        mistaken = (
            material.all_released.mistaken(reading.notebook, exercise.slug, answers) if not reading.problem else None
        )
        raised = (*assessment.flags, *flags.other_numbers(numbers.observed), *_copies(material, submission))
        raised = (*other_exercise.flag(mistaken, material.titles), *raised)
        first = other_exercise.notice(mistaken, exercise.title, material.titles)
        work = same_weights.work(
            submission.student, reading.job.cells, submission.files, record, material.released.code
        )
        lasting = record.outcome is not Outcome.SANDBOX_FAILED
        return Assessed(
            replace(assessment, remarks=remarks, flags=raised, notice=first),
            self.fingerprint(reading, taken) if lasting and assessment.publishable else "",
            codec.encode(work).decode(),
        )

    def standing(self, taken: Sequence[Try], decisions: Sequence[Adjustment]) -> Standing:
        """The mark of a student that counts, after what people and deadlines change.

        Args:
            taken: All tries of a student; at least one has been marked.
            decisions: What people decided about the student's work.
        """
        final = {each.id: self._final(each, decisions) for each in taken if each.assessed}
        rule = self._material.settings.tries
        ranked = in_order([each for each in taken if each.id in final], rule)
        one_hand_in = rule is not Tries.LATEST or len({each.run for each in ranked}) == 1
        found = attempts.counting(
            [
                attempts.Try(number, final[each.id], each.submission.submitted_at if one_hand_in else None)
                for number, each in enumerate(ranked, 1)
            ],
            rule,
        )
        chosen = ranked[found.number - 1]
        assessment = final[chosen.id]
        if len(taken) > 1:
            number = in_order(taken, Tries.FIRST).index(chosen) + 1
            remark = say(_COUNTS[rule], count=len(taken), number=number)
            assessment = replace(assessment, remarks=(remark, *assessment.remarks))
        in_turn = [final[each.id] for each in in_order(ranked, Tries.FIRST)]
        scored = until_deadline.scores(in_turn[: in_turn.index(final[chosen.id]) + 1])
        probing = flags.probing(in_turn, self._material.settings.held_out.scored_attempts)
        assessment = replace(assessment, flags=(*assessment.flags, *probing))
        shown = self._as_shown(assessment, scored)
        work = chosen.assessed.work if chosen.assessed else ""
        return Standing(
            chosen, assessment, self._page_digest(chosen, shown), work, None if shown is assessment else shown
        )

    def _as_shown(self, assessment: Assessment, scored: int) -> Assessment:
        """The assessment as its report shows it now.

        Args:
            assessment: The exact one.
            scored: Which of the student's attempts with a score on held-out data this one is; the first is 1.
        """
        rule, late = self._material.settings.held_out, assessment.late
        if rule.exact or late is None or late.deadline <= now():
            return assessment
        shown = Shown.ROUNDED if scored <= rule.scored_attempts else Shown.NOTHING
        return until_deadline.as_shown(assessment, shown, rule.scored_attempts)

    def pseudonym(self, student: str) -> str:
        """The student's name on the leaderboard; empty where there is none."""
        return self.names.of(student) if self.names else ""

    def write(self, standing: Standing, run: Run, name: str, detail: Detail = Detail.FULL) -> None:
        """Write a student's page and marks.

        Args:
            standing: The mark that counts.
            run: The try that it stands on.
            name: The student's name on the leaderboard.
            detail: How much the page shows; less where more of it breaks on what was handed in.
        """
        page = ""
        for less in list(Detail)[list(Detail).index(detail) :]:
            try:
                page = self._page(standing.shown or standing.assessment, run, name, less)
                break
            except (GraderError, OSError):
                raise
            except Exception:  # what one student handed in must stop nobody else's page
                if less is Detail.MARKS:
                    raise
        self._results.write_student(standing.entry.folder, page, assessment_json(standing.assessment))

    def _page(self, assessment: Assessment, run: Run, name: str, detail: Detail) -> str:
        """The page of a student.

        Raises:
            ValueError: It has more characters than a page may have.
        """
        exercise = personal(self._material.exercise, run.reading.key.given)
        cells = tuple((cell.kind, cell.source) for cell in run.reading.notebook.cells)
        if detail is Detail.FULL:
            page = render_student(exercise, cells, assessment, run.record, name)
        else:
            record = replace(run.record, cells=(), histories={}, answers={}, models={}, probes={})
            page = render_student(exercise, (), _reduced(assessment, detail), record, name)
        if len(page) > _LONGEST_PAGE:
            raise ValueError(f"a page of {len(page)} characters")
        return page

    def _page_digest(self, entry: Try, assessment: Assessment) -> str:
        """Digest of all that a student's page shows; what only the instructor sees is left out."""
        shown = text_of(replace(assessment, flags=()))
        name = self.pseudonym(entry.student)
        return _sha256([self._material.digest, entry.taken.digest, entry.record, name, shown])

    def _final(self, taken: Try, decisions: Sequence[Adjustment]) -> Assessment:
        assert taken.assessed is not None
        settings, slug, submission = self._material.settings, self._material.exercise.slug, taken.submission
        late = lateness(settings, slug, submission.submitted_at, extension(decisions), submission.marked_late)
        return decided(taken.assessed.assessment, decisions, late)


def _reduced(assessment: Assessment, detail: Detail) -> Assessment:
    """The same without what pictures are drawn from, or also without texts in which a student's own may be."""
    if detail is Detail.TEXT:
        findings = tuple(replace(finding, figures=()) for finding in assessment.findings)
        return replace(assessment, findings=findings, remarks=(say(_NOT_DRAWN), *assessment.remarks))
    findings = tuple(
        replace(finding, figures=(), expected="", found="", reason="", hint="", parts=())
        for finding in assessment.findings
    )
    return replace(assessment, findings=findings, remarks=(say(_ONLY_MARKS),))


def in_order(taken: Sequence[Try], rule: Tries) -> list[Try]:
    """The tries of a student, first to last.

    What was handed in last is what the last run found, since a folder holds what counts now; the first is what was
    taken in first. Times count only if all are known.
    """
    all_known = all(each.submission.submitted_at for each in taken)

    def place(each: Try) -> tuple[int, int, datetime, int]:
        at = (all_known and each.submission.submitted_at) or _NEVER
        return (each.run if rule is Tries.LATEST else 0), each.submission.attempt, at, each.id

    return sorted(taken, key=place)


def wanted(taken: Sequence[Try], rule: Tries) -> list[Try]:
    """The tries whose marks the one that counts is chosen from; only these have to run."""
    ordered = in_order(taken, rule)
    if rule is Tries.BEST:
        return ordered
    readable = [each for each in ordered if each.record] or ordered
    return [readable[-1 if rule is Tries.LATEST else 0]]


def with_class_flags(standings: Sequence[Standing], exercise: str, listed: Collection[str]) -> list[Standing]:
    """The same, with what a comparison of all students' names, weights and files raises; only those that it changes.

    Args:
        standings: Of the whole class.
        exercise: Slug of the exercise.
        listed: The students whom a roster has identified: their names are not guessed.
    """
    works = [
        replace(codec.decode(same_weights.Work, standing.work), student=standing.entry.student)
        for standing in standings
        if standing.work
    ]
    found = same_weights.compared(works)
    alike = flags.alike(each.entry.student for each in standings)
    guessed = guessed_owners.guessed(guessed_names(each.entry.submission for each in standings) - set(listed), exercise)
    changed = []
    for each in standings:
        student = each.entry.student
        own = tuple(flag for flag in each.assessment.flags if flag.kind not in _OF_THE_CLASS)
        new = (*own, *found.get(student, ()), *(told[student] for told in (alike, guessed) if student in told))
        if new != each.assessment.flags:
            changed.append(replace(each, assessment=replace(each.assessment, flags=new)))
    return changed


def guessed_names(submissions: Iterable[Submission]) -> set[str]:
    """The names of students that no known platform wrote and no person has corrected."""
    return {
        each.student
        for each in submissions
        if each.source and each.source.platform is Platform.HAND and each.source.who is Who.STUDENT
        if each.student == each.source.name
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


def _sha256(told: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(told).encode("utf-8", "surrogatepass")).hexdigest()
