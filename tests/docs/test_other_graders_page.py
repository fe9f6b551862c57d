"""The commands of the page about other graders work on a small course."""

import re
import shlex
from pathlib import Path

import pytest

from grader import cli
from tests.conftest import ROOT
from tests.porting.foreign import code, grade, solution, write_notebook

PAGE = ROOT / "docs" / "how-to" / "other-graders.md"


def test_its_commands_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    cells = [code("import math"), solution("area", "area = 28 * 28"), grade("test_area", "assert area == 784")]
    write_notebook(tmp_path / "my-course" / "source" / "areas" / "areas.ipynb", cells)
    (block,) = re.findall(r"^```text\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    *lines, last = block.splitlines()
    assert last == "grader test --course new-course"  # needs a sandbox: see `tests/porting`
    for line in lines:
        monkeypatch.setattr("sys.argv", shlex.split(line))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert not ended.value.code
        assert "areas" in capsys.readouterr().out
    assert "| test_area | 1 | question" in (tmp_path / "new-course" / "IMPORT.md").read_text()
