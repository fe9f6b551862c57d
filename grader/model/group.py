"""Groups of students who submit together."""

from dataclasses import dataclass

from grader.model.student import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of students who submit together.

    Attributes:
        name: Its name.
        members: The students, as the instructor's file names them, in its order; at least one.
        numbers: Position of the member whose individual numbers the group uses; None if the file names none.
    """

    name: str
    members: tuple[Student, ...]
    numbers: int | None = None
