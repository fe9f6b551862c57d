"""Documents of the commands for authors and students, and for this machine."""

from collections.abc import Mapping
from typing import TypedDict


class Files(TypedDict):
    """The files that the command wrote.

    Attributes:
        files: The paths of the files.
    """

    files: tuple[str, ...]


class DemoMark(TypedDict):
    """The mark of one case.

    Attributes:
        exercise: Name of the exercise.
        submission: Name of the case.
        points: Points that the case earns.
        max_points: Points of the exercise.
        outcome: How the run ended, such as `completed`.
    """

    exercise: str
    submission: str
    points: float
    max_points: float
    outcome: str


class Demo(TypedDict):
    """The demo class.

    Attributes:
        marks: The mark of each case.
        surprises: One line for each difference from an expected mark.
        dashboard: Path of the page about all exercises.
    """

    marks: tuple[DemoMark, ...]
    surprises: tuple[str, ...]
    dashboard: str


class ListedExercise(TypedDict):
    """One exercise of the course.

    Attributes:
        exercise: Name of the exercise.
        points: Points for all questions together.
        questions: Number of questions.
        valid: Whether `grade` accepts the exercise.
        lecture: The lecture that the exercise belongs to.
        problems: One line for each problem.
        missing_data: Questions that cannot be marked on this machine, because their held-out data are missing.
    """

    exercise: str
    points: float
    questions: int
    valid: bool
    lecture: str
    problems: tuple[str, ...]
    missing_data: tuple[str, ...]


class Listing(TypedDict):
    """The exercises of the course.

    Attributes:
        exercises: Each exercise.
        problems: One line for each problem with the settings of the course.
        missing: One line for each package or data set that this machine lacks.
    """

    exercises: tuple[ListedExercise, ...]
    problems: tuple[str, ...]
    missing: tuple[str, ...]


class ImportedCell(TypedDict):
    """One cell of a notebook of another grader.

    Attributes:
        exercise: Name of the exercise.
        cell: The cell.
        points: Points of the cell, as text.
        taken_as: How the cell was converted.
        read: Tests whose expected values are now in `key.py`.
        weaker: Tests that `observe.py` makes itself.
        decide: The decision that a person must make.
    """

    exercise: str
    cell: str
    points: str
    taken_as: str
    read: str
    weaker: str
    decide: str


class CourseImport(TypedDict):
    """An imported course.

    Attributes:
        cells: Each cell of each exercise.
        notes: Further decisions that a person must make, one line each.
        summary: One sentence about all cells.
        report: Path of the file with the same information.
    """

    cells: tuple[ImportedCell, ...]
    notes: tuple[str, ...]
    summary: str
    report: str


class SolutionMarks(TypedDict):
    """The points of one solution.

    Attributes:
        exercise: Name of the exercise.
        points: Points that the solution earns.
        max_points: Points of all questions that the grader marks.
        by_hand: Points of all questions that need manual grading.
        problems: One line for each problem.
    """

    exercise: str
    points: float
    max_points: float
    by_hand: float
    problems: tuple[str, ...]


class CheckedExercise(TypedDict):
    """The points of one solution, and the marks of the cases.

    Attributes:
        exercise: Name of the exercise.
        points: Points that the solution earns.
        max_points: Points of all questions that the grader marks.
        by_hand: Points of all questions that need manual grading.
        problems: One line for each problem with the solution.
        cases: Number of cases.
        differences: One line for each difference from an expected mark.
    """

    exercise: str
    points: float
    max_points: float
    by_hand: float
    problems: tuple[str, ...]
    cases: int
    differences: tuple[str, ...]


class ReferenceModel(TypedDict):
    """One reference model.

    Attributes:
        name: Name of the model.
        layers: Number of layers.
        parameters: Number of parameters.
    """

    name: str
    layers: int
    parameters: int


class Facts(TypedDict):
    """The reference models of the course.

    Attributes:
        models: Each model.
        file: Path of the file with the tables.
    """

    models: tuple[ReferenceModel, ...]
    file: str


class StoppedCell(TypedDict):
    """A cell that stopped.

    Attributes:
        cell: Number of the code cell, from 1.
        error: The error.
    """

    cell: int
    error: str


class CheckedAnswer(TypedDict):
    """The form of one answer.

    Attributes:
        question: Title of the question.
        problem: What is wrong with the form of the answer; empty if nothing is.
    """

    question: str
    problem: str


class CheckedNotebook(TypedDict):
    """The result of a check, without whether the answers are correct.

    Attributes:
        exercise: Title of the exercise.
        ready: Whether the notebook is ready to submit.
        errors: Each cell that stopped.
        answers: Each question.
        remarks: Further tasks for the student, one line each.
        notes: Further information, one line each.
    """

    exercise: str
    ready: bool
    errors: tuple[StoppedCell, ...]
    answers: tuple[CheckedAnswer, ...]
    remarks: tuple[str, ...]
    notes: tuple[str, ...]


class Feature(TypedDict):
    """A part of the isolation.

    Attributes:
        feature: Name of the part.
        present: Whether this machine has it.
        needed: Whether the sandbox needs it.
        protects_from: The danger that the part protects from.
        remedy: How to install or enable the part.
    """

    feature: str
    present: bool
    needed: bool
    protects_from: str
    remedy: str


class PortalPart(TypedDict):
    """A part of a portal that runs as a service.

    Attributes:
        part: Its name.
        works: Whether it works.
        fact: Its state, and what to do if it does not work.
    """

    part: str
    works: bool
    fact: str


class MachineState(TypedDict):
    """This machine.

    Attributes:
        isolation: The level of isolation.
        features: Each part of it.
        versions: Name of a package -> its version.
        course: Path of the course.
        missing: One line for each package or data set of the course that this machine lacks.
        portal: Each part of the portal; empty without `--config`.
    """

    isolation: str
    features: tuple[Feature, ...]
    versions: Mapping[str, str]
    course: str
    missing: tuple[str, ...]
    portal: tuple[PortalPart, ...]


class ImageClass(TypedDict):
    """One class of images.

    Attributes:
        name: Name of the class.
        training: Number of images to train with.
        validation: Number of images for validation.
        held_out: Number of images that are held out.
    """

    name: str
    training: int
    validation: int
    held_out: int


class ImageIssue(TypedDict):
    """A problem that several images have.

    Attributes:
        count: Number of images.
        fact: The problem.
        action: What the command did about it.
    """

    count: int
    fact: str
    action: str


class ImportedPictures(TypedDict):
    """Imported images.

    Attributes:
        classes: Each class.
        issues: Each problem.
        files: Paths of the files.
    """

    classes: tuple[ImageClass, ...]
    issues: tuple[ImageIssue, ...]
    files: tuple[str, ...]


class DataSetState(TypedDict):
    """One data set.

    Attributes:
        name: Its name.
        state: Where it is, and which exercises need it.
        is_here: Whether it is on this machine.
    """

    name: str
    state: str
    is_here: bool


class DataSets(TypedDict):
    """The data sets on this machine and those of the course.

    Attributes:
        datasets: Each data set.
    """

    datasets: tuple[DataSetState, ...]


class ConceptProgress(TypedDict):
    """How far somebody is with a concept of the course.

    Attributes:
        concept: Name of the concept.
        title: Title of the concept.
        stage: `new`, `learning`, `mastered` or `due`.
        probability: Probability that they know it, from 0 to 1.
        answers: Number of answers.
        due: When to practise it again, as ISO 8601; empty unless it is mastered or due.
    """

    concept: str
    title: str
    stage: str
    probability: float
    answers: int
    due: str
