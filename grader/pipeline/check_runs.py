""" "Check only" in the portal: a grader runs the notebooks as `grader check` does, and stores no attempt and no mark.

The web process stores the files in the folder `checks` of the results and queues the check. A grader runs it with the
plan of `grader.pipeline.checking`, which needs no key and asks for no held-out data, and deletes the files.
"""

import hashlib
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from grader.course.variants import without_numbers
from grader.errors import GraderError, SandboxError
from grader.execute.cell_progress import listening
from grader.execute.executor import Executor
from grader.gradebook.results import Results
from grader.gradebook.running_cells import RunningCells
from grader.intake import notebooks
from grader.intake.names import folder_name
from grader.intake.submitted_files import problems_with_files
from grader.model.check import AskedCheck, CheckedPart, QueuedCheck
from grader.model.exercise import MAIN_NOTEBOOK, NOTEBOOK_ONLY
from grader.model.job import Job, JobPart
from grader.model.job_parts import record_of_part, with_parts
from grader.model.portal import JobState, Member
from grader.model.record import Outcome, Record, is_harmless
from grader.model.submission import HandedIn
from grader.pipeline import other_exercise
from grader.pipeline.checking import NotebookCheck, notebook_check
from grader.pipeline.course_site import CourseSite
from grader.pipeline.heartbeat import LEASE_SECONDS
from grader.pipeline.limited_process import LimitedProcess, LostError
from grader.pipeline.marking import now
from grader.pipeline.marking_process import SECONDS
from grader.pipeline.preparing import prepare
from grader.pipeline.uploading import ArrivedFile, RefusedUploadError, check_files
from grader.storage import atomic, codec
from grader.storage.wanted_data import wanted_data
from grader.text.messages import Text, message

_FOLDER = "checks"
_LEFT_BEHIND_SECONDS = 3600.0
"""A folder that is older and belongs to no check that waits was left by a process that was killed."""
_AT_ONCE_BYTES = 2**20
_RESULT = tuple[CheckedPart, ...]


def ask_check(
    site: CourseSite, slug: str, member: Member, token: str, notebook: ArrivedFile, others: Sequence[ArrivedFile]
) -> QueuedCheck:
    """Check files at once as `check_files` does, and queue the notebooks for a grader to run.

    Args:
        site: The course.
        slug: The exercise.
        member: The student.
        token: Token of the form. A second call with the same token and files returns the first check.
        notebook: The notebook.
        others: The other files; see `grader.pipeline.uploading.submit`.

    Raises:
        RefusedUploadError: A notebook cannot be read or belongs to another exercise, or another check of the student
            has not ended.
    """
    looked_at = check_files(site, slug, notebook, others)
    # A student who goes back to a form may choose other files, and must not see the result of the first ones.
    what = " ".join((site.name, slug, token, *(f"{file.name} {file.sha256}" for file in looked_at.files)))
    results, secret = site.results(slug), hashlib.sha256(what.encode()).hexdigest()
    folder = Path(_FOLDER, folder_name(member.student), secret[:32])
    request = AskedCheck(
        exercise=slug,
        account=member.account,
        token=secret,
        folder=folder,
        origin=notebook.name,
        files=looked_at.files,
        remarks=looked_at.remarks,
    )
    for file in request.files:
        with file.opened() as source, atomic.writing(results.folder / folder / file.sha256) as stream:
            shutil.copyfileobj(source, stream, _AT_ONCE_BYTES)
    check = site.checks.add(request, now())
    if check.request.token != secret:
        shutil.rmtree(results.folder / folder, ignore_errors=True)
        raise RefusedUploadError(message("Your last check has not ended. Wait for its result, and check again."))
    if check.state in (JobState.DONE, JobState.FAILED):  # the form was sent again after the check had ended
        _delete_files(site, check)
    return check


def checks_of_student(site: CourseSite, slug: str, member: Member) -> list[QueuedCheck]:
    """The checks of a student whose results have not been deleted, the first one first."""
    return site.checks.of_account(member.account, slug, now())


def check_of_student(site: CourseSite, slug: str, member: Member, number: str) -> QueuedCheck | None:
    """The check of a student with a number; None if there is none, or its result has been deleted."""
    checks = checks_of_student(site, slug, member)
    return next((check for check in checks if str(check.number) == number), None)


def result_of(check: QueuedCheck) -> tuple[CheckedPart, ...]:
    """What a check found, one entry for each notebook; empty until it is done."""
    return codec.decode(_RESULT, check.result) if check.result else ()


def running_cell_of_check(site: CourseSite, check: QueuedCheck) -> tuple[int, int] | None:
    """The number of the code cell that runs, from 1, and the number of code cells; None if that is not known."""
    if check.state is not JobState.RUNNING:
        return None
    return RunningCells(site.results(check.request.exercise).folder).read(_running(check))


def check_next(site: CourseSite, executor: Executor, grader: str, tell: Callable[[str], None]) -> bool:
    """Claim the checks that come next and carry them out; only graders call this.

    Args:
        site: The course.
        executor: Runs the notebooks.
        grader: Name under which the checks are claimed.
        tell: Receives a sentence about each problem, for the person who runs the grader.

    Returns:
        Whether there was a check.
    """
    lease = now() + timedelta(seconds=LEASE_SECONDS)
    claimed = site.checks.claim(grader, now(), lease, executor.slots)
    if not claimed:
        return False
    try:
        planned = {check.id: _planned(site, check) for check in claimed}
        _run(site, executor, grader, claimed, planned)
    except Exception as error:  # whatever it is, it must not stop the grader
        words = str(error) if isinstance(error, GraderError | OSError) else f"{type(error).__name__}: {error}"
        tell(f"{claimed[0].request.exercise}: a check was not carried out. {words}")
        site.checks.release(grader, now())
    return True


