"""Nothing secret can be read: not on disk, not in memory, not in /proc, not through a descriptor."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from grader import pipeline
from grader.execute.local import LocalExecutor
from tests.adversarial.batch import HONEST, Marked, assert_honest_unharmed, grade_among_honest
from tests.conftest import ROOT

pytestmark = pytest.mark.slow

# The name of the course is put together, so that a notebook does not find itself.
WALK = """
import json, os
name, told = 'quo' + 'kka', []
for folder, folders, files in os.walk('/'):
    folders[:] = [] if folder.startswith('/proc') else folders
    told += [os.path.join(folder, found) for found in folders + files if name in found.lower()]
    if not folder.startswith(('/usr', '/opt/site', '/opt/python', '/proc', '/dev')):
        for found in files:
            try:
                text = open(os.path.join(folder, found), 'rb').read(2**20)
            except OSError:
                continue
            told += [os.path.join(folder, found)] * (name.encode() in text)
homes = [path for path in ('/root', '/home', '/mnt', '/srv', '/var', '/media', '/run', '/sys', '/boot') if os.path.exists(path)]
print(json.dumps([told, homes, sorted(os.listdir('/work')), sorted(os.listdir('/tmp'))]))
"""

LINKS = """
import json, os
opened = []
for target in ('/etc/shadow', '/etc/passwd', '/root', '/home', '/proc/1/root/etc', '/proc/1/cwd', '/../../../root', '/proc/1/root'):
    link = 'to' + target.replace('/', '_')
    os.symlink(target, link)
    try:
        opened.append([target, str(os.listdir(link) if os.path.isdir(link) else open(link).read())[:80]])
    except OSError:
        pass
print(json.dumps(opened))
"""

OBJECTS = """
import gc, json, sys, threading
name, told = 'quo' + 'kka', []
for item in gc.get_objects():
    if type(item) in (str, bytes) and (name if type(item) is str else name.encode()) in item.lower():
        told.append(repr(item)[:80])
    if type(item) is dict:
        told += [repr(key) for key in list(item) if type(key) is str and key in ('thresholds', 'labels_heldout', 'max_points', 'slips')]
told += [module for module in sys.modules if module.split('.')[0] == 'grader' or name in module]
for frame in sys._current_frames().values():
    while frame:
        told += [key for key in frame.f_locals if key in ('labels', 'heldout', 'expected', 'key_of', 'rubric')]
        frame = frame.f_back
print(json.dumps(told))
"""

# Patterns and memory are both compared with each bit of 85 turned, so that the search does not find itself.
MEMORY = """
import json
import numpy as np
turned, found, read = [bytes.fromhex(text) for text in {patterns}], 0, 0
for line in open('/proc/self/maps').readlines():
    begin, end = (int(part, 16) for part in line.split()[0].split('-'))
    if 'rw' in line.split()[1] and end - begin < 2**28:
        with open('/proc/self/mem', 'rb', buffering=0) as memory:
            try:
                memory.seek(begin)
                block = (np.frombuffer(memory.read(end - begin), 'u1') ^ 85).tobytes()
            except (OSError, ValueError, OverflowError):
                continue
        read += len(block)
        found += sum(block.count(pattern) for pattern in turned)
print(json.dumps([found, read]))
"""

PROCESSES = """
import json, os
told, seen = [], sorted(int(name) for name in os.listdir('/proc') if name.isdigit())
for process in seen:
    for what in ('environ', 'mem', 'maps', 'cmdline', 'root', 'cwd', 'exe', 'fd/0', 'fd/2', 'fd/3', 'fd/4', 'fd/5'):
        path = f'/proc/{process}/{what}'
        try:
            text = os.readlink(path) if os.path.islink(path) else open(path, 'rb').read(2**20).decode(errors='replace')
        except OSError:
            continue
        told.append([path, text[:200]] if process != os.getpid() or what == 'environ' else [path, ''])
print(json.dumps([seen, os.getpid(), told, dict(os.environ)]))
"""

MOUNTS = """
import json
print(json.dumps([open('/proc/self/' + name).read() for name in ('mountinfo', 'mounts', 'cgroup', 'status')]))
"""

DESCRIPTORS = """
import json, os
kinds = {}
for name in os.listdir('/proc/self/fd'):
    try:
        kinds[name] = os.readlink('/proc/self/fd/' + name)
    except OSError:
        continue
print(json.dumps(kinds))
"""

HELD_OUT = """
import gc, json, sys
import numpy as np
seen = []
def predict(images):
    for item in gc.get_objects():
        if type(item) is np.ndarray and item is not images and len(item.shape) and item.shape[0] == len(images):
            seen.append(str(item.shape))
    frame = sys._getframe()
    while frame:
        seen.extend(key for key in frame.f_locals if key in ('labels', 'heldout', 'order', 'truth'))
        frame = frame.f_back
    raise RuntimeError(json.dumps(seen))
