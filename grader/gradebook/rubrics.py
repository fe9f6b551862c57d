"""The rubric items of an exercise. Each change of an item adds a row, so its history stays."""

from dataclasses import replace

from sqlalchemy import Connection, func, insert, select

from grader.gradebook.database import Database
from grader.gradebook.place import Place
from grader.gradebook.schema import exercises, rubric_items
from grader.model.adjustment import AppliedItem
from grader.model.rubric import Rubric, RubricItem

_COLUMNS = ("number", "version", "place", "points", "text", "is_offered", "author", "reason", "at")


class Rubrics:
    """The rubric items of one exercise.

    Args:
        database: The database.
        place: The exercise.
    """

    def __init__(self, database: Database, place: Place) -> None:
        self._database, self._place = database, place

    def add(self, item: RubricItem) -> RubricItem:
        """Add an item, or a version of one, and return it as it is stored.

        Args:
            item: The item; with number 0, it gets the next number. Its version always becomes the next one. If the
                same new item can be applied already, that one is returned: a form may be sent twice.
        """
        with self._database.writing() as connection:
            exercise = self._place.exercise(connection)
            # PostgreSQL gives one number to items that two people add at once, unless the first locks the exercise.
            connection.execute(select(exercises.c.id).where(exercises.c.id == exercise).with_for_update(key_share=True))
            here = rubric_items.c.exercise_id == exercise
            if not item.number:
                for present in self._read(connection, exercise).of_place(item.place):
                    if (present.points, present.text) == (item.points, item.text):
                        return present
            number = item.number
            if not number:
                highest = connection.execute(select(func.max(rubric_items.c.number)).where(here)).scalar()
                number = (highest or 0) + 1
            of_item = select(func.max(rubric_items.c.version)).where(here, rubric_items.c.number == number)
            version = (connection.execute(of_item).scalar() or 0) + 1
            stored = replace(item, number=number, version=version)
            row = {name: getattr(stored, name) for name in _COLUMNS}
            connection.execute(insert(rubric_items).values(row | {"exercise_id": exercise}))
        return stored

    def read(self) -> Rubric:
        """All items in all their versions."""
        with self._database.reading() as connection:
            exercise = self._place.known_exercise(connection)
            return self._read(connection, exercise) if exercise is not None else Rubric({})

    def _read(self, connection: Connection, exercise: int) -> Rubric:
        query = select(rubric_items).where(rubric_items.c.exercise_id == exercise).order_by(rubric_items.c.id)
        rows = connection.execute(query).all()
        items = [RubricItem(**{name: getattr(row, name) for name in _COLUMNS}) for row in rows]
        return Rubric({item.applied: item for item in items})


def items_column(items: tuple[AppliedItem, ...]) -> str:
    """Applied items as a column has them: `3.1 5.2` for the first version of item 3 and the second one of item 5."""
    return " ".join(f"{item.number}.{item.version}" for item in items)


def items_of_column(text: str) -> tuple[AppliedItem, ...]:
    """The applied items of a column."""
    pairs = (word.split(".") for word in text.split())
    return tuple(AppliedItem(int(number), int(version)) for number, version in pairs)
