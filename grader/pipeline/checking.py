"""What a student may know of a notebook before handing it in."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from grader.assess import form, trial
from grader.assess.evidence import Surroundings
from grader.assess.trial import Trial
from grader.course.layout import Course, HandedOut
from grader.course.settings import read_settings
from grader.course.specification import read_exercise
from grader.course.variants import without_numbers
from grader.errors import InputError
from grader.execute.environment import environment
from grader.execute.executor import Executor
from grader.intake import notebooks
from grader.intake.folders import attachments_of
from grader.intake.notebook_parts import part_of
from grader.intake.recognition import ReleasedNotebooks
from grader.intake.submitted_files import problems_with_files
from grader.model.exercise import MAIN_NOTEBOOK, Exercise, Question
from grader.model.job import Job
from grader.model.record import ProbeState, Record, is_harmless
from grader.model.submission import HandedIn
from grader.pipeline import other_exercise
from grader.pipeline.preparing import prepare
from grader.pipeline.surroundings import surroundings
from grader.storage.wanted_data import wanted_data
from grader.text.expressions import is_expression, variables
from grader.text.messages import Text, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a student may know before handing in.

    Attributes:
        exercise: Title of the exercise.
        errors: Cells that stopped with an error, as (number of the code cell, error).
        problems: Question title -> what is wrong with the form of its answer; empty if nothing is.
        remarks: What else a student has to know, for example that a limit was reached.
        notes: What is good to know and nothing to mend, such as how long a function took.
    """

    exercise: str
    errors: tuple[tuple[int, str], ...]
    problems: dict[str, Text]
    remarks: tuple[Text, ...]
    notes: tuple[Text, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it can be handed in as it is."""
        return not (self.errors or any(self.problems.values()) or self.remarks)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookCheck:
    """One notebook that is to be checked: the job that must run, and what its record says.

    Attributes:
        exercise: The questions about the notebook, without numbers that were drawn.
        notebook: The notebook.
        handed_out: The notebook that students were given.
        variables_of: Question id -> the variables of the notebook that the question is about.
        trials: The calls of functions that the exercise shows as examples.
        job: The job, without the files that come with the notebook, and not prepared yet.
    """

    exercise: Exercise
    notebook: notebooks.Notebook
    handed_out: notebooks.Notebook
    variables_of: Mapping[str, tuple[str, ...]]
    trials: tuple[Trial, ...]
    job: Job

    def errors(self, record: Record) -> tuple[tuple[int, str], ...]:
        """Cells that stopped with an error, as (number of the code cell, error)."""
        errors = [(number, run.error) for number, run in enumerate(record.cells, 1)]
        return tuple((number, f"{error.name}: {error.message}") for number, error in errors if error)

    def problems(self, record: Record) -> dict[str, Text]:
        """Question title -> what is wrong with the form of its answer; empty if nothing is."""
        code, around = self.notebook.code, surroundings(self.notebook, self.handed_out)
        return {
            question.title: (
                _problem(question, record, code, around, self.trials, self.exercise.limits.probe_seconds)
                if not question.answer or question.answer in self.job.names
                else form.problem_of_variables(self.variables_of[question.id], record, code, around)
            )
            for question in self.exercise.questions
        }

    def notes(self, record: Record) -> tuple[Text, ...]:
        """How answers were read, how long functions took, and what had to be put right in a notebook."""
        questions = self.exercise.questions
        notes = [form.note(question, record) for question in questions if question.answer in record.answers]
        texts = (*notes, *(trial.note(one_trial, record) for one_trial in self.trials))
        return (*(text for text in texts if text), *filter(is_harmless, record.remarks))


def notebook_check(exercise: Exercise, notebook: notebooks.Notebook, handed_out: notebooks.Notebook) -> NotebookCheck:
    """Plan the check of one notebook; it needs no solution, and its job asks for no held-out data.

    Args:
        exercise: The questions about the notebook, without numbers that were drawn.
        notebook: The notebook.
        handed_out: The notebook that students were given.
    """
    variables_of = {question.id: _variables_of(question, handed_out) for question in exercise.questions}
    names = tuple(dict.fromkeys(name for variables in variables_of.values() for name in variables))
    trials = tuple(one_trial for one_trial in form.trials(exercise) if one_trial.question.answer in names)
    job = Job(
        cells=notebook.code,
        names=names,
        probes=tuple(one_trial.probe for one_trial in trials),
        files=exercise.files,
        limits=exercise.limits,
        seed=exercise.seed,
        environment=environment(),
    )
    return NotebookCheck(
        exercise=exercise,
        notebook=notebook,
        handed_out=handed_out,
        variables_of=variables_of,
        trials=trials,
        job=job,
    )


def check(course: Course, path: Path, slug: str | None, executor: Executor) -> Checked:
    """Run a notebook and look at the form of its answers; needs no solution and marks nothing.

    Raises:
        InputError: If the file cannot be read, is no notebook, or is of no exercise that is known.
    """
    if not path.is_file():
        raise InputError(f"{path}: there is no such file. Name the notebook that you want to check.")
    try:
        notebook = notebooks.parse(path.read_bytes())
    except notebooks.InvalidNotebookError as error:
        raise InputError(f"{path}: {error}") from error
    exercise = without_numbers(read_exercise(course, slug or _exercise_of(course, notebook, path)))
    exercise, part, handed_out = _part(course, exercise, path)
    planned = notebook_check(exercise, notebook, handed_out)
    recognised = other_exercise.released_notebooks(course).wrong_exercise(notebook, exercise.slug, planned.job.names)
    mistaken = other_exercise.notice(recognised, exercise.title, other_exercise.titles(course))
    with_it = attachments_of(path, exercise.hand_in, [file.name for file in exercise.files])
    files = (*with_it.files, *_files_of_earlier(exercise, part, path))
    preparation, missing_data = prepare(read_settings(course), exercise)
    (record,) = executor.run([replace(planned.job, handed_in=files).prepared(preparation)])
    return Checked(
        exercise=exercise.title,
        errors=planned.errors(record),
        problems=planned.problems(record),
        remarks=(
            *([mistaken] if mistaken else []),
            *with_it.remarks,
            *problems_with_files(with_it.files, exercise.hand_in),
            *(remark for remark in record.remarks if not is_harmless(remark)),
        ),
        notes=(
            *planned.notes(record),
            *_notes_on_parts(exercise, part),
            *_notes_on_data(record, missing_data),
        ),
    )


def _part(course: Course, exercise: Exercise, path: Path) -> tuple[Exercise, str, notebooks.Notebook]:
    """The questions about a notebook, its file name in the exercise, and the notebook that students were given."""
    released = other_exercise.given_out(course, exercise)
    part = part_of(path.name, path.read_bytes(), ReleasedNotebooks(released)) or MAIN_NOTEBOOK
    return exercise.part(part), part, released.get(part, notebooks.Notebook(()))


def _files_of_earlier(exercise: Exercise, part: str, path: Path) -> Iterator[HandedIn]:
    """The files that earlier notebooks of the exercise have saved beside this one."""
    uses = next((notebook.uses for notebook in exercise.further_notebooks if notebook.name == part), ())
    for name in uses:
        file = path.parent / name
        if file.is_file() and file.stat().st_size <= exercise.limits.disk_mb * 2**20:
            yield HandedIn(name, file.read_bytes())


def _notes_on_parts(exercise: Exercise, part: str) -> Iterator[Text]:
    """What else belongs to a submission, if the exercise has several notebooks."""
    others = [name for name in exercise.notebooks if name != part]
    if others:
        yield message(
            "This is {part}. The exercise also has {names}. Check them as well, and submit all notebooks together.",
            part=part,
            names=", ".join(others),
        )


def _variables_of(question: Question, handed_out: notebooks.Notebook) -> tuple[str, ...]:
    """The variables of the notebook that a question is about.

    None if its answer is observed by code of the staff, which students do not have. Then the notebook that they were
    given does not mention the name.
    """
    if not question.answer:
        return ()
    if is_expression(question.answer):
        return variables(question.answer)
    texts = [cell.source for cell in handed_out.cells]
    is_mentioned = not texts or any(re.search(rf"\b{re.escape(question.answer)}\b", text) for text in texts)
    return (question.answer,) if is_mentioned else ()


def _notes_on_data(record: Record, missing_data: tuple[str, ...]) -> tuple[Text, ...]:
    """How a student can load a data set of the course that is missing on this computer."""
    data = wanted_data(record)
    if data is None or data.name not in missing_data:
        return ()
    text = message(
        "Cell {cell} loads the data set {name}, which is not on this computer. To check the notebook here, first run "
        "`grader data provide {name}`.",
        cell=data.cell,
        name=data.name,
    )
    return (text,)


def _problem(
    question: Question,
    record: Record,
    code: tuple[str, ...],
    around: Surroundings,
    trials: Sequence[Trial],
    limit: float,
) -> Text:
    """What is wrong with one answer; of a function that was called, what the call showed."""
    called = next((one_trial for one_trial in trials if one_trial.question.id == question.id), None)
    result = record.probes.get(called.probe.name) if called else None
    if called is None or result is None or result.state in (ProbeState.MISSING, ProbeState.NOT_REACHED):
        return form.problem(question, record, code, around)
    problem = trial.problem(called, record, code, limit)
    if problem or record.answers[question.answer].type_name != "function":  # such as a model, which can be called, too
        return problem
    return form.problem(question, record, code, around)


def _exercise_of(course: Course, notebook: notebooks.Notebook, path: Path) -> str:
    """The exercise that was handed out in a folder, or the one whose notebook shares the most cells with this one."""
    if isinstance(course, HandedOut):
        return course.slug
    ids = {cell.id for cell in notebook.cells if cell.id}
    shared = {
        slug: len(ids & {cell.id for cell in released.cells})
        for slug, released in other_exercise.released_notebooks(course).notebooks.items()
    }
    best = max(shared, key=lambda slug: shared[slug], default="")
    if not shared.get(best):
        raise InputError(f"{path}: the exercise cannot be recognised. Name it with --exercise.")
    return best
