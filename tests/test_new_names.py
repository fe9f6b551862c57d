"""A new name of a student changes no numbers and no mark, in any exercise of the course."""

import itertools
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grader import cli, pipeline
from grader.course.layout import Course
from grader.course.student_names import StudentNames
from grader.course.variants import ReleasedVariants, variant_in
from grader.gradebook import renaming as stored_names
from grader.gradebook.results import Results
from grader.marks import flags
from grader.pipeline import people
from tests.conftest import notebook
from tests.fakes import Fake, hand_in, ignore
from tests.reading import as_read

SHARED = "sqlite:///shared.sqlite"
SLUGS = ("tiny", "twin")
STUDENTS = ("Elif Yilmaz", "Bob Stone")
NEW = "Elif Kaya"
KEY = """
def draw(rng):
    return {"size": rng.randint(5, 10**6)}


def answers(given):
    return {"width": given["size"] + 1, "padding": "same"}
"""
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def drawn(small: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """Two exercises with numbers for each student, which have been released to a class."""
    monkeypatch.chdir(tmp_path)
    (small.solution_folder("tiny") / "key.py").write_text(KEY)
    for folder in (small.exercises, small.solutions):
        shutil.copytree(folder / "tiny", folder / "twin")
    release(small, *STUDENTS)
    return small


@pytest.fixture
def command(drawn: Course, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run a command of the course; gives status, output and messages."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["grader", *arguments, "--course", str(drawn.root)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            cli.main()
        told = capsys.readouterr()
        assert "Traceback" not in told.err
        return int(ended.value.code or 0), told.out, told.err

    return run


def release(course: Course, *names: str, roster: str = "") -> dict[str, set[str]]:
    """Release both exercises to the students of a roster; gives the variants that the notebooks name."""
    Path("roster.csv").write_text(roster or "\n".join(["student", *names]) + "\n")
    return {
        slug: {code_of(path) for path in pipeline.hand_out(course, slug, Path("roster.csv"), Path("released"))}
        for slug in SLUGS
    }


def code_of(path: Path) -> str:
    """The variant that a notebook names."""
    cells = json.loads(path.read_text())["cells"]
    return variant_in("\n".join("".join(cell["source"]) for cell in cells))


def grade(
    course: Course, submitter: str, owner: str, slug: str = "tiny", gradebook: str | None = None, note: str = ""
) -> None:
    """Grade a notebook with the numbers that were drawn for somebody, and the right answer for these."""
    material, results = pipeline.load(course, slug), Results(Path("grading") / slug, gradebook)
    variant = material.given_out.variant(owner)
    answer = material.keys.key(variant.seed).answers["width"]
    content = notebook(f'variant = "{variant.code}"', f"width = {answer}", note)
    submission = replace(hand_in(material, submitter, 1), exercise=slug, content=content)
    pipeline.grade(material, [submission], results, Fake(), ignore)
    results.database.close()


def points(course: Course, slug: str = "tiny", gradebook: str | None = None) -> dict[str, float]:
    """Student -> points of the mark that counts."""
    results = Results(Path("grading") / slug, gradebook)
    marks = results.existing(pipeline.load(course, slug).settings, slug).marks()
    results.database.close()
    return {mark.student: mark.assessment.points for mark in marks}


def flagged(course: Course, student: str, slug: str = "tiny") -> str:
    """What the dashboard says about the numbers in a student's notebook; empty if nothing."""
    results = Results(Path("grading") / slug)
    marks = results.existing(pipeline.load(course, slug).settings, slug).marks(student)
    results.database.close()
    texts = [flag.text for mark in marks for flag in mark.assessment.flags if flag.kind == flags.OTHER_NUMBERS]
    return " ".join(map(as_read, texts))


@pytest.mark.parametrize("gradebook", [None, SHARED])
@pytest.mark.parametrize("how", ["rename-student", "merge-student"])
def test_a_new_name_changes_no_mark_in_any_exercise(
    drawn: Course, command: Command, gradebook: str | None, how: str
) -> None:
    old, shared = STUDENTS[0], ("--gradebook", gradebook) if gradebook else ()
    for slug in SLUGS:
        for student in STUDENTS:
            grade(drawn, student, student, slug, gradebook)
    before = {slug: points(drawn, slug, gradebook) for slug in SLUGS}
    assert before["tiny"][old] > 1
    if how == "merge-student":
        grade(drawn, NEW, old, "tiny", gradebook, "# again")
        assert command(how, old, NEW, *shared)[0] == 0
    else:
        status, out, said = command(how, "tiny", old, NEW, *shared)
        assert (status, out) == (0, f"'{old}' is now called '{NEW}': tiny, twin.\n"), said
    expected = {slug: {NEW: marks[old], STUDENTS[1]: marks[STUDENTS[1]]} for slug, marks in before.items()}
    assert {slug: points(drawn, slug, gradebook) for slug in SLUGS} == expected
    for slug in SLUGS:
        assert command("regrade", slug, *shared)[0] == 0
        grade(drawn, NEW, old, slug, gradebook, "# the old notebook again")
        grade(drawn, old, old, slug, gradebook, "# under the old name")
    assert {slug: points(drawn, slug, gradebook) for slug in SLUGS} == expected
    assert gradebook or flagged(drawn, NEW) == ""


def test_a_student_who_is_renamed_back_and_again_keeps_the_mark(drawn: Course, command: Command) -> None:
    names = [STUDENTS[0], NEW, "Elif K.", STUDENTS[0], NEW]
    grade(drawn, names[0], names[0])
    (before,) = points(drawn).values()
    for old, new in itertools.pairwise(names):
        assert command("rename-student", "tiny", old, new)[0] == 0
        assert points(drawn) == {new: before}


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("student\nElif Yilmaz\n", f"student\n{NEW}\n"),
        ("student\nElif Yilmaz\n", "student\nElif Yilmaz\n"),
        ("name,email\nElif Yilmaz,elif@x.org\n", f"name,email\n{NEW},elif@x.org\n"),
        ("id,name\n7,Elif Yilmaz\n", f"id,name\n7,{NEW}\n"),
        (
            'Student,ID,SIS Login ID,Section\n"Yilmaz, Elif",1,ey,A\n',
            f"Student,ID,SIS Login ID,Section\n{NEW},1,ek,A\n",
        ),
    ],
)
def test_a_later_release_gives_a_renamed_student_the_same_numbers(
    drawn: Course, command: Command, first: str, then: str
) -> None:
    for slug in SLUGS:
        (drawn.solution_folder(slug) / "variants.csv").unlink()
    release(drawn, roster=first)
    before = {slug: ReleasedVariants(drawn, slug).variant(STUDENTS[0]) for slug in SLUGS}
    grade(drawn, STUDENTS[0], STUDENTS[0])
    assert command("rename-student", "tiny", STUDENTS[0], NEW)[0] == 0
    assert release(drawn, roster=then) == {slug: {variant.code} for slug, variant in before.items()}
    for slug in SLUGS:
        for name in (STUDENTS[0], NEW):
            assert ReleasedVariants(drawn, slug).variant(name) == before[slug], (slug, name)


