"""The owner of a file, from the forms of name that learning platforms and people give submissions.

Canvas       <lastfirst>[_LATE]_<user id>_<attachment id>_<original name>
             [LATE_]anon_<id>_<attachment id>_<original name>                 where the names are hidden
             <lastfirst>[_LATE]_<user id>_text.html, ..._link.html           what was typed into a form
Moodle       <Full Name>_<number>_assignsubmission_file[_]/<original name>   the name and number may be a group's
             <Full Name>_<number>_assignsubmission_file_<original name>      in one folder, as some versions write it
nbgrader     <student>+<assignment>+<time>+<random>/<notebook>.ipynb          the folder `inbound` of its exchange
Blackboard   <Assignment>_<login>_attempt_<time>_<original name>, and a .txt for each attempt
Brightspace  <id>-<id> - <Full Name> - <time>/<original name>, or flat: ... - <original name>
ILIAS        <Last>_<First>_<login>_<id>/<original name>, in a folder `Team <number>` for a team
Gradescope   submission_<id>/<original name>, and submission_metadata.yml beside them
Open edX     [<number>] - <login or anonymous id> - <original name>              responses with files
             <login>_<digest of the file><ending>                                staff graded
by hand      <student>.ipynb, or <student>/<any name>.ipynb

Only the first part of a path is the platform's. The student named everything behind it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath

from grader.intake.entries import NOTEBOOK
from grader.intake.names import composed
from grader.intake.timestamps import read_twelve_hours
from grader.model.student import Student
from grader.model.submission import Platform, Who
from grader.text.messages import Text, message

_CANVAS = re.compile(
    # word characters as Ruby has them: also the marks that many scripts put above and below letters
    r"(?P<name>[^\s\x00-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\x7f]+?)(?P<late>_LATE)?_(?P<number>[1-9][0-9]*)"
    r"_(?:(?P<attachment>[1-9][0-9]+)_(?P<file>.+)|(?P<text>text|link)(?:\.html)?)",
    re.DOTALL,
)
_ANONYMOUS = re.compile(
    r"(?P<late>LATE_)?anon_(?P<number>[A-Za-z0-9]+)"
    r"_(?:(?P<attachment>[1-9][0-9]+)_(?P<file>.+)|(?P<text>text|link)(?:\.html)?)",
    re.DOTALL,
)
_MOODLE = re.compile(
    r"(?P<name>.+?)(?:_(?P<number>[0-9]+))?_assignsubmission_(?P<kind>[a-z0-9]+)(?:_(?P<file>.*))?", re.DOTALL
)
_MOODLE_MARK = re.compile(r"_assignsubmission_(?:file|onlinetext)")
_BLACKBOARD_MARK = re.compile(r"_attempt_[0-9]{4}(?:-[0-9]{2}){5}")
_BLACKBOARD = re.compile(
    r"(?P<before>.+?)_attempt_(?P<at>[0-9]{4}(?:-[0-9]{2}){5})(?:_(?P<file>.+)|(?P<note>\.txt)|)", re.DOTALL
)
_BRIGHTSPACE = re.compile(
    r"(?P<first>[0-9]+)-(?P<second>[0-9]+) - (?P<name>.+?) - "
    r"(?:(?P<at>[^-]*?[0-9]{1,2}[:.]?[0-9]{2} ?[AaPp]\.?[Mm]\.?)(?: - (?P<file>.+))?|(?P<rest>.+))",
    re.DOTALL,
)
_ILIAS = re.compile(r"(?P<last>[^\d_]+)_(?P<first>[^\d]+)_(?P<login>[^_]+)_(?P<number>[1-9][0-9]*)")
_ILIAS_TEAM = re.compile(r"Team [0-9]+")
_INBOUND = re.compile(
    r"(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+"
    r"(?P<at>[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.]+(?: ?[A-Za-z][A-Za-z/_]*| ?[+-][0-9]{2}:?[0-9]{2})?)(?:\+.*)?",
    re.DOTALL,
)
_GRADESCOPE = re.compile(r"submission_(?P<number>[0-9]+)")
_RESPONSES = re.compile(r"\[(?P<number>[0-9]+|x)\] - (?P<login>\S+) - (?P<file>.+)", re.DOTALL)
_PROMPT = re.compile(r"(?:prompt|part)_[0-9]+\.txt")
_STAFF_GRADED = re.compile(r"(?P<login>\S+)_[0-9a-f]{40}(?:\.[^.]*)?")
_ANONYMOUS_OF_EDX = re.compile("[0-9a-f]{32}")
_DATE = re.compile(r"[0-9]{2}(?:[^0-9].*|)", re.DOTALL)
_PARTICIPANT = {
    "participant",
    "participante",
    "partecipante",
    "teilnehmer",
    "teilnehmerin",
    "teilnehmer in",
    "deelnemer",
}
"""Moodle's words for a student whose name it hides."""
_OF_COURSES = {
    *("lab", "labs", "hw", "homework", "ex", "exercise", "week", "assignment", "task", "sheet", "lecture", "chapter"),
    *(
        "ps",
        "problem",
        "project",
        "notebook",
        "exam",
        "test",
        "quiz",
        "final",
        "part",
        "unit",
        "uebung",
        "blatt",
        "aufgabe",
    ),
}
"""Words with which people begin the names of files; they are not names of students."""