def delete_old_checks(site: CourseSite) -> None:
    """Delete results that are no longer kept, and the files of checks that have ended; only graders call this."""
    site.checks.delete_old(now())
    for slug in site.slugs:
        results = site.results(slug)
        folders = [path for path in (results.folder / _FOLDER).glob("*/*") if path.is_dir()]
        needed = site.checks.open_folders(slug) if folders else set()
        for path in folders:
            is_new = time.time() - path.stat().st_mtime < _LEFT_BEHIND_SECONDS
            if path.relative_to(results.folder).as_posix() not in needed and not is_new:
                shutil.rmtree(path, ignore_errors=True)


def delete_files_of_checks(results: Results, folder: str) -> None:
    """Delete the files of all checks of a student.

    Args:
        results: The results of the exercise.
        folder: Name of the student's folder.
    """
    shutil.rmtree(results.folder / _FOLDER / folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The notebooks of a check by their names in the exercise, and the job that runs them."""

    parts: dict[str, NotebookCheck]
    job: Job
    beside: tuple[HandedIn, ...]
    missing_data: tuple[str, ...]

    def result(self, record: Record) -> tuple[CheckedPart, ...]:
        first, *others = (self._part(name, planned, record) for name, planned in self.parts.items())
        damaged = problems_with_files(self.beside, NOTEBOOK_ONLY)
        return (replace(first, remarks=(*damaged, *first.remarks)), *others)

    def _part(self, name: str, planned: NotebookCheck, record: Record) -> CheckedPart:
        part = (record_of_part(record, name) if self.job.parts else record) or replace(record, cells=(), answers={})
        return CheckedPart(
            name=name,
            errors=planned.errors(part),
            answers=tuple(planned.problems(part).items()),
            remarks=(*(one for one in part.remarks if not is_harmless(one)), *self._on_data(part)),
            notes=planned.notes(part),
        )

    def _on_data(self, record: Record) -> tuple[Text, ...]:
        data = wanted_data(record)
        if data is None or data.name not in self.missing_data:
            return ()
        text = message(
            "Cell {cell} loads the data set {name}, which the grader does not have yet. Ask your instructor.",
            cell=data.cell,
            name=data.name,
        )
        return (text,)


def _planned(site: CourseSite, check: QueuedCheck) -> _Plan:
    exercise = without_numbers(site.exercise(check.request.exercise).exercise)
    released = other_exercise.given_out(site.course, exercise)
    contents = {file.name: file for file in check.request.files}
    parts = {
        name: notebook_check(
            exercise.part(name),
            notebooks.parse(contents[name].content),
            released.get(name, notebooks.Notebook(())),
        )
        for name in exercise.notebooks
        if name in contents
    }
    beside = tuple(file for name, file in contents.items() if name not in parts)
    preparation, missing_data = prepare(site.settings, exercise)
    jobs = {name: replace(planned.job, handed_in=beside).prepared(preparation) for name, planned in parts.items()}
    if not exercise.further_notebooks:
        (job,) = jobs.values()
        return _Plan(parts, job, beside, missing_data)
    uses = {notebook.name: notebook.uses for notebook in exercise.further_notebooks}
    pairs = [(JobPart(notebook=name, cells=len(job.cells), uses=uses.get(name, ())), job) for name, job in jobs.items()]
    return _Plan(parts, with_parts(pairs[0][1], pairs), beside, missing_data)


def _run(
    site: CourseSite, executor: Executor, grader: str, claimed: Sequence[QueuedCheck], planned: dict[int, _Plan]
) -> None:
    """Run the notebooks of some checks, equal ones once, and store the results."""
    of_key: dict[str, list[QueuedCheck]] = {}
    for check in claimed:
        of_key.setdefault(planned[check.id].job.key, []).append(check)
    notes = {check.id: RunningCells(site.results(check.request.exercise).folder) for check in claimed}

    def note(key: str, cell: int, cells: int) -> None:
        for check in of_key.get(key, ()):
            notes[check.id].note(_running(check), cell, cells)

    # What a notebook left behind decides how long this takes, so it happens in a process with limits.
    process = LimitedProcess(
        {"result": lambda number, record: codec.encode_exactly(planned[number].result(record)).decode()}
    )
    try:
        with listening(note):
            for record in executor.run(planned[checks[0].id].job for checks in of_key.values()):
                if record.outcome is Outcome.SANDBOX_FAILED:
                    raise SandboxError("the notebook of a check could not be run on this machine")
                for check in of_key[record.key]:
                    if site.checks.finish(grader, check.id, _result(process, check, record), now()):
                        _delete_files(site, check)
    finally:
        process.close()
        for cells in notes.values():
            cells.forget()


def _result(process: LimitedProcess, check: QueuedCheck, record: Record) -> str:
    """The result of a check, as it is stored."""
    try:
        stored: str = process.call("result", check.id, record, seconds=SECONDS)
    except LostError:
        text = message("Your notebook ran, but its answers took too long to check. Submit it, or ask your instructor.")
        stored = codec.encode_exactly([CheckedPart(name=MAIN_NOTEBOOK, remarks=(text,))]).decode()
    return stored


def _delete_files(site: CourseSite, check: QueuedCheck) -> None:
    shutil.rmtree(site.results(check.request.exercise).folder / check.request.folder, ignore_errors=True)


def _running(check: QueuedCheck) -> str:
    """The name of the note on the running cell."""
    return f"check-{check.id}"
