"""Whose a file is: what learning platforms and people make of the names of submissions.

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

Only the first part of a path is the platform's; all that follows was named by the student.
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
"""What Moodle calls a student whose name it hides."""
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
"""Words that people begin the names of files with; no student is called so."""

WITH_ATTEMPTS = (Platform.BLACKBOARD, Platform.BRIGHTSPACE, Platform.NBGRADER)
"""Platforms that hand out several tries of one student."""

METADATA = "submission_metadata.yml"
MANIFESTS = ("submissions.csv", "downloads.csv")
"""Tables of Open edX of all files that were handed in for a course."""

_MOST_MARKS = 5
_DEEPEST_MANIFEST = 4  # folders around a class are taken away later


@dataclass(frozen=True, slots=True)
class Owner:
    """Who handed a file in, as the first part of its path tells.

    Attributes:
        student: The name of the student or group, or what replaces it.
        number: The platform's number of the student or the group. It distinguishes two of the same name.
        platform: The platform that wrote the name.
        who: A student, a group, nobody who is known, or either of the first two.
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
        """Whether the name has the form of a platform, so that any file under it is a submission."""
        return self.platform is not Platform.HAND

    @property
    def key(self) -> tuple[str, str]:
        """What is the same for all files of one student or group, and for no other."""
        return self.student, self.number or self.login


def owner_of(parts: Sequence[str]) -> Owner:
    """Tell from the first part of a path who handed the file in; what lies deeper was named by the student.

    A name in the forms of two platforms is nobody's. ILIAS and Gradescope cannot be told from one name;
    `grader.intake.owners` looks at all of them.
    """
    first = next((part for part in parts if part != ".."), "..")
    found = possible_owners(first)
    if len(found) > 1:
        return no_owner(first, _several_marks())
    return found[0] if found else owner_by_hand(first)


def possible_owners(name: str) -> list[Owner]:
    """Every way to read a name as one of a platform; more than one where a student chose the name of another form."""
    forms = (_moodle, _blackboard, _brightspace, _inbound, _canvas, _responses)
    found = [who for form in forms if (who := form(name))] or _staff_graded(name)
    return [replace(who, student=composed(who.student)) for who in found]


def owner_by_hand(first: str) -> Owner:
    """The owner of a file or folder that a person named."""
    return Owner(stem(first))


def no_owner(first: str, problem: Text) -> Owner:
    """What is shown in the place of an owner where nobody may be taken for one."""
    return Owner(first, who=Who.NOBODY, problem=problem)


def stem(name: str) -> str:
    """A file name without what follows from `.ipynb` on, or without its last suffix."""
    place = name.lower().find(NOTEBOOK)
    if place > 0:
        return name[:place] if name[:place].strip(".") else name
    suffix = PurePosixPath(name).suffix
    if not re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffix):
        return name
    return name.removesuffix(suffix).removesuffix(".tar") or name


def ilias_owner(name: str) -> Owner | None:
    """The owner of a folder as ILIAS names it."""
    found = _ILIAS.fullmatch(name)
    if found is None:
        return None
    last, first = found["last"], found["first"].replace("_", " ")
    return Owner(f"{first} {last}", found["number"], Platform.ILIAS, login=found["login"])


def is_ilias_team(name: str) -> bool:
    """Whether a folder is named like a team of ILIAS."""
    return _ILIAS_TEAM.fullmatch(name) is not None


def gradescope_number(name: str) -> str:
    """The number of a submission in an export of Gradescope; empty if the folder is named otherwise."""
    found = _GRADESCOPE.fullmatch(name)
    return found["number"] if found else ""


def edx_assignment_number(name: str) -> str:
    """The number of the assignment in the name of a file that Open edX hands out; empty for any other name."""
    found = _RESPONSES.fullmatch(name)
    return found["number"] if found else ""


def is_anonymous_of_edx(name: str) -> bool:
    """Whether a name is an id by which Open edX hides who a student is."""
    return _ANONYMOUS_OF_EDX.fullmatch(name) is not None


def edx_owner(login: str, file: str = "") -> Owner:
    """The owner of a file of Open edX, whom it calls by the name to log in with, or hides behind an id."""
    return Owner(
        login,
        platform=Platform.EDX,
        login=login,
        anonymous=is_anonymous_of_edx(login),
        file=file,
        is_text_entry=_PROMPT.fullmatch(file) is not None,
    )


