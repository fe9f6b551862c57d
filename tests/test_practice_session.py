"""`grader practice` asks, explains, keeps the answers, and ends kindly."""

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grader import cli
from grader.course.layout import Course
from grader.pipeline.practice import PracticeQuestions
from tests.conftest import ROOT

Practise = Callable[..., tuple[int, str]]


@pytest.fixture
def practise(state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Practise:
    """Run the command while somebody types."""

    def run(*arguments: str, typed: str = "") -> tuple[int, str]:
        command = ["grader", "practice", *arguments, "--state", str(state), "--course", str(ROOT)]
        monkeypatch.setattr(sys, "argv", command)
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        captured = capsys.readouterr()
        return int(ended.value.code or 0), captured.out + captured.err

    return run


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "answers.json"


def test_a_wrong_answer_is_explained_and_kept(state: Path, practise: Practise) -> None:
    status, output = practise("stride", typed="1\n")
    assert status == 0
    assert "Practice never changes a mark." in output
    assert "Not yet" in output
    assert "Expected" in output
    (answer,) = json.loads(state.read_text())
    assert answer["is_right"] is False
    assert answer["question"].split("/")[0] in PracticeQuestions(Course(ROOT)).exercises


def test_answers_of_earlier_days_count(state: Path, practise: Practise) -> None:
    practise("stride", typed="1\n")
    practise("stride", typed="2\n3\n")
    assert len(json.loads(state.read_text())) == 3
    status, output = practise("--list")
    assert status == 0
    assert "learning," in output
    assert "not begun" in output


def test_the_end_of_the_input_ends_practice_without_an_answer(state: Path, practise: Practise) -> None:
    status, output = practise()
    assert status == 0
    assert "Traceback" not in output
    assert not state.exists()


def test_an_empty_answer_is_not_kept(state: Path, practise: Practise) -> None:
    practise("stride", typed="\n")
    assert not state.exists()


def test_an_answer_that_cannot_be_read_is_asked_again(state: Path, practise: Practise) -> None:
    status, output = practise("stride", typed="(1,2\n1\n")
    assert status == 0
    assert "`(1,2` is not a number, a calculation or a list of numbers" in " ".join(output.split())
    assert len(json.loads(state.read_text())) == 1


def test_an_unknown_concept_is_named_with_those_that_exist(practise: Practise) -> None:
    status, output = practise("strides")
    assert status == 2
    assert "Did you mean 'stride'?" in output


@pytest.mark.parametrize("content", ["", "[1]", "{}", "no json", '[{"question": 3}]'])
def test_a_file_that_has_no_answers_is_refused_and_kept(state: Path, practise: Practise, content: str) -> None:
    state.parent.mkdir()
    state.write_text(content)
    status, output = practise()
    assert status == 2
    assert "is not a file of answers" in " ".join(output.split())
    assert state.read_text() == content


def test_practice_does_not_import_tensorflow() -> None:
    code = "import sys; import grader.cli.practice; print('tensorflow' in sys.modules or 'keras' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"
