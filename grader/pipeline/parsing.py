"""A submission that has been parsed: its notebook, and the job that runs it."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from grader.assess.kinds import KINDS
from grader.execute.environment import environment
from grader.intake import notebooks
from grader.intake.names import folder_name
from grader.model.attempt import Attempt
from grader.model.exercise import MAIN_NOTEBOOK, Question
from grader.model.job import Job, JobPart, Observation
from grader.model.job_parts import with_parts
from grader.model.key import AnswerKey
from grader.model.record import Outcome, Record
from grader.model.repair import Applied, repaired
from grader.model.submission import HandedIn, Submission
from grader.pipeline.material import Material
from grader.storage.answer_data import as_answer
from grader.text.expressions import DRAWN_NUMBERS
from grader.text.messages import Text, english, joined, message, shortened

NO_CELLS = notebooks.Notebook(())


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedPart:
    """One of the notebooks that an exercise asks for.

    Attributes:
        name: Its file name in the exercise.
        notebook: Its cells; none if it is missing or cannot be read.
        cells: Source of each code cell as it runs.
        problem: Why it cannot be read; empty if it can, or if it is missing.
        is_missing: Whether it was not submitted.
    """

    name: str
    notebook: notebooks.Notebook = NO_CELLS
    cells: tuple[str, ...] = ()
    problem: Text = ""
    is_missing: bool = False

    @property
    def runs(self) -> bool:
        """Whether there is something to run."""
        return not (self.problem or self.is_missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedSubmission:
    """A submission whose notebooks have been parsed.

    Attributes:
        submission: The submission.
        parts: The notebooks that the exercise asks for, in the order in which they run; none if nothing can be read.
        key: The answers for this student.
        job: The job that runs it.
        problem: The record of a submission that cannot run, which says why; None for others.
    """

    submission: Submission
    parts: tuple[ParsedPart, ...]
    key: AnswerKey
    job: Job
    problem: Record | None = None

    @property
    def notebook(self) -> notebooks.Notebook:
        """All notebooks as one."""
        if len(self.parts) == 1:
            return self.parts[0].notebook
        return notebooks.one_after_another(part.notebook for part in self.parts)

    @property
    def record_key(self) -> str:
        """Key of its record; empty if it cannot run."""
        return "" if self.problem else self.job.key

    def attempt(self, notebook: str, files: tuple[HandedIn, ...], at: datetime) -> Attempt:
        """The attempt that the gradebook stores.

        Args:
            notebook: SHA-256 of the notebook as the results keep it, in hexadecimal.
            files: The student's files as the results keep them.
            at: The time of collection.
        """
        return Attempt(
            submission=replace(self.submission, files=files),
            folder=folder_name(self.submission.student),
            notebook=notebook,
            digest=digest_of(notebook, files, self.submission.problem),
            record_key=self.record_key,
            collected_at=at,
        )

    def with_files(self, files: tuple[HandedIn, ...]) -> "ParsedSubmission":
        """The same, with the student's files read from where the results keep them."""
        beside = tuple(file for file in files if file.name not in {part.name for part in self.parts})
        return replace(self, submission=replace(self.submission, files=files), job=replace(self.job, handed_in=beside))


