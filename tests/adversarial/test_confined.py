"""A grader that may take 1 GB finishes a class in which some hand over all that they can."""

import io
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.execute.local import LocalExecutor
from grader.model.record import Isolation
from tests.adversarial.batch import FRAMES, FULL, HONEST, WIDTH, Marked, assert_honest_unharmed, marked_again
from tests.conftest import notebook

pytestmark = pytest.mark.slow

MEMORY = 2**30
GREEDY = {
    "models": "for number in range(3):\n    frame({'type': 'model', 'name': f'm{number}', 'model': {'layers': [[]] * 3_500_000}})",
    "answers": "for number in range(9):\n    frame({'type': 'answer', 'name': 'width', 'answer': {'state': 'value', 'type_name': 'list', 'value': [{}] * 120_000}})",
    "a text": "frame({'type': 'answer', 'name': 'width', 'answer': {'state': 'value', 'type_name': 'str', 'value': 'x' * 15_000_000}})",
    "HTML": "from IPython.display import HTML, display\nfor number in range(30):\n    display(HTML('<b>x</b>' * 8_000))",
    "pictures": (
        "import numpy as np\nfrom IPython.display import display\nfrom PIL import Image\n"
        "for number in range(6):\n    display(Image.fromarray(np.full((3900, 3900), number, np.uint8)))"
    ),
}


@pytest.fixture
def confined() -> Iterator[list[str]]:
    """Words before a command that then may take 1 GB; sandboxes have control groups of their own, beside it."""
    root = Path("/sys/fs/cgroup")
    parent = root / "memory" if (root / "memory").is_dir() else root
    limit = "memory.limit_in_bytes" if parent.name == "memory" else "memory.max"
    group = parent / f"test-of-a-class-{os.getpid()}"
    try:
        group.mkdir()
        (group / limit).write_text(str(MEMORY))
    except OSError as error:
        pytest.skip(f"no control group can be made here ({error.strerror})")
    yield ["/bin/sh", "-c", f'echo $$ > {group}/cgroup.procs; exec "$@"', "sh"]
    group.rmdir()


def archive(number: int) -> bytes:
    """A zip archive of 40 kB that holds 40 MB, which are searched for held-out images."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("images.npy", bytes([number]) * 40_000_000)
    return stream.getvalue()


def test_the_class_is_finished_and_honest_marks_stay(
    quokka: Course, executor: LocalExecutor, confined: list[str], tmp_path: Path, alone: Marked
) -> None:
    """Through the command line; so do honest verdicts, reasons, flags and times."""
    assert executor.isolation is Isolation.SANDBOX, "else this is skipped"
    shutil.copytree(quokka.root, tmp_path / "course")
    with (tmp_path / "course" / "exercises" / "quokka" / "exercise.toml").open("a") as exercise:
        exercise.write('[hand_in]\nfiles = ["*.npz"]\nmax_mb = 16\n')
    hand_in = tmp_path / "class"
    files = {f"{name}/quokka.ipynb": notebook(f"# {name}", *HONEST) for name in ("honest ann", "honest zoe")}
    files |= {f"{name}/quokka.ipynb": notebook(WIDTH, FRAMES, source) for name, source in GREEDY.items()}
    files |= {"archives/quokka.ipynb": notebook(WIDTH), **{f"archives/{n}.npz": archive(n) for n in range(40)}}
    for name, content in files.items():
        (hand_in / name).parent.mkdir(parents=True, exist_ok=True)
        (hand_in / name).write_bytes(content)
    words = [
        "grade",
        "quokka",
        str(hand_in),
        "--course",
        str(tmp_path / "course"),
        "--results",
        str(tmp_path / "marks"),
    ]
    ended = subprocess.run(
        [*confined, sys.executable, "-m", "grader", *words, "--jobs", "2"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found = marked_again(pipeline.load(Course(tmp_path / "course"), "quokka"), tmp_path / "marks")
    assert set(found) == {"honest ann", "honest zoe", "archives", *GREEDY}
    assert found["archives"].points["width"] == FULL["width"]
    assert_honest_unharmed(found, alone)
