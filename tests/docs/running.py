"""A course in which the commands of a page are run, one by one, as a shell would."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT, case_notebooks
from tests.docs.pages import Command

NOT_READY = 1


def copy_course(folder: Path, *cases: str) -> Path:
    """Make a course with one exercise that is quick to grade, and the installed packages beside it.

    Args:
        folder: An empty folder.
        cases: The submissions of its class; without any, all that are quick.
    """
    wanted = cases or tuple(case_notebooks("conv-arithmetic").keys() - {"endless-loop"})
    for name in ("exercises", "solutions"):
        shutil.copytree(ROOT / name / "conv-arithmetic", folder / name / "conv-arithmetic")
    of_cases = folder / "solutions" / "conv-arithmetic" / "cases"
    for path in of_cases.glob("*.ipynb"):
        if path.stem not in wanted:
            path.unlink()
    expected = of_cases / "expected.toml"
    tables = re.split(r"^(?=\[)", expected.read_text(encoding="utf-8"), flags=re.MULTILINE)
    names = (re.match(r"\[([\w-]+)", table) for table in tables)
    chosen = (table for table, name in zip(tables, names, strict=True) if name is None or name[1] in wanted)
    expected.write_text("".join(chosen), encoding="utf-8")
    shutil.copytree(ROOT / "reference_models", folder / "reference_models")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def run(course: Path, command: Command) -> str:
    """Run a command in the course; it must succeed. Returns what it printed.

    It has one core, so that a class of a few notebooks is graded by one worker: each worker imports TensorFlow.
    """
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(course), "LANG": os.environ.get("LANG", "C.UTF-8")}
    done = subprocess.run(
        ["sh", "-c", f". .venv/bin/activate\n{command.line}"],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_keep_one_core,
    )
    # A notebook that is still blank is not ready to be submitted.
    expected = NOT_READY if "grader check" in command.line else 0
    assert done.returncode == expected, f"{command.line}\n{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr


def _keep_one_core() -> None:
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[os.getpid() % len(cores)]})