def digest_of(notebook: str, files: tuple[HandedIn, ...], problem: Text = "") -> str:
    """SHA-256 of a notebook and its files together, by which an attempt is recognised.

    Args:
        notebook: SHA-256 of the notebook, in hexadecimal.
        files: The files that came with it.
        problem: Why the notebook cannot be read; empty if it can.
    """
    parts = [notebook, english(problem), *(f"{file.name} {file.sha256}" for file in files)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def parse(material: Material, submission: Submission) -> ParsedSubmission:
    """Parse a submission; if that is impossible, its `problem` says why."""
    try:
        if submission.problem:
            raise notebooks.InvalidNotebookError(submission.problem)
        parts = tuple(_parts(material, submission))
    except notebooks.InvalidNotebookError as error:
        problem = Record(key="", outcome=Outcome.INVALID_NOTEBOOK, remarks=(error.text,))
    except Exception as error:  # an error of ours, which must not stop the rest of the class
        remark = message("Reading the file failed: {problem}", problem=f"{type(error).__name__}: {error}")
        problem = Record(key="", outcome=Outcome.SANDBOX_FAILED, remarks=(remark,))
    else:
        key = material.key_of(submission.owner_of_numbers, [cell for part in parts for cell in part.cells])
        names = {part.name for part in parts}
        files = tuple(file for file in submission.files if file.name not in names)
        return ParsedSubmission(submission=submission, parts=parts, key=key, job=_job(material, key, parts, files))
    key = material.key_of(submission.owner_of_numbers)
    return ParsedSubmission(submission=submission, parts=(), key=key, job=_job(material, key, (), ()), problem=problem)


def _parts(material: Material, submission: Submission) -> Iterator[ParsedPart]:
    """The notebooks of a submission.

    Raises:
        InvalidNotebookError: None of them can be read.
    """
    further = material.exercise.further_notebooks
    contents = {file.name: file for file in submission.files}
    if not further:
        yield _readable_part(material, MAIN_NOTEBOOK, submission.content)
        return
    some_read = False
    first_error = None
    for name in material.exercise.notebooks:
        is_main = name == MAIN_NOTEBOOK
        if not (submission.content if is_main else name in contents):
            yield ParsedPart(name=name, is_missing=True)
            continue
        try:
            part = _readable_part(material, name, submission.content if is_main else contents[name].content)
            some_read = True
        except notebooks.InvalidNotebookError as error:
            part = ParsedPart(name=name, problem=error.text)
            first_error = first_error or error
        yield part
    if not some_read:
        raise first_error or notebooks.InvalidNotebookError(message("No notebook was submitted."))


def _readable_part(material: Material, name: str, content: bytes) -> ParsedPart:
    notebook = notebooks.parse(content)
    cells, repairs = repaired(notebook.code, material.repairs)
    notebook = replace(notebook, remarks=(*notebook.remarks, *map(_repair_remark, repairs)))
    return ParsedPart(name=name, notebook=notebook, cells=cells)


def _repair_remark(applied: Applied) -> Text:
    """The remark that tells a student what staff replaced."""
    repair = applied.repair
    details: dict[str, Text] = {
        "line": shortened(repair.line, 120),
        "new": shortened(repair.replacement.replace("\n", "; "), 200),
        "cells": joined(*map(str, applied.cells), separator=", "),
        "reason": repair.reason,
    }
    if repair.replacement:
        return message(
            "An instructor replaced the line `{line}` by `{new}` in cell {cells} before the notebook ran. Reason: "
            "{reason} Your notebook itself was not changed.",
            **details,
        )
    return message(
        "An instructor removed the line `{line}` from cell {cells} before the notebook ran. Reason: {reason} Your "
        "notebook itself was not changed.",
        **details,
    )


def with_inputs(material: Material, job: Job) -> Job:
    """The job with the held-out inputs that its probes name, made only when it is about to run."""
    inputs = {digest: data for held in material.heldout.values() for digest, data in held.arguments(job.work).items()}
    probes = tuple(
        replace(probe, arguments=(inputs[probe.digest],)) if probe.digest in inputs else probe for probe in job.probes
    )
    return replace(job, probes=probes)


def fits(job: Job, record: Record) -> bool:
    """Whether a record is of this job, on whatever versions it ran."""
    return replace(job, environment=record.environment).key == record.key


def _job(material: Material, key: AnswerKey, parts: tuple[ParsedPart, ...], files: tuple[HandedIn, ...]) -> Job:
    """The job of a submission; held-out inputs are put in when it is about to run."""
    exercise = material.exercise
    job = Job(
        cells=tuple(cell for part in parts for cell in part.cells),
        names=(),
        probes=(),
        files=exercise.files,
        limits=exercise.limits,
        seed=exercise.seed,
        environment=environment(),
        handed_in=files,
    ).prepared(material.preparation)
    if not exercise.further_notebooks:
        return _with_questions(material, key, job, exercise.questions, job.work)
    uses = {notebook.name: notebook.uses for notebook in exercise.further_notebooks}
    jobs = [
        (
            JobPart(notebook=part.name, cells=len(part.cells), uses=uses.get(part.name, ())),
            _with_questions(
                material, key, replace(job, cells=part.cells), exercise.part(part.name).questions, job.work
            ),
        )
        for part in parts
        if part.runs
    ]
    return with_parts(job, jobs)


def _with_questions(
    material: Material, key: AnswerKey, job: Job, all_questions: tuple[Question, ...], work: tuple[str, ...]
) -> Job:
    """The job with what the questions ask of it; `work` is the student's whole work."""
    questions = [question for question in all_questions if question.id not in key.not_here]
    requests = [
        KINDS[question.kind].request(question, key, material.heldout.get(question.id), work) for question in questions
    ]
    answers = dict.fromkeys(question.answer for question in questions)
    observations = [
        _with_numbers(material.observations[name], material, key) for name in answers if name in material.observations
    ]
    names = (name for request in requests for name in request.names)
    return replace(
        job,
        names=tuple(name for name in names if name not in material.observations),
        probes=tuple(probe for request in requests for probe in request.probes),
        observations=tuple(observation for observation in observations if not observation.of_files),
        on_files=tuple(observation for observation in observations if observation.of_files),
    )


def _with_numbers(observation: Observation, material: Material, key: AnswerKey) -> Observation:
    """The observation with the student's numbers, if it uses them: only those that the student's notebook shows."""
    if DRAWN_NUMBERS not in observation.code:
        return observation
    numbers = {name: as_answer(key.numbers[name]) for name in sorted(material.shown_numbers)}
    return replace(observation, numbers=json.dumps(numbers, sort_keys=True))