def test_a_roster_with_the_same_address_gives_the_same_numbers_before_anybody_renames(drawn: Course) -> None:
    release(drawn, roster="name,email\nAda Old,ada@x.org\n")
    before = ReleasedVariants(drawn, "tiny").variant("Ada Old")
    release(drawn, roster="name,email\nAda New,ada@x.org\nBob Stone,bob@x.org\n")
    given_out = ReleasedVariants(drawn, "tiny")
    assert given_out.variant("Ada New") == given_out.variant("Ada Old") == before
    assert given_out.variant("Bob Stone") != before


def test_a_merged_student_is_marked_with_the_numbers_of_each_notebook(drawn: Course, command: Command) -> None:
    """Both names were on the roster, and each notebook has other numbers."""
    for student in STUDENTS:
        grade(drawn, student, student)
    full = points(drawn)[STUDENTS[0]]
    assert command("merge-student", STUDENTS[0], STUDENTS[1])[0] == 0
    assert points(drawn) == {STUDENTS[1]: full}
    for owner in STUDENTS:
        grade(drawn, STUDENTS[1], owner, note=f"# again {owner}")
        assert points(drawn) == {STUDENTS[1]: full}
        assert flagged(drawn, STUDENTS[1]) == ""


def test_names_that_were_exchanged_lead_to_the_numbers_of_both(drawn: Course, command: Command) -> None:
    elif_, bob = STUDENTS
    for student, owner in ((elif_, bob), (bob, elif_)):  # the files had been mixed up
        grade(drawn, student, owner)
    assert "Notebooks may have been mixed up" in flagged(drawn, bob)
    for old, new in ((elif_, "X"), (bob, elif_), ("X", bob)):
        assert command("rename-student", "tiny", old, new)[0] == 0
    assert len(set(points(drawn).values())) == 1
    assert flagged(drawn, bob) == flagged(drawn, elif_) == ""


def test_a_new_name_that_nobody_told_costs_nothing_and_staff_are_asked(drawn: Course) -> None:
    grade(drawn, STUDENTS[0], STUDENTS[0])
    grade(drawn, NEW, STUDENTS[0], note="# another name")
    assert points(drawn)[NEW] == points(drawn)[STUDENTS[0]]
    said = flagged(drawn, NEW)
    assert "has the numbers that were drawn for Elif Yilmaz" in said
    assert "`grader rename-student`" in said


