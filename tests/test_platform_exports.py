"""Archives as learning platforms hand them out: graded, exported, and what each platform takes back."""

import csv
import io
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from grader.gradebook.results import Results
from grader.pipeline.enrolment import Enrolled, enrol
from tests.conftest import ROOT, notebook
from tests.fakes import Fake

RIGHT, WRONG = notebook("width = 26"), notebook("width = 3")
ENTRY = b"<p>My text.</p>"
Rows = list[dict[str, str]]


class Graded:
    """A class that was taken in and graded into `marks`, and what `grader export tiny` makes of it."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self._capsys, self._monkeypatch = capsys, monkeypatch
        self.said: list[str] = []

    def take_in(self, members: Mapping[str, bytes] | Iterable[str]) -> None:
        """Grade an archive; a name alone holds a notebook with 2 of 3 points."""
        content = dict(members) if isinstance(members, Mapping) else dict.fromkeys(members, RIGHT)
        with zipfile.ZipFile("class.zip", "w") as archive:
            for name, data in content.items():
                archive.writestr(name, data)
        material, results = pipeline.load(Course(Path.cwd()), "tiny"), Results(Path("marks"))
        taken = pipeline.take_in(material, Path("class.zip"))
        pipeline.grade(material, taken, results, Fake(), lambda _: None)
        results.database.close()

    def command(self, *arguments: str) -> int:
        self._monkeypatch.setattr(sys, "argv", ["grader", *arguments, "--results", "marks"])
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        self.said = self._capsys.readouterr().err.splitlines()
        return int(ended.value.code or 0)

    def pages(self, *arguments: str) -> list[str]:
        self.command("export", "tiny", "--to", "feedback", *arguments)
        return names_in("marks/exports/tiny-feedback.zip")

    def table(self, to: str, *arguments: str) -> Rows:
        self.command("export", "tiny", "--to", to, *arguments)
        return rows(f"marks/exports/tiny-{'marks' if to == 'csv' else to}.csv")

    def worksheet(self, sheet: str, *arguments: str) -> dict[str, str]:
        """Identifier -> grade."""
        Path("sheet.csv").write_text(sheet)
        return {
            row["Identifier"]: row["Grade"] for row in self.table("moodle-worksheet", "--from", "sheet.csv", *arguments)
        }


def rows(path: str) -> Rows:
    return list(csv.DictReader(io.StringIO(Path(path).read_text("utf-8-sig"), newline="")))


def names_in(path: str) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


@pytest.fixture
def graded(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Graded:
    for name in ("exercises", "solutions"):
        (tmp_path / name).mkdir()
    shutil.copytree(ROOT / "reference_models", tmp_path / "reference_models")
    create_exercise(Course(tmp_path), "tiny")
    monkeypatch.chdir(tmp_path)
    return Graded(capsys, monkeypatch)


# Moodle

COLUMNS = "Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade,Grade can be changed,Feedback comments\n"
GROUPS = COLUMNS + (
    "Participant 101,Student One,one@example.org,Submitted,Group B,,3.00,Yes,\n"
    "Participant 102,Student Two,two@example.org,Submitted,Group A,,3.00,Yes,\n"
    "Participant 103,Student Three,three@example.org,Submitted,Group B,,3.00,Yes,\n"
    "Participant 104,Student Four,four@example.org,Submitted,Group A,,3.00,Yes,\n"
    "Participant 105,Student Five,five@example.org,Submitted,Default group,,3.00,Yes,\n"
)
GROUP_ARCHIVE = {
    "Group A_101_assignsubmission_file/lab.ipynb": RIGHT,
    "Group B_103_assignsubmission_file/lab.ipynb": WRONG,
    "Default group_assignsubmission_file/lab.ipynb": RIGHT,
}
PARTICIPANTS = (
    "First name,Last name,ID number,Email address,Username,Groups\n"
    'Student,One,S1,one@example.org,sone,"Group B, Lab 1"\n'
    "Student,Two,S2,two@example.org,stwo,Group A\n"
    "Student,Three,S3,three@example.org,sthree,Group B\n"
    "Student,Four,S4,four@example.org,sfour,Group A\n"
    "Student,Five,S5,five@example.org,sfive,\n"
)
BY_GROUP = {"101": "0", "102": "2", "103": "0", "104": "2", "105": "2"}


def numbered(grades: Mapping[str, str]) -> dict[str, str]:
    return {identifier.removeprefix("Participant "): grade for identifier, grade in grades.items()}


def test_the_mark_of_a_group_goes_to_each_row_of_the_group(graded: Graded) -> None:
    graded.take_in(GROUP_ARCHIVE)
    assert numbered(graded.worksheet(GROUPS)) == BY_GROUP
    assert names_in("marks/exports/tiny-moodle-worksheet-feedback.zip") == [
        "Default-group-15a77056082c/report.html",
        "Group A_101_assignsubmission_file/report.html",
        "Group B_103_assignsubmission_file/report.html",
    ]
    assert any("Default group: has no number from Moodle" in line for line in graded.said)


def test_the_mark_of_a_group_goes_to_rows_of_the_group_where_names_are_hidden(graded: Graded) -> None:
    graded.take_in(GROUP_ARCHIVE)
    hidden = re.sub(r"(Participant \d+),[^,]*,[^,]*", r"\1", GROUPS).replace("Full name,Email address,", "")
    assert numbered(graded.worksheet(hidden)) == BY_GROUP


@pytest.mark.parametrize("title", ["Group C", "Student Nobody", "A"])
def test_a_group_that_the_worksheet_does_not_have_fills_no_row(graded: Graded, title: str) -> None:
    graded.take_in([f"{title}_101_assignsubmission_file/lab.ipynb"])
    for sheet in (
        GROUPS,
        re.sub(r"(Participant \d+),[^,]*,[^,]*", r"\1", GROUPS).replace("Full name,Email address,", ""),
    ):
        assert set(graded.worksheet(sheet).values()) == {""}
        assert any(
            line.startswith(f"{title}: may be a group or a different student, with the number ") for line in graded.said
        )
        assert names_in("marks/exports/tiny-moodle-worksheet-feedback.zip") == []


def test_a_roster_tells_the_members_of_a_group(graded: Graded) -> None:
    graded.take_in(GROUP_ARCHIVE)
    Path("people.csv").write_text(PARTICIPANTS)
    table = graded.table("moodle", "--identifier", "idnumber", "--roster", "people.csv")
    assert {row["idnumber"]: row["Tiny"] for row in table} == {"S1": "0", "S2": "2", "S3": "0", "S4": "2"}
    assert (
        "Note: Group A: is a group. Its mark goes to each member who is known: Student Two (S2, two@example.org), "
        in ("\n".join(graded.said))
    )
    table = graded.table("csv", "--roster", "people.csv")
    points = {row["email"]: row["points"] for row in table}
    assert points == {
        "": "2",
        **{f"{name}@example.org": "0" for name in ("one", "three")},
        **{f"{name}@example.org": "2" for name in ("two", "four")},
        "five@example.org": "",
    }
    assert [row["student_id"] for row in graded.table("nbgrader", "--roster", "people.csv")].count("stwo") == 1
    plain = re.sub(r",Submitted,[^,]*,", ",Submitted,,", GROUPS)
    grades = numbered(graded.worksheet(plain, "--roster", "people.csv"))
    assert grades == {**BY_GROUP, "105": ""}


def test_a_member_whom_the_worksheet_has_in_another_group_gets_no_mark(graded: Graded) -> None:
    graded.take_in({"Group A_101_assignsubmission_file/lab.ipynb": RIGHT})
    Path("people.csv").write_text(PARTICIPANTS)
    sheet = GROUPS.replace("Group A", "Group X")
    assert set(graded.worksheet(sheet, "--roster", "people.csv").values()) == {""}
    assert (
        "Student Two: submitted with Group A, but is in Group X in sheet.csv, so the row stays as it is." in graded.said
    )


def test_a_member_who_is_excused_gets_no_mark_of_the_group(graded: Graded) -> None:
    graded.take_in(GROUP_ARCHIVE)
    Path("people.csv").write_text(PARTICIPANTS)
    words = ["--excused", "--reason", "Ill.", "--author", "Dr. Rossi", "--before-handing-in"]
    assert graded.command("adjust", "tiny", "Student Two", *words) == 0
    table = graded.table("moodle", "--identifier", "idnumber", "--roster", "people.csv")
    assert {row["idnumber"] for row in table} == {"S1", "S3", "S4"}
    assert numbered(graded.worksheet(GROUPS, "--roster", "people.csv")) == {**BY_GROUP, "102": ""}
    points = [row["points"] for row in graded.table("csv", "--roster", "people.csv") if row["login"] == "stwo"]
    assert points == [""]


def test_who_has_a_name_before_the_group_is_found_by_name_number_and_group(graded: Graded) -> None:
    names = ["Group A-Student Two_102", "Group A-Student Four_104", "Group A-Student One_101"]
    graded.take_in([f"{name}_assignsubmission_file_/lab.ipynb" for name in names])
    grades = numbered(graded.worksheet(GROUPS))
    assert grades == {"101": "", "102": "2", "103": "", "104": "2", "105": ""}
    assert graded.pages() == [f"{name}_assignsubmission_file_/report.html" for name in sorted(names)]


SHEET = COLUMNS.replace("Group,", "") + "".join(
    f"Participant {number},{name},,Submitted,,3.00,Yes,\n"
    for number, name in enumerate(("Jane Doe", "Jane Doe", "Jörg Müller", "Al Poe"), 101)
)
MOODLE = {
    "since 4.1": "Jane Doe_101_assignsubmission_file/lab.ipynb",
    "before 4.1": "Jane Doe_101_assignsubmission_file_/lab.ipynb",
    "in folders": "Jane Doe_101_assignsubmission_file/work/week 1/lab.ipynb",
    "flat": "Jane Doe_101_assignsubmission_file_lab.ipynb",
    "an archive": "Jane Doe_101_assignsubmission_file/work.zip",
    "hidden names": "Participant_101_assignsubmission_file/lab.ipynb",
    "hidden names before 4.1": "Participant_101_assignsubmission_file_/lab.ipynb",
    "text": "Jane Doe_101_assignsubmission_onlinetext/onlinetext.html",
    "flat text": "Jane Doe_101_assignsubmission_onlinetext_onlinetext.html",
}


def as_moodle_reads(path: str) -> tuple[str, str]:
    """Number and plugin, as Moodle reads them: the first part of the path that has both, between `_`."""
    for part in path.split("/"):
        words = part.split("_", 4)
        if len(words) > 3 and words[1].isdigit():
            return words[1], f"{words[2]}_{words[3]}"
    return "", ""


@pytest.mark.parametrize("name", MOODLE.values(), ids=MOODLE)
def test_moodle_takes_a_page_back_under_the_number_it_handed_out(graded: Graded, name: str) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("lab.ipynb", RIGHT)
    content = inner.getvalue() if name.endswith(".zip") else ENTRY if name.endswith(".html") else RIGHT
    graded.take_in({name: content, "Al Poe_104_assignsubmission_file/lab.ipynb": RIGHT})
    for path in (graded.pages()[-1], sheet_pages(graded, name)):
        number, plugin = as_moodle_reads(path)
        assert (number, plugin) == ("101", "assignsubmission_" + ("onlinetext" if "onlinetext" in name else "file"))
        assert path.endswith("/report.html")
        kept = name.split("/")[0] if "/" in name else name[: name.index("lab" if "lab" in name else "onlinetext.")]
        assert path.startswith(kept)


def sheet_pages(graded: Graded, name: str) -> str:
    sheet = SHEET if "Jane" in name else SHEET.replace("Jane Doe", "").replace("Jörg Müller", "")
    grades = graded.worksheet(sheet)
    assert grades["Participant 101"] == ("" if "onlinetext" in name else "2")
    return names_in("marks/exports/tiny-moodle-worksheet-feedback.zip")[-1]


def test_hidden_names_get_marks_and_pages_by_their_numbers_alone(graded: Graded) -> None:
    graded.take_in({f"Participant_{number}_assignsubmission_file/lab.ipynb": RIGHT for number in (101, 103, 999)})
    hidden = re.sub(r"(Participant \d+),[^,]*,", r"\1,", SHEET).replace("Full name,", "")
    assert numbered(graded.worksheet(hidden)) == {"101": "2", "102": "", "103": "2", "104": ""}
    assert "Participant 999: is not in sheet.csv." in graded.said
    assert len(graded.pages()) == 3


def test_two_of_one_name_get_their_own_marks_and_are_told_apart(graded: Graded) -> None:
    number = iter(("101", "102"))
    graded.take_in({f"Jane Doe_{next(number)}_assignsubmission_file/lab.ipynb": data for data in (RIGHT, WRONG)})
    assert numbered(graded.worksheet(SHEET)) == {"101": "2", "102": "0", "103": "", "104": ""}
    Path("people.csv").write_text("name,email\nJane Doe,a@example.org\nJane Doe,b@example.org\n")
    for to, arguments in (("moodle", ()), ("csv", ("--roster", "people.csv")), ("moodle", ("--roster", "people.csv"))):
        graded.table(to, *arguments)
        about = [line for line in graded.said if "Jane Doe" in line.split(":")[0]]
        assert {line.split(":")[0] for line in about} == {"Jane Doe (101)", "Jane Doe (102)"}


# Canvas

BOOK = "Student,ID,SIS User ID,SIS Login ID,Section,Tiny (55)\n    Points Possible,,,,,3\n" + "".join(
    f'"Student, {name}",{1001 + place},S{place},s{name.lower()},A,\n'
    for place, name in enumerate(("One", "Two", "Three", "Four"))
)


def filled(graded: Graded, *arguments: str) -> dict[str, str]:
    Path("book.csv").write_text(BOOK)
    table = graded.table("canvas", "--from", "book.csv", *arguments)
    return {row["ID"]: row["Tiny (55)"] for row in table if row["ID"]}


def in_zip(**members: bytes) -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"{name}.ipynb", data)
    return inner.getvalue()


CANVAS = {
    "a notebook": ({"onestudent_1001_5001_lab.ipynb": RIGHT}, "onestudent_1001_5001_lab.html"),
    "late": ({"onestudent_LATE_1001_5001_lab.ipynb": RIGHT}, "onestudent_LATE_1001_5001_lab.html"),
    "an archive": ({"onestudent_1001_5001_work.zip": in_zip(lab=RIGHT, b=WRONG)}, "onestudent_1001_5001_work.html"),
    "a late archive": (
        {"onestudent_LATE_1001_5001_my.work.zip": in_zip(lab=RIGHT)},
        "onestudent_LATE_1001_5001_my.work.html",
    ),
    "several attachments": (
        {"onestudent_1001_5001_tiny.ipynb": RIGHT, "onestudent_1001_5002_scratch-1.ipynb": WRONG},
        "onestudent_1001_5001_tiny.html",
    ),
    "an archive and a notebook": (
        {"onestudent_1001_5001_data.zip": in_zip(lab=WRONG), "onestudent_1001_5002_tiny.ipynb": RIGHT},
        "onestudent_1001_5002_tiny.html",
    ),
    "another ending": ({"onestudent_1001_5001_lab.ipynb.txt": RIGHT}, "onestudent_1001_5001_lab.html"),
    "no notebook": ({"onestudent_1001_5001_lab.pdf": b"%PDF"}, "onestudent_1001_5001_lab.html"),
    "hidden name": ({"anon_aB1cD_5001_lab.ipynb": RIGHT}, "anon_aB1cD_5001_lab.html"),
    "hidden name, late": ({"LATE_anon_aB1cD_5001_lab.ipynb": RIGHT}, "LATE_anon_aB1cD_5001_lab.html"),
    "hidden name, an archive": ({"anon_aB1cD_5001_w.zip": in_zip(lab=RIGHT)}, "anon_aB1cD_5001_w.html"),
    "hidden name, two files": (
        {"anon_aB1cD_5001_a.ipynb": WRONG, "anon_aB1cD_5002_tiny.ipynb": RIGHT},
        "anon_aB1cD_5002_tiny.html",
    ),
    "text": ({"onestudent_1001_text.html": ENTRY}, "onestudent_1001_text.html"),
    "late text": ({"onestudent_LATE_1001_text.html": ENTRY}, "onestudent_LATE_1001_text.html"),
    "link": ({"onestudent_1001_link.html": ENTRY}, "onestudent_1001_link.html"),
}


@pytest.mark.parametrize(("members", "page"), CANVAS.values(), ids=CANVAS)
def test_canvas_gets_one_page_for_a_submission_under_the_name_of_its_file(
    graded: Graded, members: dict[str, bytes], page: str
) -> None:
    graded.take_in({**members, "zedstudent_1009_5099_lab.ipynb": RIGHT})
    assert sorted(graded.pages()) == sorted([page, "zedstudent_1009_5099_lab.html"])
    no_file = any(line.startswith("Note: onestudent: submitted no file, and Canvas") for line in graded.said)
    assert no_file == page.endswith(("_text.html", "_link.html"))


@pytest.mark.parametrize("again", [RIGHT, WRONG], ids=["the same notebook", "another notebook"])
def test_after_a_new_archive_pages_have_the_numbers_of_the_newest_files(graded: Graded, again: bytes) -> None:
    graded.take_in({"onestudent_1001_5001_lab.ipynb": RIGHT, "twostudent_1002_5002_lab.ipynb": RIGHT})
    graded.take_in({"onestudent_1001_5009_lab-1.ipynb": again, "twostudent_1002_5002_lab.ipynb": RIGHT})
    assert graded.pages() == ["onestudent_1001_5009_lab-1.html", "twostudent_1002_5002_lab.html"]


@pytest.mark.parametrize("counts", ["best", "first", "latest"])
def test_pages_have_the_numbers_of_the_newest_files_whichever_try_counts(graded: Graded, counts: str) -> None:
    Path("exercises/course.toml").write_text(f'title = "A course"\ntries = "{counts}"\n')
    graded.take_in({"onestudent_1001_5001_lab.ipynb": RIGHT, "twostudent_1002_5002_lab.ipynb": RIGHT})
    graded.take_in({"onestudent_1001_5009_lab-1.ipynb": WRONG, "twostudent_1002_5002_lab.ipynb": RIGHT})
    assert filled(graded)["1001"] == ("0" if counts == "latest" else "2")
    assert graded.pages() == ["onestudent_1001_5009_lab-1.html", "twostudent_1002_5002_lab.html"]


def test_a_group_of_canvas_gets_no_members_who_are_not_known(graded: Graded) -> None:
    graded.take_in({"groupone_1001_5001_lab.ipynb": RIGHT, "twostudent_1002_5002_lab.ipynb": RIGHT})
    assert filled(graded) == {"1001": "", "1002": "2", "1003": "", "1004": ""}
    (line,) = [line for line in graded.said if line.startswith("groupone: ")]
    assert "may be a group or a different student, with the number but not the name of Student, One (1001)" in line
    assert graded.pages() == ["groupone_1001_5001_lab.html", "twostudent_1002_5002_lab.html"]
    assert any("Canvas shows the page to every member of the group" in line for line in graded.said)


def test_a_group_of_canvas_is_its_members_where_a_roster_has_groups(graded: Graded) -> None:
    graded.take_in({"groupone_1001_5001_lab.ipynb": RIGHT, "grouptwo_1002_5002_lab.ipynb": WRONG})
    groups = ("Group One", "Group Two", "Group One", "Group Two")
    people = zip(("One", "Two", "Three", "Four"), groups, strict=True)
    lines = [f"S{place},Student {name},{group}" for place, (name, group) in enumerate(people)]
    Path("people.csv").write_text("\n".join(["SIS User ID,name,Group", *lines]))
    assert filled(graded, "--roster", "people.csv") == {"1001": "2", "1002": "0", "1003": "2", "1004": "0"}
    assert graded.pages("--roster", "people.csv") == ["groupone_1001_5001_lab.html", "grouptwo_1002_5002_lab.html"]
    shown = "groupone: is a group, and Canvas shows its page to every member: Student One, Student Three."
    assert f"Note: {shown}" in graded.said


@pytest.mark.parametrize("shift", [1, 2, 3])
def test_no_cell_is_filled_where_names_and_numbers_contradict(graded: Graded, shift: int) -> None:
    people = [("onestudent", 1001), ("twostudent", 1002), ("threestudent", 1003), ("fourstudent", 1004)]
    names = [name for name, _ in people]
    mixed = zip(names[shift:] + names[:shift], (number for _, number in people), strict=True)
    graded.take_in([f"{name}_{number}_{number + 4000}_lab.ipynb" for name, number in mixed])
    assert set(filled(graded).values()) == {""}
    assert sum("but not the name" in line for line in graded.said) == 4


# Others


def test_blackboard_takes_nothing_back_and_its_logins_are_known(graded: Graded) -> None:
    attempt = "Lab 1_{}_attempt_2026-04-19-23-30-00"
    graded.take_in(
        {
            f"{attempt.format('sone')}_lab.ipynb": RIGHT,
            f"{attempt.format('sone')}.txt": b"Name: Student One (sone)\n",
            f"{attempt.format('stwo')}_lab.ipynb": RIGHT,
        }
    )
    assert [(row["name"], row["login"]) for row in graded.table("csv")] == [("Student One", "sone"), ("stwo", "stwo")]
    assert len(graded.pages()) == 2
    assert sum("came from Blackboard, which cannot import an archive of feedback" in line for line in graded.said) == 2
    table = graded.table("moodle", "--identifier", "username")
    assert [row["username"] for row in table] == ["sone", "stwo"]


def test_brightspace_gets_pages_in_the_folders_it_handed_out(graded: Graded) -> None:
    folder = "1234-5678 - Student One - Apr 19, 2026 1130 PM"
    graded.take_in([f"{folder}/lab.ipynb", "1235-5678 - Student Two - Apr 19, 2026 1130 PM/lab.ipynb"])
    assert graded.pages()[0] == f"{folder}/report.html"


def test_brightspace_gets_pages_under_the_names_of_files_where_it_handed_out_files(graded: Graded) -> None:
    graded.take_in(["1234-5678 - Student One - lab.ipynb", "1235-5678 - Student Two - lab.ipynb"])
    assert graded.pages() == ["1234-5678 - Student One - lab.html", "1235-5678 - Student Two - lab.html"]


def test_ilias_gets_pages_in_the_folders_of_its_users(graded: Graded) -> None:
    folders = ["One_Student_sone_301", "Two_Student_stwo_302"]
    graded.take_in([f"{folder}/lab.ipynb" for folder in folders])
    assert graded.pages() == [f"{folder}/report.html" for folder in folders]
    assert [row["login"] for row in graded.table("csv")] == ["sone", "stwo"]


def test_the_mark_of_a_team_of_ilias_goes_to_each_member_who_is_named(graded: Graded) -> None:
    graded.take_in(
        [
            "Team 5/One_Student_sone_301/lab.ipynb",
            "Team 5/Two_Student_stwo_302/notes.ipynb",
            "Team 6/Three_Student_sthree_303/lab.ipynb",
        ]
    )
    assert sorted(row["login"] for row in graded.table("csv")) == ["sone", "sthree", "stwo"]
    shown = "Team 5: is a group. Its mark goes to each member who is known: Student One (sone), Student Two (stwo)."
    assert f"Note: {shown}" in graded.said
    Path("people.csv").write_text(
        "name,login,email\nStudent One,sone,one@example.org\nStudent Two,stwo,two@example.org\n"
    )
    table = graded.table("moodle", "--roster", "people.csv")
    assert [row["email"] for row in table] == ["one@example.org", "two@example.org"]
    assert "Student Three: is not in people.csv." in graded.said
    team, three = sorted(graded.pages(), key=lambda page: page.startswith("Three"))
    assert three == "Three_Student_sthree_303/report.html"
    assert team in ("One_Student_sone_301/report.html", "Two_Student_stwo_302/report.html")


GRADESCOPE = """---
submission_5001:
  :submitters:
  - :name: Student One
    :sid: '1001'
    :email: one@example.org
  - :name: Student Two
    :sid: '1002'
    :email: two@example.org
