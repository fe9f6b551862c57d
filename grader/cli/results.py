"""Shared by the commands for results: where these are, and how marks are printed."""

from collections.abc import Sequence
from pathlib import Path

from rich.markup import escape

from grader.cli.documents.marks import ChangedMark, StudentMark
from grader.cli.shared import DONE, SOME_NOT_GRADED, at_end, messages, note, out, remarks, tasks, usual_results
from grader.errors import InputError
from grader.model.mark import Mark
from grader.pipeline import Change, Results, ungraded
from grader.text.printable import printable
from grader.text.values import amount_of


def results_of(exercise: str, folder: Path | None, gradebook: str | None) -> Results:
    """The results of an exercise, in the folder that was named or in the usual one."""
    return opened(Results(folder or usual_results() / exercise, gradebook))


def opened(results: Results) -> Results:
    """The same results, whose gradebook is closed when the command ends, so that it is whole in its file."""
    at_end.callback(_close, results)
    return results


def not_results(path: Path | None) -> Path | None:
    """The file or folder of `--out`, which a command is going to write.

    Raises:
        InputError: It is a results folder, in which a command must not write anything else.
    """
    if path is not None and Results(path).database.exists:
        raise InputError(f"--out: {path} is a results folder. Name it with --results. --out names the file to write.")
    return path


def tell_of_change(change: Change) -> None:
    """Print whose mark changed, from what to what, and why."""
    before, after = ("no mark" if points is None else f"{points:g}" for points in (change.before, change.after))
    remarks.print(f"{escape(printable(change.student))}: {before} -> {after}", soft_wrap=True)
    for line in change.because:
        remarks.print(f"    {escape(printable(line, 300))}", soft_wrap=True)


def change_document(change: Change) -> ChangedMark:
    """The document of a change."""
    return ChangedMark(student=change.student, before=change.before, after=change.after, because=change.because)


def mark_document(mark: Mark) -> StudentMark:
    """The document of a mark."""
    assessment = mark.assessment
    return StudentMark(
        student=assessment.student,
        points=assessment.points if assessment.has_mark else None,
        max_points=assessment.max_points,
        outcome=assessment.outcome,
        folder=mark.attempt.folder,
        waiting=assessment.waiting,
    )


def tell_of_class(graded: list[Mark], results: Results, outdated: int = 0) -> int:
    """Print the marks of a class, or those that are missing; returns the exit status.

    Args:
        graded: The marks that count.
        results: The results folder, whose dashboard is named.
        outdated: The number of submissions that must be run again.
    """
    failed = ungraded(graded)
    for item in failed:
        why = item.assessment.remarks[0] if item.assessment.remarks else item.assessment.outcome
        messages.print(
            f"{escape(printable(item.assessment.student))}: {escape(printable(str(why), 300))}", soft_wrap=True
        )
    is_finished = not (failed or outdated or any(mark.assessment.waiting for mark in graded))
    (out if is_finished else tasks).print(_summary(graded, len(failed), outdated), soft_wrap=True)
    out.print(f"Dashboard: {escape(str(results.overview.resolve()))}", soft_wrap=True)
    return SOME_NOT_GRADED if failed else DONE


def _summary(graded: Sequence[Mark], failed: int, outdated: int = 0) -> str:
    """How many are graded, and how many are not yet: they failed, need manual grading, or must be run again."""
    waiting = [mark for mark in graded if mark.assessment.waiting]
    count = amount_of(len(graded), "submission", "submissions")
    left = [
        *([f"{failed} of them could not be graded"] if failed else []),
        *([f"{outdated} of them must be run again"] if outdated else []),
        *([f"{len(waiting)} of them {'needs' if len(waiting) == 1 else 'need'} manual grading"] if waiting else []),
    ]
    summary = f"{count}, {'; '.join(left) if left else 'all graded'}."
    if not waiting:
        return summary
    answers = sum(mark.assessment.waiting for mark in waiting)
    slug = waiting[0].assessment.exercise
    return f"{summary} `grader queue {slug}` lists the {amount_of(answers, 'answer', 'answers')} to grade."


def _close(results: Results) -> None:
    for remark in results.remarks:
        note(remark)
    results.database.close()