WITH_ATTEMPTS = (Platform.BLACKBOARD, Platform.BRIGHTSPACE, Platform.NBGRADER)
"""Platforms that store several attempts of one student."""

METADATA = "submission_metadata.yml"
MANIFESTS = ("submissions.csv", "downloads.csv")
"""Tables of Open edX with all files that were handed in for a course."""

_MOST_MARKS = 5  # of Moodle in one name, beyond which the file has no owner
_DEEPEST_MANIFEST = 4  # folders around a class are removed later


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The student or group who handed in a file, as the first part of its path says.

    Attributes:
        student: The name of the student or group, or what replaces it.
        number: The platform's number of the student or the group. It distinguishes two of the same name.
        platform: The platform that wrote the name.
        who: A student, a group, either of them, or nobody.
        late: Whether the platform calls the file late.
        clock_time: When it was handed in, as a clock without a time zone showed it, if the name says so.
        timestamp: The same with a time zone, as nbgrader writes it.
        login: The student's name for logging in, if it is known.
        email: Address, if it is known.
        members: The members of a group that are named.
        anonymous: Whether the platform hides the name.
        attachment: Canvas' number of the file; 0 elsewhere.
        file: The original name, if the platform put its own part before it; empty if it left the name alone.
        is_text_entry: Whether the student typed it into a form of the platform instead of handing in a file.
        is_platform_note: Whether the platform itself wrote the file, such as Blackboard's note beside each attempt.
        assignment: Name of the assignment, if it is known.
        problem: Why the file has no owner.
    """

    student: str
    number: str = ""
    platform: Platform = Platform.HAND
    who: Who = Who.STUDENT
    late: bool = False
    clock_time: datetime | None = None
    timestamp: str = ""
    login: str = ""
    email: str = ""
    members: tuple[Student, ...] = ()
    anonymous: bool = False
    attachment: int = 0
    file: str = ""
    is_text_entry: bool = False
    is_platform_note: bool = False
    assignment: str = ""
    problem: Text = ""

    @property
    def known(self) -> bool:
        """Whether the name has the form of a platform, so that any file below it is a submission."""
        return self.platform is not Platform.HAND

    @property
    def key(self) -> tuple[str, str]:
        """A key that all files of one student or group have in common, and no other file has."""
        return self.student, self.number or self.login


def owner_of(parts: Sequence[str]) -> Owner:
    """Find the owner of a file from the first part of its path. The student named the deeper parts.

    A name in the forms of two platforms has no owner. One name is not enough to recognise ILIAS and Gradescope;
    `grader.intake.owners` looks at all names.

    Args:
        parts: The path; parts that are `..` are skipped.

    Example:
        >>> owner_of(["doejane_1001_5001_lab.ipynb"]).student
        'doejane'
    """
    first = next((part for part in parts if part != ".."), "..")
    owners = possible_owners(first)
    if len(owners) > 1:
        return no_owner(first, _several_marks())
    return owners[0] if owners else owner_by_hand(first)


def possible_owners(name: str) -> list[Owner]:
    """List the owners in all ways to read a name as one of a platform.

    There are several if the student chose a name in the form of another platform.
    """
    forms = (_moodle, _blackboard, _brightspace, _inbound, _canvas, _responses)
    owners = [owner for read_form in forms if (owner := read_form(name))] or _staff_graded(name)
    return [replace(owner, student=composed(owner.student)) for owner in owners]


def owner_by_hand(first: str) -> Owner:
    """Make the owner of a file or folder that a person named."""
    return Owner(student=stem(first))


def no_owner(first: str, problem: Text) -> Owner:
    """Make the replacement of an owner for a file that belongs to no known student.

    Args:
        first: The first part of the path, which is shown as the name.
        problem: The reason.
    """
    return Owner(student=first, who=Who.NOBODY, problem=problem)


def stem(name: str) -> str:
    """Shorten a file name to the part before `.ipynb`, or before its last suffix.

    Example:
        >>> stem("ada.ipynb.txt"), stem("ada.pdf")
        ('ada', 'ada')
    """
    place = name.lower().find(NOTEBOOK)
    if place > 0:
        return name[:place] if name[:place].strip(".") else name
    suffix = PurePosixPath(name).suffix
    if not re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffix):
        return name
    return name.removesuffix(suffix).removesuffix(".tar") or name


def ilias_owner(name: str) -> Owner | None:
    """Read a folder's name in the form of ILIAS; None if it has another form."""
    match = _ILIAS.fullmatch(name)
    if match is None:
        return None
    last, first = match["last"], match["first"].replace("_", " ")
    return Owner(student=f"{first} {last}", number=match["number"], platform=Platform.ILIAS, login=match["login"])


