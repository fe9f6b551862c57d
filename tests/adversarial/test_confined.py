"""A grader that may take 1 GB finishes a class in which some hand over all that they can."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.course.layout import Course
from grader.execute.local import LocalExecutor
from grader.model.record import Isolation
from tests.adversarial.batch import FRAMES, FULL, HONEST, WIDTH
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


def test_the_class_is_finished_and_honest_marks_stay(
    quokka: Course, executor: LocalExecutor, confined: list[str], tmp_path: Path
) -> None:
    assert executor.isolation is Isolation.SANDBOX, "else this is skipped"
    hand_in = tmp_path / "class"
    hand_in.mkdir()
    for name in ("ann", "zoe"):
        (hand_in / f"{name}.ipynb").write_bytes(notebook(f"# {name}", *HONEST))
    for name, source in GREEDY.items():
        (hand_in / f"{name}.ipynb").write_bytes(notebook(WIDTH, FRAMES, source))
    words = ["grade", "quokka", str(hand_in), "--course", str(quokka.root), "--out", str(tmp_path / "marks"), "--json"]
    ended = subprocess.run(
        [*confined, sys.executable, "-m", "grader", *words, "--jobs", "2"], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    marks = {each["student"]: each["points"] for each in json.loads(ended.stdout)}
    assert set(marks) == {"ann", "zoe", *GREEDY}
    assert marks["ann"] == marks["zoe"] == sum(FULL.values())
