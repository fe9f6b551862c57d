"""Whether the solution of an exercise earns all points under its own key."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from grader.assess.kinds.markdown import named_by_comment
from grader.course.layout import Course
from grader.course.release import common_numbers, read_solutions, with_numbers
from grader.course.variants import personal
from grader.errors import SandboxError
from grader.execute.executor import Executor
from grader.model.assessment import Assessment
from grader.model.exercise import MAIN_NOTEBOOK
from grader.model.job_parts import record_of_part
from grader.model.record import CellRun, ObservationState, Outcome, Record
from grader.model.submission import HandedIn, Submission
from grader.pipeline.material import Material, load
from grader.pipeline.parsing import ParsedSubmission, parse, with_inputs
from grader.pipeline.part_marking import assess_parts

_ABOUT_MARKDOWN = ("markdown", "image")
_NOBODY = "solution"
"""The name of a student who is on no roster and therefore has the common numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """What the solution of an exercise earns.

    Attributes:
        points: Points that it earns.
        max_points: Points of all questions that the grader marks.
        by_hand: Points of all questions that need manual grading.
        problems: A line for a run that did not complete and for each question without full points: place, fact, remedy.
            Empty if all is well. Questions that need manual grading are ignored.
    """

    points: float
    max_points: float
    by_hand: float
    problems: tuple[str, ...]

    def __str__(self) -> str:
        by_hand = f", and {self.by_hand:g} for manual grading" if self.by_hand else ""
        return f"{self.points:g} of {self.max_points:g} points{by_hand}"


def verify(course: Course, slug: str, executor: Executor) -> Verified:
    """Run the solution of an exercise with the common numbers, and mark it with the key; stores nothing.

    Raises:
        InputError: There is no such exercise.
        SpecificationError: The exercise is not valid; the message has a line for each problem.
        SandboxError: The sandbox failed, so the solution could not be run.
    """
    material = load(course, slug)
    place = course.shown(course.solution_notebook(slug))
    numbers = common_numbers(material.key)
    solution, *further = [
        HandedIn(name, with_numbers(content, slug, numbers, name))
        for name, content in read_solutions(course, material.exercise).items()
    ]
    files = (*further, *_files(course, material))
    parsed = parse(
        material, Submission(student=_NOBODY, exercise=slug, origin=place, content=solution.content, files=files)
    )
    record = parsed.problem or next(iter(executor.run([with_inputs(material, parsed.job)])))
    if record.outcome is Outcome.SANDBOX_FAILED:
        raise SandboxError(f"{place}: could not be run: {'; '.join(map(str, record.remarks))}")
    assessment = _assessed(material, parsed, record)
    by_hand = _by_hand(material, assessment)
    points_by_hand = sum(finding.max_points for finding in assessment.findings if finding.question in by_hand)
    return Verified(
        points=assessment.points,
        max_points=assessment.max_points - points_by_hand,
        by_hand=points_by_hand,
        problems=tuple(_problems(place, record, assessment, by_hand)),
    )


def _files(course: Course, material: Material) -> tuple[HandedIn, ...]:
    """The files that belong to the solution, as students submit them: those of its folder `files`."""
    folder = course.solution_folder(material.exercise.slug) / "files"
    paths = sorted(path for path in folder.glob("*") if material.exercise.hand_in.takes(path.name))
    return tuple(HandedIn(path.name, path.read_bytes()) for path in paths)


def _assessed(material: Material, parsed: ParsedSubmission, record: Record) -> Assessment:
    exercise = personal(material.exercise, parsed.key.numbers)
    shuffled = {question: data.shuffled(parsed.job.work) for question, data in material.heldout.items()}
    return assess_parts(material, exercise, parsed, record, shuffled)


def _by_hand(material: Material, assessment: Assessment) -> set[str]:
    """The questions that need manual grading.

    A question about a Markdown cell is one of them even if the solution has no text for it, because the model answer
    may be in the key. But the student notebook must have the cell: a misspelt name would let no student answer.
    """
    cells = {
        name
        for notebook in material.released.values()
        for cell in notebook.cells
        for name in (cell.id, named_by_comment(cell.source))
    }
    of_text = {
        question.id
        for question in material.exercise.questions
        if question.kind in _ABOUT_MARKDOWN and question.options.get("cell") in cells
    }
    waiting = {finding.question for finding in assessment.findings if finding.waits}
    return waiting | of_text


def _problems(place: str, record: Record, assessment: Assessment, by_hand: Collection[str]) -> Iterator[str]:
    if record.outcome is not Outcome.COMPLETED:
        why = f" ({record.remarks[0]})" if record.remarks else ""
        yield f"{place}: the run ended as {record.outcome}{why}. Correct the notebook, or the limits of the exercise."
    for name, cells in _cells(record):
        for number, cell in enumerate(cells, 1):
            if cell.error:
                where = place.replace(MAIN_NOTEBOOK, name)
                yield f"{where}: code cell {number} stops with {cell.error.exception_text}. Correct the cell."
    for name, run in record.observations.items():
        if run.state is not ObservationState.OBSERVED:
            cause = run.message or run.about or run.state
            yield f"{place}: the observation '{name}' has no value ({cause}). Correct the observation or the notebook."
    for finding in assessment.findings:
        is_marked = finding.is_marked_here and finding.question not in by_hand
        if is_marked and finding.points < finding.max_points:
            earned = f"question '{finding.question}' earns {finding.points:g} of {finding.max_points:g} points"
            yield f"{place}: {earned} ({finding.why}). Correct the key or the solution."


def _cells(record: Record) -> Iterator[tuple[str, tuple[CellRun, ...]]]:
    """File name and cells of each notebook."""
    if not record.parts:
        yield MAIN_NOTEBOOK, record.cells
    for part in record.parts:
        run = record_of_part(record, part.notebook)
        yield part.notebook, run.cells if run else ()