def is_ilias_team(name: str) -> bool:
    """Whether a folder's name has the form of a team of ILIAS."""
    return _ILIAS_TEAM.fullmatch(name) is not None


def gradescope_number(name: str) -> str:
    """Read the number of a submission from a folder's name in Gradescope; empty for any other name."""
    match = _GRADESCOPE.fullmatch(name)
    return match["number"] if match else ""


def edx_assignment_number(name: str) -> str:
    """Read the number of the assignment from a file's name in Open edX; empty for any other name."""
    match = _RESPONSES.fullmatch(name)
    return match["number"] if match else ""


def is_anonymous_of_edx(name: str) -> bool:
    """Whether a name is an id with which Open edX hides a student's name."""
    return _ANONYMOUS_OF_EDX.fullmatch(name) is not None


def edx_owner(login: str, file: str = "") -> Owner:
    """Make the owner of a file in Open edX.

    Args:
        login: The student's name for logging in, or the id that hides it.
        file: The original name.
    """
    return Owner(
        student=login,
        platform=Platform.EDX,
        login=login,
        anonymous=is_anonymous_of_edx(login),
        file=file,
        is_text_entry=_PROMPT.fullmatch(file) is not None,
    )


def bytes_of_note(parts: Sequence[str]) -> int:
    """The largest number of bytes to read of a file that a platform writes beside submissions; 0 for any other."""
    if parts[-1] in MANIFESTS and len(parts) <= _DEEPEST_MANIFEST:
        return 20_000_000
    if len(parts) > 2:
        return 0
    if parts[-1] == METADATA:
        return 2_000_000
    match = _BLACKBOARD.fullmatch(parts[-1])
    return 1_000 if match is not None and match["note"] is not None else 0


def _canvas(name: str) -> Owner | None:
    if match := _ANONYMOUS.fullmatch(name):
        student = f"anon_{match['number']}"
        return _of_canvas(
            match, Owner(student=student, number=match["number"], platform=Platform.CANVAS, anonymous=True)
        )
    match = _CANVAS.fullmatch(name)
    if match is None or match["name"] != match["name"].lower() or match["name"] in _OF_COURSES:
        return None
    if _is_date(match):
        return None
    return _of_canvas(
        match, Owner(student=match["name"], number=match["number"], platform=Platform.CANVAS, who=Who.EITHER)
    )