def test_a_student_with_own_numbers_is_not_marked_with_those_of_another(drawn: Course) -> None:
    grade(drawn, STUDENTS[0], STUDENTS[0])
    grade(drawn, STUDENTS[1], STUDENTS[0])
    assert points(drawn)[STUDENTS[1]] < points(drawn)[STUDENTS[0]]
    assert "Notebooks may have been mixed up" in flagged(drawn, STUDENTS[1])


@pytest.mark.parametrize("step", ["StudentNames", "_carry_pseudonym", "rename", "rename_student_in_portal", "regrade"])
def test_a_command_that_was_killed_costs_nobody_a_mark_and_is_finished_by_the_same_command(
    drawn: Course, command: Command, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Killed

    for slug in SLUGS:
        grade(drawn, STUDENTS[0], STUDENTS[0], slug)
    (before,) = points(drawn).values()
    results = Results(Path("grading/tiny"))
    with monkeypatch.context() as patch:
        if step == "rename":
            patch.setattr(stored_names, "rename_student", stop)
        else:
            patch.setattr(people, step, stop)
        with pytest.raises(Killed):
            people.rename_student(drawn, "tiny", results, STUDENTS[0], NEW, "kim")
    results.database.close()
    for slug in SLUGS:
        assert command("regrade", slug)[0] == 0
        assert list(points(drawn, slug).values()) == [before]
    assert command("rename-student", "tiny", STUDENTS[0], NEW)[0] == 0
    assert [points(drawn, slug) for slug in SLUGS] == [{NEW: before}] * 2


def test_the_names_of_a_deleted_student_are_forgotten(drawn: Course, command: Command) -> None:
    for student in STUDENTS:
        grade(drawn, student, student)
    assert command("rename-student", "tiny", STUDENTS[0], NEW)[0] == 0
    assert command("rename-student", "tiny", STUDENTS[1], "Robert Stone")[0] == 0
    status, _, said = command("delete-student", NEW, "--yes")
    assert status == 0
    assert said.count("variants.csv: still names the student.") == len(SLUGS)
    assert (drawn.solutions / "renamed.csv").read_text().splitlines()[1:] == ["Bob Stone,Robert Stone,"]


def test_groups_that_have_the_old_name_are_listed(drawn: Course, command: Command) -> None:
    (drawn.solutions / "groups.csv").write_text("group,student\nA,Elif Yilmaz\nA,Bob Stone\n")
    grade(drawn, STUDENTS[0], STUDENTS[0])
    before = points(drawn)
    said = command("rename-student", "tiny", STUDENTS[0], NEW)[2]
    assert "solutions/groups.csv: still has the name 'Elif Yilmaz'. Change it there to 'Elif Kaya'." in said
    assert points(drawn) == {NEW: before[STUDENTS[0]], STUDENTS[1]: before[STUDENTS[1]]}


def test_a_pseudonym_for_research_follows_the_student(drawn: Course, command: Command) -> None:
    def pseudonyms() -> set[str]:
        path = Path("grading/tiny/exports/tiny-research.csv")
        path.unlink(missing_ok=True)
        assert command("export", "tiny", "--to", "research")[0] == 0
        return {line.split(",")[0] for line in path.read_text().splitlines()[1:]}

    for student in STUDENTS:
        grade(drawn, student, student)
    before = pseudonyms()
    assert len(before) == len(STUDENTS)
    assert command("rename-student", "tiny", STUDENTS[0], NEW)[0] == 0
    assert pseudonyms() == before


def test_a_file_of_new_names_that_is_damaged_stops_with_a_remedy(drawn: Course, command: Command) -> None:
    grade(drawn, STUDENTS[0], STUDENTS[0])
    (drawn.solutions / "renamed.csv").write_text("name\nada\n")
    status, _, said = command("regrade", "tiny")
    assert status == cli.WRONG_USE
    assert said.startswith("solutions/renamed.csv: is not the file that `grader rename-student` wrote.")


def test_earlier_names_are_found_in_the_order_in_which_they_changed(drawn: Course) -> None:
    for old, new in (("A", "X"), ("B", "A"), ("X", "B")):
        StudentNames(drawn).add(old, new, is_joined=False)
    names = StudentNames(drawn)
    assert {name: names.earlier(name) for name in ("A", "B", "C")} == {"A": ("B",), "B": ("X", "A"), "C": ()}
    assert {name: names.first(name) for name in ("A", "B", "C")} == {"A": "B", "B": "A", "C": "C"}