submission_5002:
  :submitters:
  - :name: Student Three
    :sid: '1003'
    :email: three@example.org
"""


def test_gradescope_names_every_member_of_a_group(graded: Graded) -> None:
    graded.take_in(
        {
            "export/submission_metadata.yml": GRADESCOPE.encode(),
            "export/submission_5001/lab.ipynb": RIGHT,
            "export/submission_5002/lab.ipynb": WRONG,
        }
    )
    table = graded.table("moodle")
    assert {row["email"]: row["Tiny"] for row in table} == {
        "one@example.org": "2",
        "two@example.org": "2",
        "three@example.org": "0",
    }
    table = graded.table("moodle", "--identifier", "idnumber")
    assert sorted(row["idnumber"] for row in table) == ["1001", "1002", "1003"]
    graded.pages()
    assert sum("came from Gradescope, which cannot import an archive of feedback" in line for line in graded.said) == 2


def test_names_typed_by_hand_are_no_names_of_canvas(graded: Graded) -> None:
    names = [f"lab_03_2026_student-{name}" for name in ("one", "two", "three")]
    graded.take_in([f"{name}.ipynb" for name in names])
    assert len(graded.pages()) == 3
    assert not any(page.startswith("lab_03_2026_student-one.html") for page in graded.pages())
    assert sum("came neither from Canvas nor from Moodle" in line for line in graded.said) == 3


def test_what_is_nobodys_goes_back_to_nobody(graded: Graded) -> None:
    graded.take_in(["lab.ipynb", "lab(1).ipynb"])
    assert len(graded.pages()) == 2
    assert sum("the owner is not known. The page is lab" in line for line in graded.said) == 2
    assert [row["points"] for row in graded.table("csv")] == ["", ""]


def test_a_submission_of_nbgrader_goes_back_to_no_platform(graded: Graded) -> None:
    graded.take_in(["submitted/sone/tiny/lab.ipynb", "submitted/stwo/tiny/lab.ipynb"])
    assert graded.pages() == ["sone/report.html", "stwo/report.html"]
    assert sum("came from nbgrader, which cannot import an archive of feedback" in line for line in graded.said) == 2
    assert [row["student_id"] for row in graded.table("nbgrader")] == ["sone", "stwo"]


# No mark


def test_no_mark_is_nowhere_a_zero(graded: Graded) -> None:
    graded.take_in(
        {
            "onestudent_1001_5001_lab.ipynb": RIGHT,
            "twostudent_1002_5002_lab.ipynb": b"{",
            "threestudent_1003_text.html": ENTRY,
            "fourstudent_1004_5004_lab.pdf": b"%PDF",
        }
    )
    assert filled(graded) == {"1001": "2", "1002": "", "1003": "", "1004": ""}
    table = {row["student"]: row["points"] for row in graded.table("csv")}
    assert table == {"onestudent": "2", "twostudent": "", "threestudent": "", "fourstudent": ""}
    assert {row["student_id"]: row["score"] for row in graded.table("nbgrader")} == {
        "1001": "2.0",
        "1002": "",
        "1003": "",
        "1004": "",
    }
    graded.command("export", "tiny", "--to", "gradescope", "--out", "gs")
    scores = {path.parent.name: json.loads(path.read_text()).get("score") for path in Path("gs").glob("*/results.json")}
    assert scores == {"onestudent": 2, "twostudent": None, "threestudent": None, "fourstudent": None}


def test_a_team_of_ilias_is_on_the_roster_of_grade_if_its_members_are(graded: Graded) -> None:
    graded.take_in(["Team 5/One_Student_sone_301/lab.ipynb", "Team 5/Two_Student_stwo_302/notes.ipynb"])
    Path("people.csv").write_text("name,login\nStudent One,sone\nStudent Two,stwo\nStudent Three,sthree\n")
    material, results = pipeline.load(Course(Path.cwd()), "tiny"), Results(Path("marks"))
    assert enrol(material, results, Path("people.csv")) == Enrolled((), ("Student Three",))
    Path("people.csv").write_text("name,login\nStudent One,sone\n")
    assert enrol(material, results, Path("people.csv")).problems == ("Student Two: is not in people.csv.",)