"""

LEAVES_WORK = """
import json, os
left = []
for folder, folders, files in os.walk('/'):
    folders[:] = [] if folder == '/proc' else folders
    try:
        open(os.path.join(folder, 'mine.txt'), 'w').write('x')
        left.append(folder)
    except OSError:
        pass
print(json.dumps(sorted(left)))
"""
LOOKS_FOR_WORK = """
import json, os
seen = []
for folder, folders, files in os.walk('/'):
    folders[:] = [] if folder == '/proc' else folders
    seen += [folder] * ('mine.txt' in files)
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def found(
    material: pipeline.Material, executor: LocalExecutor, folder: Path, heldout: tuple[np.ndarray, np.ndarray]
) -> dict[str, Marked]:
    images, labels = heldout
    secret = [images[0].tobytes(), images[-1].tobytes(), labels[:16].tobytes(), labels[-16:].tobytes()]
    patterns = [bytes(byte ^ 85 for byte in item).hex() for item in secret]
    attacks = {
        "leaves work": LEAVES_WORK,
        "walks": WALK,
        "links": LINKS,
        "objects": OBJECTS,
        "memory": MEMORY.replace("{patterns}", repr(patterns)),
        "processes": PROCESSES,
        "mounts": MOUNTS,
        "descriptors": DESCRIPTORS,
        "held-out": HELD_OUT,
        "looks for work": LOOKS_FOR_WORK,
        "looks again": LOOKS_FOR_WORK + "pass",
    }
    cells = {
        name: (*HONEST[:2], attack) if name == "held-out" else (*HONEST, attack) for name, attack in attacks.items()
    }
    return grade_among_honest(material, cells, folder, executor)


def test_readers_harm_nobody(found: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(found, alone)


def test_no_file_of_the_course_lies_anywhere(found: dict[str, Marked]) -> None:
    told, homes, work, temporary = found["walks"].printed()
    assert told == []
    assert homes == []
    assert work == ["data"]
    assert temporary == []


def test_links_lead_nowhere(found: dict[str, Marked]) -> None:
    assert found["links"].printed() == []


def test_work_of_others_is_not_there(found: dict[str, Marked]) -> None:
    assert found["leaves work"].printed() == ["/dev/shm", "/tmp", "/work", "/work/data"]
    assert found["looks for work"].printed() == []
    assert found["looks again"].printed() == []


def test_no_answer_and_no_scoring_code_is_in_memory(found: dict[str, Marked]) -> None:
    assert found["objects"].printed() == []


def test_no_byte_of_the_held_out_data_is_in_memory_while_cells_run(found: dict[str, Marked]) -> None:
    hits, read = found["memory"].printed()
    assert hits == 0
    assert read > 2**24


def test_no_label_is_in_memory_while_predict_runs(found: dict[str, Marked]) -> None:
    message = found["held-out"].record.probes["predict"].message
    assert json.loads(str(message).partition(": ")[2]) == []


def test_only_its_own_processes_are_seen_and_nothing_of_the_first_one(found: dict[str, Marked]) -> None:
    seen, me, told, environment = found["processes"].printed()
    assert seen == [1, me]
    assert [entry for entry in told if entry[0].startswith("/proc/1/") and not entry[0].endswith("cmdline")] == []
    assert "quokka" not in json.dumps([told, environment]).lower()


def test_the_environment_holds_nothing_of_the_graders(
    found: dict[str, Marked], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_SECRET", "hush")
    environment = found["processes"].printed()[3]
    assert environment["HOME"] == "/work"
    assert not [name for name in environment if "PYTEST" in name or "TOKEN" in name or "SUDO" in name]


def test_mounts_name_no_folder_of_the_grader(found: dict[str, Marked]) -> None:
    mountinfo, mounts, cgroup, _ = found["mounts"].printed()
    assert "quokka" not in (mountinfo + mounts + cgroup).lower()
    if "overlay" not in mountinfo:
        pytest.skip("before Linux 5.11 no overlay can be made in a user namespace, and a bind mount tells its source")
    telling = {str(ROOT), sys.prefix, sys.base_prefix, str(Path.home()), "site-packages"} - {"/usr", "/"}
    assert [folder for folder in sorted(telling) if folder in mountinfo + mounts] == []


def test_a_notebook_has_no_privileges(found: dict[str, Marked]) -> None:
    status = found["mounts"].printed()[3]
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert "Seccomp:\t2" in status


def test_a_notebook_has_only_the_descriptors_that_it_needs(found: dict[str, Marked]) -> None:
    kinds = found["descriptors"].printed()
    files = {target for target in kinds.values() if target.startswith("/")}
    assert all(target == "/dev/null" or target.startswith("/proc/") for target in files), kinds
    assert sum(target.startswith("socket:") for target in kinds.values()) <= 3, kinds
