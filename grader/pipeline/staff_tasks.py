"""What staff ask for in the portal: the web process checks and queues it, and a grader carries it out.

A grader does what the command line does: `decide`, `rerun` and `regrade` with the same arguments.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from grader.errors import GraderError, InputError
from grader.execute.executor import Executor
from grader.marks.changes import Change, change
from grader.marks.overrides import fault
from grader.model.adjustment import Adjustment
from grader.model.portal import JobState, Member
from grader.model.rubric import ItemChange, Rubric
from grader.model.staff_work import Task, TaskKind, TaskLine, TaskRequest
from grader.pipeline.class_files import forget_imported_file, imported_file, restate_times, store_groups
from grader.pipeline.course_site import CourseSite
from grader.pipeline.deciding import Expected, decide
from grader.pipeline.heartbeat import LEASE_SECONDS
from grader.pipeline.marking import now
from grader.pipeline.regrading import regrade
from grader.pipeline.rerunning import rerun
from grader.pipeline.rubrics import change_item, changed_item
from grader.pipeline.student_reports import draw_reports
from grader.text.language import say

_MOST_OPEN = 10_000


def queue_decisions(site: CourseSite, slug: str, by: Member, decisions: Sequence[Adjustment]) -> None:
    """Queue decisions of a person; a grader stores them and marks again.

    Args:
        site: The course.
        slug: The exercise.
        by: The person, who is the author of each decision.
        decisions: The decisions, about students of the course; a grader stores all of them or none.

    Raises:
        InputError: A decision lacks a reason, or gives more points than there are; then none is queued.
    """
    exercise = site.exercise(slug).exercise
    authored = tuple(replace(decision, exercise=slug, author=by.login) for decision in decisions)
    problems = [
        f"{decision.student}, {exercise.title_of(decision.question)}: {text}"
        for decision in authored
        if (text := fault(decision, exercise))
    ]
    if problems:
        raise InputError("\n".join(problems))
    names = dict.fromkeys(decision.student for decision in authored)
    about = f"{', '.join(names)}: {', '.join(decision.kind.value for decision in authored)}"
    site.tasks.add(slug, by.account, TaskKind.DECIDE, TaskRequest(decisions=authored), about[:500], now())


def queue_rerun(site: CourseSite, slug: str, by: Member, student: str, reason: str) -> None:
    """Queue that the notebooks of a student run again.

    Raises:
        InputError: The reason is empty.
    """
    if not reason.strip():
        raise InputError(f"{student}, {slug}: `reason` must not be empty. Give a reason.")
    request = TaskRequest(students=(student,))
    site.tasks.add(slug, by.account, TaskKind.RERUN, request, f"{student}: {reason.strip()}"[:500], now())


def queue_regrade(site: CourseSite, slug: str, by: Member, *, applies: bool) -> None:
    """Queue a regrade of an exercise, or only a list of what it would change."""
    kind = TaskKind.REGRADE if applies else TaskKind.PREVIEW_REGRADE
    site.tasks.add(slug, by.account, kind, TaskRequest(), "", now())


def queue_item_change(site: CourseSite, slug: str, request: ItemChange, by: Member, *, applies: bool) -> None:
    """Queue the change of a rubric item, or only a list of the marks that it would change.

    Raises:
        InputError: There is no such item, or the change is not valid.
    """
    book = site.book(slug)
    rubric = book.rubrics.read() if book else Rubric({})
    before, after = rubric.items.get(request.number), changed_item(site.exercise(slug).exercise, rubric, request)
    if after == before:
        raise InputError(say("Rubric item {number} already has these values.", number=request.number))
    kind = TaskKind.CHANGE_ITEM if applies else TaskKind.PREVIEW_ITEM
    about = f"{after.place} {after.number}: {request.reason.strip()}"
    site.tasks.add(slug, by.account, kind, TaskRequest(item=request), about[:500], now())


def waiting_decisions(site: CourseSite, slug: str) -> list[Adjustment]:
    """The decisions about an exercise that no grader has stored yet."""
    tasks = site.tasks.of_state(JobState.WAITING, JobState.RUNNING, most=_MOST_OPEN)
    return [decision for task in tasks if task.exercise == slug for decision in task.request.decisions]


def perform_next(site: CourseSite, executor: Executor, grader: str) -> bool:
    """Claim the task that comes next and carry it out; only graders call this.

    If a grader dies meanwhile, another one repeats the task. A decision can then be stored twice, with the same marks.

    Args:
        site: The course.
        executor: Runs notebooks.
        grader: Name under which the task is claimed.

    Returns:
        Whether there was a task.
    """
    task = site.tasks.claim(grader, now(), now() + timedelta(seconds=LEASE_SECONDS))
    if task is None:
        return False
    try:
        lines = tuple(_perform(site, executor, task))
        site.tasks.finish(grader, task.id, lines, now())
        if (book := site.book(task.exercise)) is not None:
            students = [mark.student for mark in book.marks()]
            draw_reports(site.material(task.exercise), site.results(task.exercise), students)
    except Exception as error:  # whatever it is, it must not end all graders, one after the other
        words = str(error) if isinstance(error, GraderError | OSError) else f"{type(error).__name__}: {error}"
        site.tasks.fail(grader, task.id, words, now())
    forget_imported_file(site.results(task.exercise), task.request.file)
    return True


def _perform(site: CourseSite, executor: Executor, task: Task) -> Iterator[TaskLine]:
    material, results = site.material(task.exercise), site.results(task.exercise)
    match task.kind:
        case TaskKind.DECIDE:
            book = site.book(task.exercise)
            before = {mark.student: mark.assessment for mark in book.marks()} if book else {}
            # The web process has offered only students of the course, so each name is right.
            marks = decide(material, results, task.request.decisions, Expected(anybody=True)).marks
            changes = [change(mark.student, before.get(mark.student), mark.assessment) for mark in marks]
            yield from _lines(one for one in changes if one)
        case TaskKind.RERUN:
            again = rerun(material, results, executor, task.request.students, lambda _: None, lambda _: None)
            yield from _lines(again.changes)
            for student, why in again.failed.items():
                yield _unchanged(student, f"the notebook could not be run again: {why}")
            for student in again.left_out:
                yield _unchanged(student, "the notebook is missing or unreadable, or the exercise has changed")
        case TaskKind.PREVIEW_REGRADE | TaskKind.REGRADE:
            regraded = regrade(material, results, dry_run=task.kind is TaskKind.PREVIEW_REGRADE)
            yield from _lines(regraded.changes)
            for student in regraded.reworded:
                yield TaskLine(
                    student=student, before=None, after=None, because=("keeps the mark, but the report changes",)
                )
            for student in dict.fromkeys(regraded.outdated):
                yield _unchanged(student, "keeps the mark, because the notebook must run again")
        case TaskKind.IMPORT_GROUPS:
            store_groups(site.course, task.exercise, imported_file(results, task.request.file))
            material = site.material(task.exercise)  # read again, with the new groups
            yield from _lines(regrade(material, results).changes)
        case TaskKind.IMPORT_TIMES:
            notes: list[str] = []
            path = imported_file(results, task.request.file)
            yield from _lines(restate_times(material, results, path, notes.append))
            for line in notes:
                yield _unchanged("", line.replace(f"{path}: ", ""))
        case TaskKind.PREVIEW_ITEM | TaskKind.CHANGE_ITEM:
            assert task.request.item is not None, "a task to change an item has a change"
            only_previews = task.kind is TaskKind.PREVIEW_ITEM
            changed = change_item(material, results, task.request.item, dry_run=only_previews)
            yield from _lines(changed.changes)
            for student in sorted(set(changed.students) - {one.student for one in changed.changes}):
                yield TaskLine(student=student, before=None, after=None, because=("has this item, and keeps the mark",))


def _lines(changes: Iterable[Change]) -> Iterator[TaskLine]:
    for one in changes:
        yield TaskLine(student=one.student, before=one.before, after=one.after, because=one.because)


def _unchanged(student: str, because: str) -> TaskLine:
    return TaskLine(student=student, before=None, after=None, because=(because,), is_kept=True)
