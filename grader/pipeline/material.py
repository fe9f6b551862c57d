"""What the pipeline reads of a course: an exercise with its settings, or all that marking it needs."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from grader.assess import heldout
from grader.course.answer_key import Keys
from grader.course.concepts import trained_concepts
from grader.course.layout import Course, is_named
from grader.course.repairs import read_repairs
from grader.course.specification import read_exercise
from grader.course.variants import ReleasedVariants, course_secret
from grader.errors import InputError
from grader.intake import notebooks, recognition
from grader.intake.groups_file import read_groups
from grader.marks.held_out_copies import Copies
from grader.model.course_settings import CourseSettings
from grader.model.exercise import Exercise
from grader.model.group import Group
from grader.model.job import Observation
from grader.model.key import AnswerKey
from grader.model.preparation import UNPREPARED, Preparation
from grader.model.repair import Repair
from grader.pipeline.code_digest import own_code_digest
from grader.pipeline.language import language_of, texts_of, translated
from grader.pipeline.other_exercise import released_notebooks, titles
from grader.pipeline.preparing import prepare
from grader.text.language import Language, say, speaking
from grader.validity import altered_questions, read_valid, read_valid_settings

GROUPS = "groups.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseExercise:
    """An exercise with the settings of its course: enough for commands that only read results.

    Attributes:
        settings: The settings of the whole course.
        language: The language of reports and of the pages of the class, with the course's own texts.
        exercise: The questions, in that language.
    """

    settings: CourseSettings
    language: Language
    exercise: Exercise


@dataclass(frozen=True, slots=True, kw_only=True)
class Material(CourseExercise):
    """All that marking an exercise needs.

    Attributes:
        key: The key of the common numbers.
        keys: The keys of all students.
        given_out: Which student was given which numbers.
        heldout: Question id -> held-out data.
        observations: Name -> the code that looks at what a notebook left behind.
        shown_numbers: The names of the drawn numbers that students see in a notebook.
        released: File name -> each notebook that students were given.
        all_released: The notebooks of all exercises of the course.
        titles: Slug -> title of each of them.
        copies: Question id -> what finds its held-out data in a file; empty where no files are handed in.
        secret: Gives the secret of the course, for pseudonyms; it is made when it is first asked for. None where
            students have no pseudonyms.
        preparation: What the sandbox is furnished with.
        repairs: Lines that staff replace in notebooks before they run.
        groups: The groups of students who submit together.
        concepts: Question id -> titles of the concepts that it trains, in the language of the reports.
        missing_data: Names of data sets of the course that are not on this machine.
        digest: SHA-256 of the files of the exercise and of the grader: what marks and pages follow from, submissions
            aside.
    """

    key: AnswerKey
    keys: Keys
    given_out: ReleasedVariants
    heldout: dict[str, heldout.HeldOutData]
    observations: dict[str, Observation]
    shown_numbers: frozenset[str]
    released: dict[str, notebooks.Notebook]
    all_released: recognition.ReleasedNotebooks
    titles: dict[str, str]
    copies: dict[str, Copies]
    secret: Callable[[], bytes] | None
    digest: str
    preparation: Preparation = UNPREPARED
    missing_data: tuple[str, ...] = ()
    concepts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    repairs: tuple[Repair, ...] = ()
    groups: tuple[Group, ...] = ()

    def key_of(self, student: str, cells: Iterable[str] = ()) -> AnswerKey:
        """The key for the numbers that this student was given; see `ReleasedVariants.variant`."""
        return self.keys.key(self.given_out.variant(student, cells).seed) if self.keys.has_variants else self.key


def load_exercise(course: Course, slug: str) -> CourseExercise:
    """Read an exercise and the settings of its course, without its key and its held-out data; changes nothing.

    Raises:
        InputError: If there is no such exercise, or no such language as the course asks for.
        SpecificationError: If the settings or `exercise.toml` are not valid; one line for each problem.
    """
    settings = read_valid_settings(course)
    language = language_of(course, settings)
    exercise = read_exercise(course, slug)
    with speaking(language):
        return CourseExercise(settings=settings, language=language, exercise=translated(exercise))


def load(course: Course, slug: str) -> Material:
    """Read an exercise, its key and its held-out data; changes nothing.

    Raises:
        InputError: If there is no such exercise, or no such language as the course asks for.
        SpecificationError: If something in it is not valid; one line for each problem.
    """
    settings = read_valid_settings(course)
    language = language_of(course, settings)
    valid = read_valid(course, slug)
    exercise, key = valid.exercise, valid.key
    altered = altered_questions(exercise)
    data = {question: heldout.load(held, question in altered) for question, held in key.heldout.items()}
    released = {name: notebooks.parse(content) for name, content in valid.released.items()}
    copies = {question: Copies(held.inputs) for question, held in data.items() if exercise.hand_in.files}
    named = exercise.leaderboard is not None and exercise.leaderboard.pseudonyms
    preparation, missing_data = prepare(settings, exercise)
    with speaking(language):
        in_language = translated(exercise)
        concepts = _in_current_language(valid.concepts)
    return Material(
        settings=settings,
        language=language,
        exercise=in_language,
        key=key,
        keys=valid.keys,
        given_out=valid.given_out,
        heldout=data,
        observations=valid.observations,
        shown_numbers=valid.shown_numbers,
        released=released,
        all_released=released_notebooks(course, {slug: notebooks.one_after_another(released.values())}),
        titles=titles(course),
        copies=copies,
        secret=partial(course_secret, course, make=True) if named else None,
        digest=_digest(course, settings.language, exercise, key, concepts),
        preparation=preparation,
        missing_data=missing_data,
        concepts=concepts,
        repairs=read_repairs(course, slug),
        groups=groups_of(course, slug),
    )


def titles_of_concepts(course: Course, slug: str) -> dict[str, tuple[str, ...]]:
    """Question id -> titles of the concepts that it trains, in the current language; see `trained_concepts`."""
    return _in_current_language(trained_concepts(course, slug))


def _in_current_language(concepts: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """The same concepts with titles in the current language."""
    return {question: tuple(map(say, titles)) for question, titles in concepts.items()}


def groups_of(course: Course, slug: str) -> tuple[Group, ...]:
    """The groups of an exercise: those of `solutions/SLUG/groups.csv`, or else of `solutions/groups.csv`.

    Raises:
        InputError: The file cannot be read, or contradicts itself.
    """
    for path in (course.solution_folder(slug) / GROUPS, course.solutions / GROUPS):
        if is_named(path):
            try:
                return read_groups(path)
            except InputError as error:
                raise InputError(str(error).replace(str(path), course.shown(path))) from error
    return ()


def notebook_digest(course: Course, slug: str) -> str:
    """SHA-256 of the files that notebooks with individual numbers are drawn from, but for the list of students."""
    files = [course.exercise_folder(slug) / "exercise.toml", course.facts]
    files += [path for path in sorted(course.solution_folder(slug).iterdir()) if path.suffix in (".py", ".ipynb")]
    digest = hashlib.sha256(own_code_digest().encode())
    for path in files:
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


def _digest(
    course: Course, language: str, exercise: Exercise, key: AnswerKey, concepts: Mapping[str, tuple[str, ...]]
) -> str:
    """What marks and pages follow from, as far as files tell: `regrade` asks nothing of it."""
    slug = exercise.slug
    staff = course.solution_folder(slug)
    paths = [course.exercise_folder(slug) / "exercise.toml"]
    paths += [course.solution_notebook(slug, name) for name in exercise.notebooks]
    paths += [path for path in sorted(staff.glob("*.py")) if path.name != "make_data.py"]
    optional = [course.facts, staff / "variants.csv", course.exercises / "course.toml"]
    optional += [folder / f"{language}.po" for folder in texts_of(course)]
    paths += [path for path in optional if path.exists()]
    known = sorted((question, held.sha256) for question, held in key.heldout.items())
    public = sorted(file.sha256 for file in exercise.files)
    digest = hashlib.sha256(f"{own_code_digest()} {language} {known} {public} {sorted(concepts.items())}".encode())
    for path in paths:
        digest.update(path.read_bytes())
    return digest.hexdigest()
