"""solutions/<slug>/key.py, held-out data and reference models -> AnswerKey."""

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from grader.course.data_files import MISSING, digest, problem_with
from grader.course.key_module import KeyModule
from grader.course.layout import Course
from grader.course.variants import COMMON
from grader.errors import SpecificationError
from grader.model.exercise import Exercise
from grader.model.key import AnswerKey, Call, HeldOut, Slip
from grader.model.mistakes import Erring, Method
from grader.model.needs import Needs
from grader.model.precision import Precision
from grader.model.record import ModelTable
from grader.storage.answer_data import checked_answer
from grader.text.complaints import complaints
from grader.text.messages import Text
from grader.text.suggestions import suggestion

_MOST_DRAWS = 200
_TABLES = ("answers", "slips", "calls", "methods", "choices")
_TABLE = TypeAdapter(ModelTable)
NO_NEEDS: Mapping[str, Needs] = {}
"""Of whoever reads a key without asking whether it has all that the questions need."""


class _HeldOut(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    file: str = Field(min_length=1)
    classes: Annotated[list[str], Field(min_length=1)] | None = None
    exercise: str = ""
    optional: bool = False


class Keys:
    """The answer keys of an exercise: one for each student where numbers are drawn, else the same for all.

    Args:
        course: The course that the exercise belongs to.
        exercise: Its questions tell what a key has to hold.
        needs: What the kinds of questions need of a key, by their names. Kinds that it does not name are not checked.

    Raises:
        SpecificationError: The key does not run, an answer is missing or belongs to no question,
            held-out data are not usable, a reference model is unknown; one line for each.
    """

    def __init__(self, course: Course, exercise: Exercise, needs: Mapping[str, Needs] = NO_NEEDS) -> None:
        folder = course.solution_folder(exercise.slug)
        self._place = course.shown(folder / "key.py")
        self._exercise = exercise
        self._needs = {each.id: needs[each.kind] for each in exercise.questions if each.kind in needs}
        self._module = KeyModule(folder / "key.py", self._place)
        self._references = read_references(course)
        entries = self._module.constant("HELDOUT")
        self._stop_at([*_needless_heldout(exercise, entries, self._needs), *_wrong_heldout(folder, entries)])
        self._not_here = frozenset(name for name, entry in entries.items() if _is_not_here(folder, entry))
        self._heldout = {name: _heldout(folder, entries[name]) for name in entries if name not in self._not_here}

    @property
    def has_variants(self) -> bool:
        """Whether each student has numbers of their own."""
        return self._module.has_variants

    @property
    def not_here(self) -> frozenset[str]:
        """The questions that are not marked here, since their held-out data may not be given away."""
        return self._not_here

    def key(self, seed: str = COMMON) -> AnswerKey:
        """The key for the numbers that follow from a seed.

        Numbers for which a slip would count as right are drawn again.

        Raises:
            SpecificationError: See above; or no numbers were found for which all slips are wrong.
        """
        for attempt in range(_MOST_DRAWS if self.has_variants else 1):
            given = self._module.draw(f"{seed}:{attempt}")
            found = {name: self._module.table(name, given) for name in _TABLES}
            if not self.has_variants or not any(_collisions(self._exercise, found)):
                common = {} if seed == COMMON or not self.has_variants else self._common
                return self._checked(given, found, common)
        raise SpecificationError(
            f"{self._place}: draw(): in {_MOST_DRAWS} draws a slip was always right as well: "
            f"{', '.join(_collisions(self._exercise, found))}; draw other numbers or take the slip out."
        )

    @cached_property
    def _common(self) -> Mapping[str, Any]:
        """The answers for the common numbers."""
        return self.key().answers

    def _checked(
        self, given: Mapping[str, Any], found: Mapping[str, dict[str, Any]], common: Mapping[str, Any]
    ) -> AnswerKey:
        self._stop_at(
            [
                *_wrong_names(self._exercise, found, {*self._heldout, *self._not_here}),
                *_missing(self._exercise, found, {*self._heldout, *self._not_here}, self._needs),
                *_wrong_answers(found["answers"], self._references, self._needs),
                *_wrong_slips(found["slips"]),
                *_wrong_calls(found["calls"]),
                *_wrong_methods(found["methods"]),
                *_wrong_choices(self._exercise, found["choices"]),
            ]
        )
        return AnswerKey(
            answers={name: checked_answer(value) for name, value in found["answers"].items()},
            slips={name: tuple(map(_plain_slip, slips)) for name, slips in found["slips"].items()},
            heldout=self._heldout,
            references=self._references,
            calls={name: tuple(map(_plain_call, calls)) for name, calls in found["calls"].items()},
            numbers=given,
            follow_on=self._module.follow_on(given),
            not_here=self._not_here | frozenset(_unknown(self._exercise, found["answers"])),
            methods={name: _method(work) for name, work in found["methods"].items()},
            choices=found["choices"],
            common=common,
        )

    def _stop_at(self, problems: Iterable[str]) -> None:
        if lines := [f"{self._place}: {problem}" for problem in problems]:
            raise SpecificationError("\n".join(lines))


def read_key(course: Course, exercise: Exercise, needs: Mapping[str, Needs] = NO_NEEDS) -> AnswerKey:
    """The key of the common numbers; see `Keys`."""
    return Keys(course, exercise, needs).key()


def read_references(course: Course) -> dict[str, ModelTable]:
    """Read the layer tables of the reference models: name -> table; empty without `facts.json`.

    Raises:
        SpecificationError: The file is not JSON, or a table has another form.
    """
    if not course.facts.exists():
        return {}
    return dict(_references(course.facts.read_bytes(), course.shown(course.facts)))


@lru_cache(maxsize=1)  # all exercises of a course have the same
def _references(content: bytes, place: str) -> dict[str, ModelTable]:
    try:
        return {name: _TABLE.validate_python(fact["table"]) for name, fact in json.loads(content).items()}
    except ValidationError as error:
        first = error.errors()[0]
        path = ".".join(str(step) for step in first["loc"])
        raise SpecificationError(f"{place}: {path}: {first['msg']}; make the file again.") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SpecificationError(f"{place}: is not a file of layer tables ({error}); make it again.") from error


def _collisions(exercise: Exercise, found: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    """The questions with a slip that counts as right, as it is or rounded as far as the question lets one round."""
    for question in exercise.questions:
        right, exact = checked_answer(found["answers"].get(question.id)), Precision.of(question.options)
        slips = [checked_answer(slip.value) for slip in found["slips"].get(question.id, ())]
        if any(exact.takes(slip, right) or exact.takes_rounded(slip, right) for slip in slips):
            yield question.id


def _wrong_names(exercise: Exercise, found: Mapping[str, Any], heldout: set[str]) -> Iterator[str]:
    """Answers, slips, calls and held-out data that belong to no question."""
    kinds = {question.id: question.kind for question in exercise.questions}
    tables = {f"{table}()": found[table] for table in _TABLES}
    for where, names in (*tables.items(), ("HELDOUT", heldout)):
        for name in names:
            if name not in kinds:
                yield f"{where}: '{name}' is no question of exercises/{exercise.slug}; {suggestion(name, kinds)}."


def _missing(
    exercise: Exercise, found: Mapping[str, Any], heldout: set[str], needs: Mapping[str, Needs]
) -> Iterator[str]:
    """Answers, calls and held-out data that a question needs and that are not there."""
    kinds = {question.id: question.kind for question in exercise.questions}
    for name, need in needs.items():
        kind = kinds[name]
        if need.answer and name not in found["answers"]:
            yield f"answers(): question '{name}' has no answer; add its expected value."
        if need.answer and not need.may_be_unknown and found["answers"].get(name, name) is None:
            yield f"answers(): question '{name}' of kind '{kind}' has None for an answer; give its expected value."
        if need.calls and not found["calls"].get(name):
            yield f"calls(): question '{name}' of kind '{kind}' has no calls; add [Call(arguments, expected), ...]."
        if need.heldout and name not in heldout:
            yield f"HELDOUT: question '{name}' of kind '{kind}' has no held-out data; add its file and classes."


def _wrong_answers(
    answers: Mapping[str, Any], references: Mapping[str, ModelTable], needs: Mapping[str, Needs]
) -> Iterator[str]:
    for name, value in answers.items():
        if problem := _not_plain(value) or _no_reference(needs.get(name), value, references):
            yield f"answers(): question '{name}': {problem}."


def _not_plain(value: Any) -> str:
    try:
        json.dumps(checked_answer(value), allow_nan=False)
    except TypeError as error:
        return str(error)
    except ValueError:
        return "holds NaN or an infinite number; give numbers that can be compared"
    return ""


def _no_reference(need: Needs | None, value: Any, references: Mapping[str, ModelTable]) -> str:
    if need is None or not need.reference or value in references:
        return ""
    known = suggestion(str(value), references)
    return f"'{value}' is not a model of reference_models/facts.json; {known}, or run `grader facts` to describe it"


def _unknown(exercise: Exercise, answers: Mapping[str, Any]) -> Iterator[str]:
    """The questions for which it is not known what is right: their answer is None."""
    for question in exercise.questions:
        if question.id in answers and answers[question.id] is None:
            yield question.id


def _wrong_slips(slips: Mapping[str, Any]) -> Iterator[str]:
    for name, listed in slips.items():
        if not isinstance(listed, (list, tuple)) or not all(isinstance(slip, Slip) for slip in listed):
            yield f"slips(): question '{name}': is no list of Slip; give [Slip(value, reason, remedy), ...]."
            continue
        for number, slip in enumerate(listed, start=1):
            if problem := _not_plain(slip.value) or _not_text(slip):
                yield f"slips(): question '{name}': slip {number}: {problem}."


def _not_text(slip: Slip) -> str:
    """Why a slip says nothing to a student; a plain string does, in a course that has one language."""
    for name, text in (("reason", slip.reason), ("remedy", slip.remedy)):
        if not isinstance(text, Text):
            return f"{name} is a {type(text).__name__}; give a sentence, such as message('The biases are missing.')"
    return ""


def _wrong_calls(calls: Mapping[str, Any]) -> Iterator[str]:
    for name, listed in calls.items():
        if not isinstance(listed, (list, tuple)) or not all(isinstance(call, Call) for call in listed):
            yield f"calls(): question '{name}': is no list of Call; give [Call(arguments, expected), ...]."
            continue
        for number, call in enumerate(listed, start=1):
            if problem := _not_plain([call.arguments, call.expected, [slip.value for slip in call.slips]]):
                yield f"calls(): question '{name}': call {number}: {problem}."
            for slip in call.slips:
                if problem := _not_text(slip):
                    yield f"calls(): question '{name}': call {number}: {problem}."


def _wrong_methods(methods: Mapping[str, Any]) -> Iterator[str]:
    for name, work in methods.items():
        if not callable(work):
            yield f"methods(): question '{name}': is not a function; give one that takes the mistakes that it makes."


def _wrong_choices(exercise: Exercise, listed: Mapping[str, Any]) -> Iterator[str]:
    questions = {question.id: question for question in exercise.questions}
    for name, told in listed.items():
        known = questions[name].options.get("choices", {}) if name in questions else {}
        if not isinstance(told, dict) or not all(isinstance(text, Text) and text for text in told.values()):
            yield f"choices(): question '{name}': is not a dict from choices to sentences; give {{'a': 'Why.'}}."
            continue
        for choice in told:
            if name in questions and choice not in known:
                yield f"choices(): question '{name}': '{choice}' is no choice; {suggestion(choice, known)}."


def _method(work: Callable[[Erring], Any]) -> Method:
    def worked(erring: Erring) -> Any:
        with np.errstate(all="ignore"):  # a mistake may lead to NaN, which no answer equals
            return checked_answer(work(erring))

    return Method(worked)


def _plain_call(call: Call) -> Call:
    return Call(
        tuple(map(checked_answer, call.arguments)), checked_answer(call.expected), tuple(map(_plain_slip, call.slips))
    )


def _plain_slip(slip: Slip) -> Slip:
    return Slip(checked_answer(slip.value), slip.reason, slip.remedy)


def _needless_heldout(exercise: Exercise, entries: Iterable[str], needs: Mapping[str, Needs]) -> Iterator[str]:
    kinds = {question.id: question.kind for question in exercise.questions}
    for name in entries:
        if name in needs and not needs[name].heldout:
            yield f"HELDOUT: question '{name}' is of kind '{kinds[name]}', which uses none; take the entry out."


def _wrong_heldout(folder: Path, entries: Mapping[str, Any]) -> Iterator[str]:
    for name, entry in entries.items():
        try:
            _HeldOut.model_validate(entry)
        except ValidationError as error:
            yield from (f"HELDOUT: question '{name}': {line}" for line in complaints(error, entry, _HeldOut))
            continue
        if _is_not_here(folder, entry):
            continue
        owner = _owner(folder, entry)
        problem = problem_with(owner, entry["file"]) or _bad_arrays(owner / entry["file"], entry.get("classes"))
        if problem:
            yield f"HELDOUT: question '{name}': file '{entry['file']}' {problem}."


def _bad_arrays(path: Path, classes: Sequence[str] | None) -> str:
    """Why an `.npz` file is not held-out data: `inputs` (n, ...), whole `labels` (n,) below the number of `classes`."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            inputs, labels = np.shape(arrays["inputs"]), arrays["labels"]
            named = np.asarray(arrays["classes"] if classes is None else classes)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        return f"is not an .npz file ({error}); save it with numpy.savez_compressed"
    except KeyError as error:
        what = "`inputs` and `labels`" if "classes" not in str(error) else "`classes`, or name them in HELDOUT"
        return f"lacks an array ({error}); save {what}"
    if named.ndim != 1 or named.dtype.kind != "U" or not named.size:
        return f"has `classes` of shape {named.shape} and type {named.dtype}; they must be a list of texts"
    if not inputs or labels.shape != inputs[:1]:
        return f"has {inputs} inputs and {labels.shape} labels; one label for each input is needed"
    if not np.issubdtype(labels.dtype, np.integer) or not labels.size:
        return f"has labels of type {labels.dtype}; they must be whole numbers, at least one"
    if labels.min() < 0 or labels.max() >= named.size:
        return f"has labels from {labels.min()} to {labels.max()}; {named.size} classes allow 0 to {named.size - 1}"
    return ""


def _is_not_here(folder: Path, entry: Mapping[str, Any]) -> bool:
    """Whether held-out data are missing that need not be there, since the course may not give them away."""
    return bool(entry.get("optional")) and problem_with(_owner(folder, entry), entry["file"]).startswith(MISSING)


def _owner(folder: Path, entry: Mapping[str, Any]) -> Path:
    """The folder of the solution that a held-out file belongs to, which several exercises may use."""
    return folder.parent / Path(entry.get("exercise") or folder.name).name


def _heldout(folder: Path, entry: Mapping[str, Any]) -> HeldOut:
    path = _owner(folder, entry) / entry["file"]
    return HeldOut(path=path, sha256=digest(path), classes=_classes(path, entry))


def _classes(path: Path, entry: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the classes: as in the key, else as in the file."""
    if entry.get("classes") is not None:
        return tuple(entry["classes"])
    with np.load(path, allow_pickle=False) as arrays:
        return tuple(map(str, arrays["classes"]))
