"""solutions/<slug>/key.py, held-out data and reference models -> AnswerKey."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from grader.course.data_files import digest, problem_with
from grader.course.key_module import plain, run_key
from grader.course.layout import Course
from grader.course.messages import complaints, suggestion
from grader.errors import SpecificationError
from grader.model.exercise import Exercise, Question
from grader.model.key import AnswerKey, HeldOut, Slip
from grader.model.record import ModelTable

_WITHOUT_ANSWER = {"accuracy", "text"}
_WITH_HELDOUT = {"accuracy"}
_TABLE = TypeAdapter(ModelTable)


class _HeldOut(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    file: str = Field(min_length=1)
    classes: list[str] = Field(min_length=1)


def read_key(course: Course, exercise: Exercise) -> AnswerKey:
    """Read what the staff know about an exercise.

    Args:
        course: The course that the exercise belongs to.
        exercise: Its questions tell what the key has to hold.

    Returns:
        The key: expected answers and slips as plain Python, held-out files with their digests.

    Raises:
        SpecificationError: The key does not run, an answer is missing or belongs to no question,
            held-out data are not usable, a reference model is unknown; one line for each.
    """
    folder = course.solution_folder(exercise.slug)
    place = course.shown(folder / "key.py")
    found = run_key(folder / "key.py", place)
    references = read_references(course)
    problems = [
        *_wrong_names(exercise, found),
        *_wrong_answers(exercise, found["answers"], references),
        *_wrong_slips(found["slips"]),
        *_wrong_heldout(folder, found["HELDOUT"]),
    ]
    if problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    return AnswerKey(
        answers={name: plain(value) for name, value in found["answers"].items()},
        slips={name: tuple(_plain_slip(slip) for slip in slips) for name, slips in found["slips"].items()},
        heldout={name: _heldout(folder, entry) for name, entry in found["HELDOUT"].items()},
        references=references,
    )


def read_references(course: Course) -> dict[str, ModelTable]:
    """Read the layer tables of the reference models: name -> table; empty without `facts.json`.

    Raises:
        SpecificationError: The file is not JSON, or a table has another form.
    """
    place = course.shown(course.facts)
    if not course.facts.exists():
        return {}
    try:
        facts = json.loads(course.facts.read_bytes())
        return {name: _TABLE.validate_python(fact["table"]) for name, fact in facts.items()}
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise SpecificationError(f"{place}: {path}: {first['msg']}; make the file again.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpecificationError(f"{place}: is not a file of layer tables ({error}); make it again.") from error


def _wrong_names(exercise: Exercise, found: Mapping[str, Any]) -> Iterator[str]:
    """Answers, slips and held-out data that are missing, or that belong to no question."""
    kinds = {question.id: question.kind for question in exercise.questions}
    for name, kind in kinds.items():
        if kind not in _WITHOUT_ANSWER and name not in found["answers"]:
            yield f"answers(): question '{name}' has no answer; add its expected value."
        if kind in _WITH_HELDOUT and name not in found["HELDOUT"]:
            yield f"HELDOUT: question '{name}' of kind '{kind}' has no held-out data; add its file and classes."
    for where, names in (("answers()", found["answers"]), ("slips()", found["slips"]), ("HELDOUT", found["HELDOUT"])):
        for name in names:
            if name not in kinds:
                yield f"{where}: '{name}' is no question of exercises/{exercise.slug}; {suggestion(name, kinds)}."
    for name in found["HELDOUT"]:
        if kinds.get(name, "accuracy") not in _WITH_HELDOUT:
            yield f"HELDOUT: question '{name}' is of kind '{kinds[name]}', which uses none; take the entry out."


def _wrong_answers(
    exercise: Exercise, answers: Mapping[str, Any], references: Mapping[str, ModelTable]
) -> Iterator[str]:
    questions = {question.id: question for question in exercise.questions}
    for name, value in answers.items():
        if problem := _not_plain(value) or _no_reference(questions.get(name), value, references):
            yield f"answers(): question '{name}': {problem}."


def _not_plain(value: Any) -> str:
    try:
        json.dumps(plain(value), allow_nan=False)
    except TypeError as error:
        return str(error)
    except ValueError:
        return "holds NaN or an infinite number; give numbers that can be compared"
    return ""


def _no_reference(question: Question | None, value: Any, references: Mapping[str, ModelTable]) -> str:
    if question is None or question.kind != "architecture" or value in references:
        return ""
    return f"'{value}' is no model of reference_models/facts.json; {suggestion(str(value), references)}"


def _wrong_slips(slips: Mapping[str, Any]) -> Iterator[str]:
    for name, listed in slips.items():
        if not isinstance(listed, (list, tuple)) or not all(isinstance(slip, Slip) for slip in listed):
            yield f"slips(): question '{name}': is no list of Slip; give [Slip(value, reason, remedy), ...]."
            continue
        for number, slip in enumerate(listed, start=1):
            if problem := _not_plain(slip.value):
                yield f"slips(): question '{name}': slip {number}: {problem}."


def _plain_slip(slip: Slip) -> Slip:
    return Slip(plain(slip.value), slip.reason, slip.remedy)


def _wrong_heldout(folder: Path, entries: Mapping[str, Any]) -> Iterator[str]:
    for name, entry in entries.items():
        try:
            _HeldOut.model_validate(entry)
        except ValidationError as error:
            yield from (f"HELDOUT: question '{name}': {line}" for line in complaints(error, entry, _HeldOut))
            continue
        problem = problem_with(folder, entry["file"]) or _bad_arrays(folder / entry["file"], len(entry["classes"]))
        if problem:
            yield f"HELDOUT: question '{name}': file '{entry['file']}' {problem}."


def _bad_arrays(path: Path, classes: int) -> str:
    """Why an `.npz` file is not held-out data: `inputs` (n, ...) and whole `labels` (n,) below `classes`."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            inputs, labels = np.shape(arrays["inputs"]), arrays["labels"]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        return f"is not an .npz file ({error}); save it with numpy.savez_compressed"
    except KeyError as error:
        return f"lacks an array ({error}); save `inputs` and `labels`"
    if not inputs or labels.shape != inputs[:1]:
        return f"has {inputs} inputs and {labels.shape} labels; one label for each input is needed"
    if not np.issubdtype(labels.dtype, np.integer) or not labels.size:
        return f"has labels of type {labels.dtype}; they must be whole numbers, at least one"
    if labels.min() < 0 or labels.max() >= classes:
        return f"has labels from {labels.min()} to {labels.max()}; {classes} classes allow 0 to {classes - 1}"
    return ""


def _heldout(folder: Path, entry: Mapping[str, Any]) -> HeldOut:
    path = folder / entry["file"]
    return HeldOut(path=path, sha256=digest(path), classes=tuple(entry["classes"]))
