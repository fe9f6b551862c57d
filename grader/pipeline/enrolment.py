"""Who is who: the students of a gradebook found on a roster, never guessed."""

from dataclasses import dataclass
from pathlib import Path

from grader.gradebook.results import Results
from grader.intake.roster import claimed_student, read_roster, source_of
from grader.pipeline.material import CourseExercise
from grader.pipeline.owners import find_people


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What came of looking for everybody on a roster.

    Attributes:
        problems: Who was not found, or fits several, one line each; their marks stay.
        absent: Who is on the roster and has submitted nothing.
    """

    problems: tuple[str, ...]
    absent: tuple[str, ...]


def enrol(course_exercise: CourseExercise, results: Results, roster: Path) -> Enrolled:
    """Find everybody who submitted on a roster, and keep what it says of them for later exports.

    A group is found if one of its members is; members are those that the roster or the platform names, as in an export.

    Raises:
        InputError: The roster cannot be read; or nothing has been graded.
    """
    listed = read_roster(roster)
    book = results.existing(course_exercise.settings, course_exercise.exercise.slug)
    attempts = [of_student[-1] for _, of_student in sorted(book.collected().items())]
    submissions = [attempt.submission for attempt in attempts]
    members = [source_of(submission).members for submission in submissions]
    people = find_people(list(map(claimed_student, submissions)), members, listed, str(roster))
    book.identify({attempt.student: row for attempt, row in zip(attempts, people.rows, strict=True) if row})
    return Enrolled(people.problems, tuple(student.shown for student in people.left))
