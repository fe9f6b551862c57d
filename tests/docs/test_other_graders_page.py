"""The commands of the page about other graders work on a small course."""

import re
import shlex
from pathlib import Path

import pytest

from grader import cli
from grader.course.layout import Course
from grader.course.scaffold import create_exercise
from tests.conftest import ROOT
from tests.porting.foreign import code, grade, solution, write_notebook

PAGE = ROOT / "docs" / "how-to" / "other-graders.md"


TABLES = {
    "grades.csv": "assignment,timestamp,student_id,score,max_score\nhw1,2030-01-01 10:00:00,ada,2,4\n",
    "final_grades.csv": "file,q1,total_points_earned,grading_status\nada.ipynb,1,1,Completed\n",
    "marks-by-hand.csv": "student,points\nada,3\n",
}


def blocks() -> list[str]:
    """The commands of each block of the page."""
    return re.findall(r"^```text\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def test_its_commands_for_marks_work(small: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    *_, of_marks = blocks()
    *imports, course = of_marks.splitlines()
    for line in imports:
        *_, slug, name = line.split()
        create_exercise(small, slug)
        (small.root / name).write_text(TABLES[name])
    monkeypatch.chdir(small.root)
    for line in (*imports, course):
        monkeypatch.setattr("sys.argv", shlex.split(line))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
    page = (small.root / "grading" / "index.html").read_text()
    assert page.count("(imported from another grader)") == len(imports) == len(TABLES)


def test_its_commands_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    cells = [code("import math"), solution("area", "area = 28 * 28"), grade("test_area", "assert area == 784")]
    write_notebook(tmp_path / "my-course" / "source" / "areas" / "areas.ipynb", cells)
    write_notebook(
        tmp_path / "my-lab" / "areas.ipynb",
        [code("area = 28 * 28"), code('grader.check("test_area")')],
    )
    (tmp_path / "my-lab" / "tests").mkdir()
    test = {"name": "test_area", "suites": [{"cases": [{"code": ">>> area\n784\n"}]}]}
    (tmp_path / "my-lab" / "tests" / "test_area.py").write_text(f"test = {test!r}\n")
    block, of_otter, _ = blocks()
    *lines, last = block.splitlines()
    assert last == "grader test --course new-course"  # needs a sandbox: see `tests/porting`
    for line in (*lines, of_otter.replace("new-course", "of-otter")):
        monkeypatch.setattr("sys.argv", shlex.split(line))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        assert "areas" in capsys.readouterr().out
    for name in ("new-course", "of-otter"):
        assert "| test_area | 1 | question" in (tmp_path / name / "IMPORT.md").read_text()