def _of_canvas(match: re.Match[str], owner: Owner) -> Owner:
    return replace(
        owner,
        late=match["late"] is not None,
        attachment=int(match["attachment"] or 0),
        file=match["file"] or f"{match['text']}.html",
        is_text_entry=match["text"] is not None,
    )


def _is_date(match: re.Match[str]) -> bool:
    """Whether the two numbers are the year and the month of a date instead of numbers of Canvas."""
    year, month = match["number"], match["attachment"] or ""
    if not re.fullmatch("(?:19|20)[0-9]{2}", year) or len(month) != 2 or month > "12":
        return False
    return _DATE.match(match["file"]) is not None


def _moodle(name: str) -> Owner | None:
    match = _MOODLE.fullmatch(name)
    if match is None:
        return None
    file = _behind_all_marks(match)
    if file is None:
        return no_owner(name, _several_marks())
    student, number = match["name"], match["number"] or ""
    who = Who.EITHER if number else Who.GROUP
    of_moodle = Owner(
        student=student,
        number=number,
        platform=Platform.MOODLE,
        who=who,
        file=file,
        is_text_entry=match["kind"] == "onlinetext",
    )
    if number and " ".join(re.findall(r"[^\W_]+", student.casefold())) in _PARTICIPANT:
        return replace(of_moodle, student=f"{student} {number}", who=Who.STUDENT, anonymous=True)
    return of_moodle


def _behind_all_marks(first: re.Match[str]) -> str | None:
    """The original name; None if another student's mark follows, because either of them could be Moodle's.

    The same mark can follow again if a student downloaded a file and handed it in once more.
    """
    file = first["file"] or ""
    for _ in range(_MOST_MARKS):
        if not _MOODLE_MARK.search(file):
            return file
        again = _MOODLE.fullmatch(file)
        if again is None or (again["name"], again["number"]) != (first["name"], first["number"]):
            return None
        file = again["file"] or ""
    return None


def _several_marks() -> Text:
    return message(
        "Its name contains the platform's markers for two or more students, so its owner is not "
        "known and no student gets it. Rename it to the name of its student."
    )


def _blackboard(name: str) -> Owner | None:
    match = _BLACKBOARD.fullmatch(name)
    if match is None or "_" not in match["before"]:
        return None
    if len(_BLACKBOARD_MARK.findall(name)) > 1:
        return no_owner(name, _several_marks())
    assignment, _, login = match["before"].rpartition("_")
    try:
        clock_time = datetime.strptime(match["at"], "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        clock_time = None
    return Owner(
        student=login,
        platform=Platform.BLACKBOARD,
        login=login,
        clock_time=clock_time,
        file=match["file"] or "",
        is_platform_note=match["note"] is not None,
        assignment=assignment,
    )


def _brightspace(name: str) -> Owner | None:
    match = _BRIGHTSPACE.fullmatch(name)
    if match is None:
        return None
    return Owner(
        student=match["name"],
        number=f"{match['first']}-{match['second']}",
        platform=Platform.BRIGHTSPACE,
        clock_time=read_twelve_hours(match["at"] or ""),
        file=match["file"] or match["rest"] or "",
    )


def _inbound(name: str) -> Owner | None:
    match = _INBOUND.fullmatch(name)
    if match is None:
        return None
    student = match["student"]
    return Owner(
        student=student,
        platform=Platform.NBGRADER,
        timestamp=match["at"],
        login=student,
        assignment=match["assignment"],
    )


def _responses(name: str) -> Owner | None:
    match = _RESPONSES.fullmatch(name)
    return edx_owner(match["login"], match["file"]) if match else None


def _staff_graded(name: str) -> list[Owner]:
    """The owner in a name of Open edX's staff-graded files; read only if the name has no other platform's form."""
    match = _STAFF_GRADED.fullmatch(name)
    return [edx_owner(match["login"])] if match else []
