"""A file of groups as people write it: blanks, accents, lines of cells, and columns that occur twice."""

from pathlib import Path

import pytest

from grader.errors import InputError
from grader.intake.groups_file import read_groups


def members(path: Path, text: str) -> dict[str, list[str]]:
    """Group -> names of its members."""
    path.write_text(text, encoding="utf-8")
    return {group.name: [member.id for member in group.members] for group in read_groups(path)}


@pytest.mark.parametrize("name", ["ada", " ada", "ada ", "\tada", "ada\u00a0"])
def test_blanks_around_a_name_make_no_second_student(tmp_path: Path, name: str) -> None:
    path = tmp_path / "groups.csv"
    assert members(path, f"group, student\nA, {name}\nA, bob\n") == {"A": ["ada", "bob"]}
    with pytest.raises(InputError, match="lines 2 and 3 put 'ada' into two groups"):
        members(path, f"group,student\nA,ada\nB,{name}\n")


def test_two_encodings_of_an_accent_make_no_second_student(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    assert members(path, "group,student\nA,Jos\u00e9\nA,Jose\u0301\n") == {"A": ["Jos\u00e9"]}
    with pytest.raises(InputError, match="lines 2 and 3 put 'Jos\u00e9' into two groups"):
        members(path, "group,student\nA,Jos\u00e9\nB,Jose\u0301\n")


def test_a_fault_is_named_with_its_line_also_after_cells_with_several_lines(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="lines 4 and 5 put 'ada' into two groups"):
        members(tmp_path / "groups.csv", 'group,student\nA,"a\nb"\nA,ada\nB,ada\n')


@pytest.mark.parametrize(
    "head", ["group,Group,student", "group,student,student", "group,student,numbers,numbers", "group,e-mail,email"]
)
def test_a_column_that_occurs_twice_is_refused(tmp_path: Path, head: str) -> None:
    with pytest.raises(InputError, match=r"has the column `[\w-]+` more than once\. Keep one of them\."):
        members(tmp_path / "groups.csv", f"{head}\nA,ada,bob,x\n")
