"""Completion in a shell: commands, options, formats and names of exercises, in bash and zsh."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

GRADER = Path(sys.executable).with_name("grader")
PLAIN = {**os.environ, "TERM": "dumb"}
BASH = """
eval "$({grader} --show-completion bash)"
COMP_WORDS=({words}); COMP_CWORD={last}
_grader_completion {grader}
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """A folder with two exercises, one with a broken file."""
    for slug in ("first-steps", "filters"):
        (tmp_path / "exercises" / slug).mkdir(parents=True)
        (tmp_path / "exercises" / slug / "exercise.toml").write_text("broken [")
    return tmp_path


def in_bash(folder: Path, *words: str) -> list[str]:
    """What bash offers for the last of the words after `grader`."""
    script = BASH.format(grader=GRADER, words=" ".join(f"'{word}'" for word in ("grader", *words)), last=len(words))
    # With this setting, the library takes the shell from the command line, and does not look at its parent process.
    environment = {**PLAIN, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    command = ["bash", "--norc", "-c", script]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


def for_zsh(folder: Path, line: str) -> str:
    """What the program answers to the function that it defines for zsh."""
    environment = {**PLAIN, "_GRADER_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": line}
    done = subprocess.run([GRADER], cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("rena",), ["rename-exercise", "rename-student"]),
        (("regrade", "f"), ["filters", "first-steps"]),
        (("regrade", "fir"), ["first-steps"]),
        (("regrade", "--dr"), ["--dry-run"]),
        (("data", "pro"), ["provide"]),
        (("subm",), ["submit"]),
        (("submit", "--exercise", "fir"), ["first-steps"]),
        (("status", "--t"), ["--to"]),
        (("test", "filters", "fir"), ["first-steps"]),
        (("export", "filters", "--to", "moodle-"), ["moodle-worksheet"]),
        (("regrade", "nothing-of-the-kind"), []),
    ],
)
def test_bash_completes_commands_options_and_exercises(
    course: Path, words: tuple[str, ...], offered: list[str]
) -> None:
    assert in_bash(course, *words) == offered


def test_zsh_gets_commands_with_their_help_and_exercises(course: Path) -> None:
    assert '"regrade":"Update the marks after you change points' in for_zsh(course, "grader reg")
    assert '"filters"' in for_zsh(course, "grader regrade f")
    assert "--dry-run" in for_zsh(course, "grader regrade filters --d")


def test_the_course_on_the_command_line_is_completed(course: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    assert in_bash(elsewhere, "regrade", "fil") == []
    assert in_bash(elsewhere, "regrade", "--course", str(course), "fil") == ["filters"]


def test_broken_defaults_do_not_prevent_completion(course: Path) -> None:
    (course / "exercises" / "course.toml").write_text("[defaults]\njbos = 2\n")
    assert in_bash(course, "regrade", "fil") == ["filters"]


def test_a_name_is_never_run_by_the_shell(course: Path) -> None:
    (course / "exercises" / "$(touch hacked)").mkdir()
    (course / "exercises" / "$(touch hacked)" / "exercise.toml").touch()
    in_bash(course, "regrade", "")
    assert not (course / "hacked").exists()


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_zsh_accepts_the_function(course: Path) -> None:
    environment = {**PLAIN, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    show = subprocess.run(
        [GRADER, "--show-completion", "zsh"], env=environment, capture_output=True, text=True, check=True
    )
    script = f"autoload -U compinit && compinit -u -D\n{show.stdout}"
    subprocess.run(["zsh", "-f", "-c", script], cwd=course, check=True, timeout=60)


def test_the_script_for_each_shell_calls_the_program() -> None:
    environment = {**PLAIN, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    for shell in ("bash", "zsh"):
        done = subprocess.run(
            [GRADER, "--show-completion", shell], env=environment, capture_output=True, text=True, check=True
        )
        assert "_GRADER_COMPLETE" in done.stdout


def test_completion_is_installed_in_the_settings_of_bash(tmp_path: Path) -> None:
    environment = {**PLAIN, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1", "HOME": str(tmp_path)}
    subprocess.run([GRADER, "--install-completion", "bash"], env=environment, cwd=ROOT, check=True, capture_output=True)
    (script,) = [path for path in tmp_path.rglob("*") if path.is_file() and "_GRADER_COMPLETE" in path.read_text()]
    assert str(script) in (tmp_path / ".bashrc").read_text()


def test_completion_imports_nothing_more_at_the_start() -> None:
    code = "import sys, typer; before = set(sys.modules); import typer.completion; print(set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
