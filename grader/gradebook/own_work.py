"""The questions about their own work that students were asked, and their answers. Rows are added, and answered once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from grader.gradebook.database import Database
from grader.gradebook.place import Place
from grader.gradebook.rows import upsert
from grader.gradebook.schema import exercises, own_work, students
from grader.model.own_work import AskedQuestions, OwnFinding, OwnQuestion, OwnWorkResult
from grader.storage import codec

_QUESTIONS = tuple[OwnQuestion, ...]
_FINDINGS = tuple[OwnFinding, ...]


class OwnWorkBook:
    """What the gradebook has about the questions of one exercise.

    Args:
        database: The database.
        place: The exercise.
    """

    def __init__(self, database: Database, place: Place) -> None:
        self._database, self._place = database, place

    def ask(self, question_sets: Sequence[AskedQuestions]) -> None:
        """Store the questions of students who have a mark; questions that are stored already stay as they are."""
        with self._database.writing() as connection:
            exercise = self._place.exercise(connection)
            numbers = self._place.students(connection, {})
            rows = [
                {
                    "exercise_id": exercise,
                    "student_id": numbers[one.student],
                    "code": one.code,
                    "record_key": one.record,
                    "questions": codec.encode_exactly(one.questions).decode(),
                    "points": one.points,
                    "minutes": one.minutes,
                    "asked_at": one.asked_at,
                    "findings": "",
                }
                for one in question_sets
            ]
            if rows:
                upsert(connection, own_work, rows, key=("exercise_id", "student_id", "code"), changed=())

    def open(self, student: str, code: str, at: datetime) -> None:
        """Note when a student first opened their questions in the portal; a later call changes nothing.

        Args:
            student: Name of the student in the gradebook.
            code: Code of the questions.
            at: When, with a time zone.
        """
        with self._database.writing() as connection:
            statement = update(own_work).where(
                own_work.c.exercise_id == self._place.exercise(connection),
                own_work.c.student_id == self._place.students(connection, {})[student],
                own_work.c.code == code,
                own_work.c.opened_at.is_(None),
            )
            connection.execute(statement.values(opened_at=at))

    def answer(self, result: OwnWorkResult) -> bool:
        """Store the answers of a student.

        Returns:
            Whether they count: only the first answers to the same questions do, because reports then explain them.
        """
        with self._database.writing() as connection:
            exercise = self._place.exercise(connection)
            student = self._place.students(connection, {})[result.question_set.student]
            statement = update(own_work).where(
                own_work.c.exercise_id == exercise,
                own_work.c.student_id == student,
                own_work.c.code == result.question_set.code,
                own_work.c.findings == "",
            )
            values = {
                "findings": codec.encode_exactly(result.findings).decode(),
                "answered_at": result.answered_at,
            }
            return connection.execute(statement.values(values)).rowcount == 1

    def all(self, *names: str) -> list[OwnWorkResult]:
        """All questions that were ever asked, with their answers, in the order in which they were asked.

        Args:
            *names: Students; none: all.
        """
        query = (
            select(own_work, students.c.name)
            .join(students, students.c.id == own_work.c.student_id)
            .join(exercises, exercises.c.id == own_work.c.exercise_id)
            .order_by(own_work.c.asked_at, own_work.c.id)
        )
        with self._database.reading() as connection:
            return [_result(row) for row in connection.execute(self._place.only(query, names or None))]

    def about(self, student: str, record: str) -> OwnWorkResult | None:
        """The questions that a student was asked about one attempt, with their answers; None if there are none.

        Args:
            student: Name of the student in the gradebook.
            record: Key of the attempt's record.
        """
        return next((result for result in self.all(student) if result.question_set.record == record), None)

    def latest(self) -> Mapping[str, OwnWorkResult]:
        """Student -> the questions that were asked last, with their answers."""
        return {result.question_set.student: result for result in self.all()}


def _result(row: Row[Any]) -> OwnWorkResult:
    answered_at: datetime | None = row.answered_at
    questions: tuple[OwnQuestion, ...] = codec.decode(_QUESTIONS, row.questions)
    return OwnWorkResult(
        question_set=AskedQuestions(
            student=row.name,
            record=row.record_key,
            code=row.code,
            questions=questions,
            points=row.points,
            minutes=row.minutes,
            asked_at=row.asked_at,
            opened_at=row.opened_at,
        ),
        findings=codec.decode(_FINDINGS, row.findings) if row.findings else (),
        answered_at=answered_at,
    )
