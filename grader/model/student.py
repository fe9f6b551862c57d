"""Who a student is, as lists of a class tell."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Student:
    """One student; whatever is not known is empty.

    Attributes:
        id: What the course calls them: a name of a file or folder, or the column `id` of a list by hand.
        name: The whole name, in any order of its parts.
        first_name: Given names, where they are known apart.
        last_name: Family names, where they are known apart.
        email: Address.
        login: Name to log in with.
        sis_id: The institution's number: `SIS User ID` in Canvas, `ID number` in Moodle.
        canvas_id: The number that Canvas gives a user.
        participant: The number that Moodle gives a student in one assignment.
        section: Sections and groups, parted by `, `.
        group: Name of the group that handed in, where this is a group or may be one: Moodle gives both the same form
            of name. Its numbers belong to the group then, and mean nothing without the name.
        label: What to call the student in messages where the name alone does not tell apart two of the same name.
    """

    id: str = ""
    name: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    login: str = ""
    sis_id: str = ""
    canvas_id: str = ""
    participant: str = ""
    section: str = ""
    group: str = field(default="", compare=False)
    label: str = field(default="", compare=False)

    @property
    def full_name(self) -> str:
        """The name as it is written in a line: the whole one, or what its parts give."""
        return self.name or " ".join(part for part in (self.first_name, self.last_name) if part)

    @property
    def groups(self) -> tuple[str, ...]:
        """The sections and groups that the student is in; also all together, since a name may hold a comma."""
        return tuple(name.strip() for name in (self.section, *self.section.split(",")) if name.strip())

    @property
    def shown(self) -> str:
        """What to call the student in a message."""
        return self.label or self.full_name or self.id or self.email or self.login or self.sis_id or self.canvas_id
