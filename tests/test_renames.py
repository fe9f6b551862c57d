"""Names change; what belongs to a course, an exercise or a student stays with it, or the grader asks."""

import csv
import io
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.variants import ReleasedVariants
from grader.gradebook.results import Results
from grader.pipeline.renaming import seem_renamed
from tests.fakes import Fake, hand_in, ignore
from tests.test_student_pages import KEY

SHARED = "sqlite:///shared.sqlite"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(
    small: Course, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command of the course; gives status, output and messages."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, course: Path = small.root, out: str = "marks") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments, "--results", out, "--course", str(course)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        assert "own fault" not in told.err
        return int(ended.value.code or 0), told.out, told.err

    return run


def name(course: Course, title: str = "", known_as: str = "") -> None:
    """Write the course's settings."""
    lines = [f'title = "{title}"'] if title else []
    lines += [f'id = "{known_as}"'] if known_as else []
    (course.exercises / "course.toml").write_text("\n".join(lines) + "\n")


def grade(course: Course, gradebook: str | None = None, out: str = "marks", slug: str = "tiny") -> None:
    material = pipeline.load(course, slug)
    results = Results(Path(out), gradebook)
    pipeline.grade(material, [hand_in(material, student, 1) for student in ("ada", "bob")], results, Fake(), ignore)
    results.database.close()


def marks(out: str = "marks") -> dict[str, str]:
    """Student -> points in the table of the class."""
    text = (Path(out) / "grades.csv").read_text()
    return {row["student"]: row["points"] for row in csv.DictReader(io.StringIO(text))}


def by_hand(command: Command, *more: str) -> None:
    """Ada's mark is set by hand."""
    status, _, said = command("adjust", "tiny", "ada", "--points", "2.5", "--reason", "oral exam", *more)
    assert status == 0, said


TITLES = [
    (("", ""), ("Networks", "")),  # a first course.toml
    (("Networks", ""), ("Deep networks", "")),
    (("Networks", ""), ("Networks", "cnn")),  # an id is given
    (("Networks", ""), ("Deep networks", "cnn")),  # both at once
    (("Networks", "cnn"), ("Deep networks", "cnn")),
    (("Networks", "cnn"), ("Networks", "")),  # the id is taken out
    (("Networks", "cnn"), ("Deep networks", "")),
    (("Networks", "My course"), ("Networks", "cnn")),
]


@pytest.mark.parametrize(("before", "after"), TITLES)
def test_a_mark_set_by_hand_survives_whatever_the_course_is_called(
    small: Course, command: Command, before: tuple[str, str], after: tuple[str, str]
) -> None:
    name(small, *before)
    grade(small)
    by_hand(command)
    name(small, *after)
    assert command("history", "tiny", "ada")[0] == 0
    assert command("regrade", "tiny")[0] == 0
    assert marks()["ada"] == "2.5"
    grade(small)
    assert marks()["ada"] == "2.5"
    assert len(Results(Path("marks")).open(pipeline.load(small, "tiny").settings, "tiny").attempts()["ada"]) == 1
    for arguments in (("stats", "tiny"), ("queue", "tiny"), ("export", "tiny", "--to", "csv")):
        assert command(*arguments)[0] == 0
    by_hand(command)


def test_a_new_title_is_told_with_what_to_write(small: Course, command: Command) -> None:
    name(small, "Networks")
    grade(small)
    name(small, "Deep networks")
    said = command("history", "tiny", "ada")[2]
    assert "its only course is 'Networks', so the grader uses it for 'Deep networks'." in said
    assert 'To keep it if the title changes, write id = "Networks" into exercises/course.toml.' in said
    name(small, "Deep networks", "Networks")
    assert command("history", "tiny", "ada")[2] == ""
    name(small, "Deeper networks", "Networks")
    assert command("history", "tiny", "ada")[2] == ""


@pytest.mark.parametrize(("before", "after"), TITLES)
def test_in_a_shared_gradebook_it_is_kept_or_asked(
    small: Course, command: Command, before: tuple[str, str], after: tuple[str, str]
) -> None:
    here = ("--gradebook", SHARED)
    name(small, *before)
    grade(small, SHARED)
    by_hand(command, *here)
    name(small, *after)
    status, _, said = command("regrade", "tiny", *here)
    if status:
        assert status == cli.WRONG_USE
        held = before[1] or before[0] or "The course"
        assert f'write id = "{held}" into exercises/course.toml' in said
        name(small, after[0], held)
        assert command("regrade", "tiny", *here)[0] == 0
    grade(small, SHARED)
    assert marks()["ada"] == "2.5"


def test_another_course_in_a_shared_gradebook_needs_an_id(small: Course, command: Command, tmp_path: Path) -> None:
    name(small, "Networks")
    grade(small, SHARED)
    by_hand(command, "--gradebook", SHARED)
    shutil.copytree(small.root, tmp_path / "second")
    second = Course(tmp_path / "second")
    name(second, "Other")
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_bytes(b"{")
    arguments = ("grade", "tiny", "class", "--gradebook", SHARED, "--allow-degraded")
    status, _, said = command(*arguments, course=second.root, out="other")
    assert status == cli.WRONG_USE
    assert "If it is a different course, give it a separate `id`" in said
    name(second, "Other", "other")
    status, _, said = command(*arguments, course=second.root, out="other")
    assert status == cli.SOME_NOT_GRADED
    assert "the grader adds 'other' there as a new course, next to 'Networks'" in said
    assert command("regrade", "tiny", "--gradebook", SHARED)[0] == 0
    assert marks()["ada"] == "2.5"
    assert marks("other")["ada"] != "2.5"


def test_results_of_a_course_with_another_id_are_not_taken_over(small: Course, command: Command) -> None:
    name(small, "Networks", "cnn-2025")
    grade(small)
    name(small, "Networks", "cnn-2026")
    status, _, said = command("regrade", "tiny")
    assert status == cli.WRONG_USE
    assert "contains the course 'cnn-2025', but exercises/course.toml has id = \"cnn-2026\"" in said


@pytest.mark.parametrize("text", ["", "7", "[1]", "true"])
def test_an_id_that_is_none_is_refused(small: Course, command: Command, text: str) -> None:
    (small.exercises / "course.toml").write_text(f"id = {text or chr(34) * 2}\n")
    status, _, said = command("queue", "tiny")
    assert (status, said.startswith("exercises/course.toml: `id`")) == (cli.WRONG_USE, True), said


def test_the_folders_of_course_and_results_may_move(small: Course, command: Command, tmp_path: Path) -> None:
    name(small, "Networks")
    grade(small)
    by_hand(command)
    small.root.rename(tmp_path / "moved")
    Path("marks").rename("elsewhere")
    assert command("regrade", "tiny", course=tmp_path / "moved", out="elsewhere")[0] == 0
    grade(Course(tmp_path / "moved"), out="elsewhere")
    assert marks("elsewhere")["ada"] == "2.5"
    _, out, _ = command("history", "tiny", "ada", "--out", "saved", course=tmp_path / "moved", out="elsewhere")
    assert "try-1/notebook.ipynb" in out


def test_the_title_of_an_exercise_may_change(small: Course, command: Command) -> None:
    grade(small)
    by_hand(command)
    path = small.exercises / "tiny" / "exercise.toml"
    path.write_text(path.read_text().replace('title = "Tiny"', 'title = "Quite another one"'))
    assert command("regrade", "tiny")[0] == 0
    assert marks()["ada"] == "2.5"
    assert "Quite another one" in Path("marks/ada/report.html").read_text()


def folders(course: Course, old: str, new: str) -> None:
    """Rename the folders of an exercise."""
    for place in (course.exercises, course.solutions):
        (place / old).rename(place / new)


def nobodys_work(folder: str = "class") -> str:
    """A folder with one file that cannot be read, so that nothing runs."""
    Path(folder).mkdir()
    (Path(folder) / "ada.ipynb").write_bytes(b"{")
    return folder


@pytest.mark.parametrize("gradebook", [(), ("--gradebook", SHARED)])
def test_another_name_of_an_exercise_is_asked_about_and_taken_over(
    small: Course, command: Command, gradebook: tuple[str, ...]
) -> None:
    grade(small, SHARED if gradebook else None)
    by_hand(command, *gradebook)
    folders(small, "tiny", "minute")
    arguments = ("grade", "minute", nobodys_work(), "--allow-degraded", *gradebook)
    status, _, said = command(*arguments)
    assert status == cli.WRONG_USE
    assert "contains the exercise 'tiny', which the course no longer has" in said
    assert "`grader rename-exercise tiny minute`" in said
    ahead = ("adjust", "minute", "zoe", "--excused", "--reason", "ill", "--before-handing-in", *gradebook)
    assert command(*ahead)[0] == cli.WRONG_USE
    for asked in (("regrade", "minute"), ("history", "minute", "ada"), ("stats", "minute")):
        assert command(*asked, *gradebook)[0] == cli.WRONG_USE
    status, _, said = command("rename-exercise", "tiny", "minute", *gradebook)
    assert status == 0, said
    assert marks()["ada"] == "2.5"
    grade(small, SHARED if gradebook else None, slug="minute")
    assert marks()["ada"] == "2.5"
    assert "oral exam" in command("history", "minute", "ada", *gradebook)[1]
    assert "oral exam" in Path("marks/ada/report.html").read_text()


def test_results_in_the_usual_folder_come_along(
    small: Course, command: Command, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    grade(small, out="grading/tiny")
    by_hand(lambda *given: command(*given, out="grading/tiny"))
    folders(small, "tiny", "minute")

    def usual(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments, "--course", str(small.root)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return int(ended.value.code or 0), capsys.readouterr().err

    status, said = usual("grade", "minute", nobodys_work(), "--allow-degraded")
    assert status == cli.WRONG_USE
    assert "run `grader rename-exercise tiny minute`. If not, grade with --results grading/minute." in said
    assert usual("rename-exercise", "tiny", "minute")[0] == 0
    assert not Path("grading/tiny").exists()
    assert marks("grading/minute")["ada"] == "2.5"


def test_numbers_of_their_own_stay_under_another_name(small: Course, command: Command) -> None:
    (small.solution_folder("tiny") / "key.py").write_text(KEY)
    Path("roster.csv").write_text("student\nada\nbob\n")
    pipeline.hand_out(small, "tiny", Path("roster.csv"), Path("released"))
    before = {name: ReleasedVariants(small, "tiny").variant(name) for name in ("ada", "bob")}
    rows = (small.solution_folder("tiny") / "variants.csv").read_text()
    grade(small)
    ReleasedVariants(small, "tiny").were_drawn_for("nothing")
    assert (small.solution_folder("tiny") / "variants.csv").read_text() == rows
    folders(small, "tiny", "minute")
    for text in (rows, "\n".join(",".join(row.split(",")[:3]) for row in rows.splitlines())):
        (small.solution_folder("minute") / "variants.csv").write_text(text + "\n")
        ReleasedVariants(small, "minute").were_drawn_for("tiny")
        assert {name: ReleasedVariants(small, "minute").variant(name) for name in before} == before
    assert command("rename-exercise", "tiny", "minute")[0] == 0
    Path("roster.csv").write_text("student\nada\nbob\ncleo\n")
    pipeline.hand_out(small, "minute", Path("roster.csv"), Path("released"))
    assert {name: ReleasedVariants(small, "minute").variant(name) for name in before} == before


@pytest.mark.parametrize("meanwhile", ["nothing", "the same", "another"])
def test_a_student_under_another_name_keeps_tries_and_decisions(
    small: Course, command: Command, meanwhile: str
) -> None:
    grade(small)
    by_hand(command)
    material, results = pipeline.load(small, "tiny"), Results(Path("marks"))
    if meanwhile != "nothing":
        again = hand_in(material, "ada-l", 1 if meanwhile == "the same" else 2)
        pipeline.grade(material, [again], results, Fake(), ignore)
    results.database.close()
    status, _, said = command("rename-student", "tiny", "ada", "ada-l")
    assert status == 0, said
    assert ("'ada-l' had also submitted" in said) == (meanwhile != "nothing")
    assert marks().keys() == {"ada-l", "bob"}
    assert marks()["ada-l"] == "2.5"
    tries = Results(Path("marks")).gradebook("The course", "tiny").attempts()
    assert len(tries["ada-l"]) == (1 if meanwhile == "nothing" else 2)
    assert "oral exam" in command("history", "tiny", "ada-l")[1]
    assert command("history", "tiny", "ada")[0] == cli.WRONG_USE
    assert command("adjust", "tiny", "ada-l", "--points", "grader", "--reason", "mixed up")[0] == 0
    assert command("regrade", "tiny")[0] == 0


def test_a_misspelt_name_is_answered_with_the_nearest(small: Course, command: Command) -> None:
    grade(small)
    status, _, said = command("rename-student", "tiny", "adda", "zoe")
    assert (status, "adda: there is no student of this name." in said, "Did you mean 'ada'?" in said) == (
        cli.WRONG_USE,
        True,
        True,
    )


def test_decisions_about_both_names_are_never_lost(small: Course, command: Command) -> None:
    grade(small)
    by_hand(command)
    command("adjust", "tiny", "bob", "--points", "1", "--reason", "read")
    status, _, said = command("rename-student", "tiny", "ada", "bob")
    assert (status, "there are also overrides for 'bob'" in said) == (cli.WRONG_USE, True)
    assert marks() == {"ada": "2.5", "bob": "1"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("rename-student", "tiny", "nobody", "zoe"),
        ("rename-student", "tiny", "ada", "ada"),
        ("rename-student", "tiny", "ada", " "),
        ("rename-exercise", "nothing", "tiny"),
        ("rename-exercise", "tiny", "nothing"),
        ("rename-exercise", "tiny", "tiny"),
    ],
)
def test_a_name_that_cannot_be_given_changes_nothing(
    small: Course, command: Command, arguments: tuple[str, ...]
) -> None:
    grade(small)
    before = Path("marks/grades.csv").read_bytes()
    assert command(*arguments)[0] == cli.WRONG_USE
    assert Path("marks/grades.csv").read_bytes() == before
    assert Results(Path("marks")).gradebook("The course", "tiny").attempts().keys() == {"ada", "bob"}


def test_who_seems_to_have_another_name_is_named_and_stays_two(small: Course, command: Command) -> None:
    material, results = pipeline.load(small, "tiny"), Results(Path("marks"))
    for origin in ("doejane_1001_5001_tiny.ipynb", "smithjane_1001_5002_tiny.ipynb"):
        each = replace(hand_in(material, origin.split("_")[0], 1), origin=origin)
        pipeline.grade(material, [each], results, Fake(), ignore)
    results.database.close()
    command("adjust", "tiny", "zoe poe", "--extension", "2026-05-01T12:00", "--reason", "ill", "--before-handing-in")
    pipeline.grade(material, [hand_in(material, "Zoe Poe-Roe", 1)], results, Fake(), ignore)
    said = list(seem_renamed(material, results))
    results.database.close()
    assert any("doejane and smithjane: have the same number (Canvas 1001)" in line for line in said), said
    assert any("run `grader rename-student tiny 'zoe poe' 'Zoe Poe-Roe'`" in line for line in said), said
    assert marks().keys() == {"doejane", "smithjane", "Zoe Poe-Roe"}
    assert command("rename-student", "tiny", "zoe poe", "Zoe Poe-Roe")[0] == 0
    assert "extension until" in command("history", "tiny", "Zoe Poe-Roe")[1]


def test_the_page_of_the_course_names_results_that_it_leaves_out(small: Course, command: Command) -> None:
    grade(small, out="all/tiny")
    shutil.copytree("all/tiny", "all/earlier")
    status, _, said = command("course", out="all")
    assert status == 0
    assert "all/earlier: is left out" in said
    assert "`grader rename-exercise earlier NEW`" in said


def test_a_misspelt_new_name_of_an_exercise_leaves_its_folder_where_it_is(
    small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    grade(small, out="grading/tiny")
    shutil.move(small.exercises / "tiny", small.exercises / "small")
    shutil.move(small.solutions / "tiny", small.solutions / "small")
    monkeypatch.setattr(sys, "argv", ["grader", "rename-exercise", "tiny", "smal", "--course", str(small.root)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert (tmp_path / "grading" / "tiny" / "gradebook.sqlite").is_file()
    assert not (tmp_path / "grading" / "smal").exists()