def bytes_of_note(parts: Sequence[str]) -> int:
    """How much is read of a file that a platform itself lays beside submissions; 0 for any other file."""
    if parts[-1] in MANIFESTS and len(parts) <= _DEEPEST_MANIFEST:
        return 20_000_000
    if len(parts) > 2:
        return 0
    if parts[-1] == METADATA:
        return 2_000_000
    found = _BLACKBOARD.fullmatch(parts[-1])
    return 1_000 if found is not None and found["note"] is not None else 0


def _canvas(name: str) -> Owner | None:
    if found := _ANONYMOUS.fullmatch(name):
        student = f"anon_{found['number']}"
        return _of_canvas(found, Owner(student, found["number"], Platform.CANVAS, anonymous=True))
    found = _CANVAS.fullmatch(name)
    if found is None or found["name"] != found["name"].lower() or found["name"] in _OF_COURSES:
        return None
    if _is_date(found):
        return None
    return _of_canvas(found, Owner(found["name"], found["number"], Platform.CANVAS, Who.EITHER))


def _of_canvas(found: re.Match[str], who: Owner) -> Owner:
    return replace(
        who,
        late=found["late"] is not None,
        attachment=int(found["attachment"] or 0),
        file=found["file"] or f"{found['text']}.html",
        is_text_entry=found["text"] is not None,
    )


def _is_date(found: re.Match[str]) -> bool:
    """Whether what looks like two numbers of Canvas is the year and the month of a date."""
    year, month = found["number"], found["attachment"] or ""
    if not re.fullmatch("(?:19|20)[0-9]{2}", year) or len(month) != 2 or month > "12":
        return False
    return _DATE.match(found["file"]) is not None


def _moodle(name: str) -> Owner | None:
    found = _MOODLE.fullmatch(name)
    if found is None:
        return None
    file = _behind_all_marks(found)
    if file is None:
        return no_owner(name, _several_marks())
    student, number = found["name"], found["number"] or ""
    who = Who.EITHER if number else Who.GROUP
    of_moodle = Owner(student, number, Platform.MOODLE, who, file=file, is_text_entry=found["kind"] == "onlinetext")
    if number and " ".join(re.findall(r"[^\W_]+", student.casefold())) in _PARTICIPANT:
        return replace(of_moodle, student=f"{student} {number}", who=Who.STUDENT, anonymous=True)
    return of_moodle


def _behind_all_marks(first: re.Match[str]) -> str | None:
    """The original name; None where a mark of somebody else follows, so that it is not known which one is Moodle's.

    The same mark again comes from a file that was downloaded and handed in once more.
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
        "Its name holds the marks of the platform more than once, and those of different students, so it is not known"
        " whose it is; it is given to nobody. Rename it to the name of its student."
    )


def _blackboard(name: str) -> Owner | None:
    found = _BLACKBOARD.fullmatch(name)
    if found is None or "_" not in found["before"]:
        return None
    if len(_BLACKBOARD_MARK.findall(name)) > 1:
        return no_owner(name, _several_marks())
    assignment, _, login = found["before"].rpartition("_")
    try:
        clock_time = datetime.strptime(found["at"], "%Y-%m-%d-%H-%M-%S")
    except ValueError:
        clock_time = None
    return Owner(
        login,
        platform=Platform.BLACKBOARD,
        login=login,
        clock_time=clock_time,
        file=found["file"] or "",
        is_platform_note=found["note"] is not None,
        assignment=assignment,
    )


def _brightspace(name: str) -> Owner | None:
    found = _BRIGHTSPACE.fullmatch(name)
    if found is None:
        return None
    return Owner(
        found["name"],
        f"{found['first']}-{found['second']}",
        Platform.BRIGHTSPACE,
        clock_time=read_twelve_hours(found["at"] or ""),
        file=found["file"] or found["rest"] or "",
    )


def _inbound(name: str) -> Owner | None:
    found = _INBOUND.fullmatch(name)
    if found is None:
        return None
    student = found["student"]
    return Owner(
        student, platform=Platform.NBGRADER, timestamp=found["at"], login=student, assignment=found["assignment"]
    )


def _responses(name: str) -> Owner | None:
    found = _RESPONSES.fullmatch(name)
    return edx_owner(found["login"], found["file"]) if found else None


def _staff_graded(name: str) -> list[Owner]:
    """What a name tells that Open edX may have made; read only if no other platform can have written it."""
    found = _STAFF_GRADED.fullmatch(name)
    return [edx_owner(found["login"])] if found else []
