"""Where no control group shares the processor out: workers keep to cores of their own."""

import os
import subprocess
import sys

from grader.execute.cores import own_core
from tests.conftest import ROOT

# Cores that no machine has, so that graders which run meanwhile are not in the way.
HOLD = """
import sys
from grader.execute import cores
print(cores._core([10_001, 10_002]), flush=True)
sys.stdin.read()
print(cores._core([10_001, 10_002]), cores._core([10_001, 10_002]), flush=True)
"""


def test_what_is_started_keeps_to_one_core_and_we_do_not() -> None:
    before = os.sched_getaffinity(0)
    with own_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


def test_workers_of_different_processes_keep_to_different_cores() -> None:
    """As those of a cluster are, two on one machine; a worker that starts its sandbox again stays where it was."""
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", HOLD], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    cores = [worker.stdout.readline().strip() for worker in workers if worker.stdout]
    first_again = workers[0].communicate()[0].split()
    workers[1].communicate()
    assert sorted(cores) == ["10001", "10002"]
    assert set(first_again) == {cores[0]}


def test_a_core_is_free_again_when_its_worker_has_ended() -> None:
    for _ in range(2):
        ended = subprocess.run(
            [sys.executable, "-c", HOLD], cwd=ROOT, input="", capture_output=True, text=True, check=True
        )
        assert ended.stdout.split()[0] == "10001"
