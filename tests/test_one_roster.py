"""All commands read the same rosters, in whichever form people and platforms write them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.variants import ReleasedVariants
from grader.gradebook.results import Results
from grader.pipeline.enrolment import Enrolled, enrol
from tests.fakes import Fake, hand_in, ignore
from tests.test_student_pages import KEY

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Lab 1 (5)\r\n    Points Possible,,,,,10\r\n"
    '"Doe, Jane",12,s1,jdoe,A,\r\n'
)
MOODLE = '"First name",Surname,"ID number","Email address",Groups\nJane,Doe,s1,jdoe@example.org,A\n'
FORMS = {
    "student": "student\njdoe\n",
    "BOM": "\ufeffstudent\njdoe\n",
    "semicolons": "Student;Section\njdoe;A\n",
    "by hand": "id,name,e-mail\njdoe,Jane Doe,jdoe@example.org\n",
    "German": "Vorname;Nachname;Benutzername\r\nJane;Doe;jdoe\r\n",
    "tabs": "login\tfull name\njdoe\tDoe, Jane\n",
    "Canvas": CANVAS,
    "Moodle": MOODLE,
}
NAMES = {
    "student": ["jdoe", "JDOE"],
    "BOM": ["jdoe"],
    "semicolons": ["jdoe"],
    "by hand": ["jdoe", "Jane Doe", "doejane", "jdoe@example.org"],
    "German": ["jdoe", "Jane Doe", "doejane"],
    "tabs": ["jdoe", "Jane Doe", "doejane"],
    "Canvas": ["jdoe", "Jane Doe", "doejane", "s1"],
    "Moodle": ["Jane Doe", "doejane", "s1", "jdoe@example.org"],
}
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command of a course with numbers for each student; gives status, output and messages."""
    monkeypatch.chdir(tmp_path)
    (small.solution_folder("tiny") / "key.py").write_text(KEY)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments, "--course", str(small.root)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return int(ended.value.code or 0), told.out, told.err

    return run


@pytest.mark.parametrize("form", FORMS)
def test_release_grade_and_export_read_it(small: Course, command: Command, form: str) -> None:
    Path("roster.csv").write_bytes(FORMS[form].encode())
    roster = ("--roster", "roster.csv")
    status, out, said = command("release", "tiny", *roster)
    assert status == 0, said
    (path,) = [Path(line) for line in out.splitlines() if line.endswith("tiny.ipynb")]
    given = ReleasedVariants(small, "tiny")
    sources = ["".join(cell["source"]) for cell in json.loads(path.read_text())["cells"]]
    for name in NAMES[form]:
        assert given.variant(name).code in sources[1], name
    material = pipeline.load(small, "tiny")
    pipeline.grade(material, [hand_in(material, NAMES[form][0], 1)], Results(Path("marks")), Fake(), ignore)
    assert enrol(material, Results(Path("marks")), Path("roster.csv")) == Enrolled((), ())
    status, out, said = command("export", "tiny", "--to", "csv", "--results", "marks", *roster)
    assert (status, "is not in" in said) == (0, False), said
    extension = ("--extension", "2026-05-01T12:00", "--reason", "ill", "--results", "marks")
    assert command("adjust", "tiny", NAMES[form][-1], *extension, *roster)[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no column that names students"),
        ("points,section\n1,A\n", "has no column that names students"),
        ("student\n", "contains no students"),
        ("PK\x03\x04", "is a workbook or an archive"),
    ],
)
@pytest.mark.parametrize("name", ["release", "export", "adjust"])
def test_one_that_cannot_be_read_is_told_alike(
    small: Course, command: Command, text: str, said: str, name: str
) -> None:
    Path("roster.csv").write_text(text)
    material = pipeline.load(small, "tiny")
    pipeline.grade(material, [hand_in(material, "ada", 1)], Results(Path("marks")), Fake(), ignore)
    more = {
        "release": ("tiny",),
        "export": ("tiny", "--to", "csv", "--results", "marks"),
        "adjust": ("tiny", "ada", "--excused", "--reason", "ill", "--results", "marks"),
    }
    status, _, told = command(name, *more[name], "--roster", "roster.csv")
    assert status == cli.WRONG_USE
    assert told.startswith(f"roster.csv: {said}"), told


def test_two_of_one_name_need_an_id_to_get_numbers(command: Command) -> None:
    Path("roster.csv").write_text("name,email\nJane Doe,a@x\nJane Doe,b@x\n")
    status, _, said = command("release", "tiny", "--roster", "roster.csv")
    assert (status, "roster.csv: names Jane Doe twice" in said) == (cli.WRONG_USE, True)


def test_a_name_that_fits_two_of_a_roster_gets_the_numbers_of_neither(small: Course, command: Command) -> None:
    Path("roster.csv").write_text("id,name\n1,Jane Doe\n2,Jane Doe\n")
    assert command("release", "tiny", "--roster", "roster.csv")[0] == 0
    given = ReleasedVariants(small, "tiny")
    assert given.variant("Jane Doe").code == "common"
    assert given.variant("1").code != given.variant("2").code


def test_an_id_of_moodle_comes_from_a_roster_only(small: Course, command: Command) -> None:
    material = pipeline.load(small, "tiny")
    pipeline.grade(material, [hand_in(material, "4711", 1)], Results(Path("marks")), Fake(), ignore)
    arguments = ("export", "tiny", "--to", "moodle", "--identifier", "id", "--results", "marks")
    status, out, said = command(*arguments)
    assert (status, out.splitlines()[0]) == (cli.SOME_NOT_GRADED, "0 marks, 1 problem.")
    assert "4711: has no id, so the file omits this student. Name a roster that has it with --roster." in said
    Path("roster.csv").write_text("id,login\n99,4711\n")
    command(*arguments, "--roster", "roster.csv")
    assert "99,4711," in Path("marks/exports/tiny-moodle.csv").read_text().replace('"', "")
