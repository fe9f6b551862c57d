"""There is no way out: no network, no other namespace, no privilege, no process of the grader."""

import platform
from pathlib import Path

import pytest

from grader import pipeline
from grader.execute.inside import seccomp
from grader.execute.local import LocalExecutor
from tests.adversarial.batch import HONEST, Marked, assert_honest_unharmed, grade_among_honest

pytestmark = pytest.mark.slow

NETWORK = """
import json, socket, time, urllib.request
begin, reached = time.monotonic(), []

def attempt(name, call):
    try:
        call()
        reached.append(name)
    except OSError:
        pass

def connect(family, kind, address):
    with socket.socket(family, kind) as end:
        end.settimeout(30)
        end.connect(address)
        end.send(b'x')
        end.recv(1)

attempt('http', lambda: urllib.request.urlopen('http://192.0.2.1/', timeout=30))
attempt('https', lambda: urllib.request.urlopen('https://example.org/', timeout=30))
attempt('dns', lambda: socket.getaddrinfo('example.org', 80))
attempt('tcp', lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ('192.0.2.1', 80)))
attempt('loopback', lambda: connect(socket.AF_INET, socket.SOCK_STREAM, ('127.0.0.1', 22)))
attempt('udp', lambda: connect(socket.AF_INET, socket.SOCK_DGRAM, ('192.0.2.1', 53)))
attempt('udp6', lambda: connect(socket.AF_INET6, socket.SOCK_DGRAM, ('2001:db8::1', 53)))
attempt('metadata', lambda: urllib.request.urlopen('http://169.254.169.254/', timeout=30))
attempt('vsock', lambda: connect(socket.AF_VSOCK, socket.SOCK_STREAM, (2, 22)))
attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))
attempt('netlink', lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0))
attempt('crypto', lambda: socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET))
for path in ('/var/run/docker.sock', '/run/dbus/system_bus_socket', '/tmp/.X11-unix/X0', '\\0/tmp/.X11-unix/X0', '/dev/log'):
    attempt(path, lambda: connect(socket.AF_UNIX, socket.SOCK_STREAM, path))
for family in range(256):
    for make in (lambda: socket.socket(family, socket.SOCK_DGRAM), lambda: socket.socketpair(family, socket.SOCK_DGRAM)):
        if family not in (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6):
            attempt(f'family {family}', make)
shell = []
import subprocess
for words in (['curl', '-m', '20', 'http://192.0.2.1'], ['wget', '-T', '20', 'http://192.0.2.1'], ['ping', '-c', '1', '192.0.2.1'], ['sh', '-c', 'echo x > /dev/tcp/192.0.2.1/80']):
    try:
        shell += [words[0]] * (subprocess.run(words, capture_output=True).returncode == 0)
    except OSError:
        pass
print(json.dumps([reached, shell, time.monotonic() - begin]))
"""

CALLS = """
import ctypes, json
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
done = {}
for name, number in {numbers}.items():
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6)
    done[name] = ctypes.get_errno() if result < 0 else 'done'
print(json.dumps(done))
"""

NAMESPACES = """
import ctypes, json, os, signal
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
clone, clone3 = {clone}
made = []
for bit in (0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000):
    if libc.syscall(ctypes.c_long(clone), ctypes.c_long(bit | signal.SIGCHLD), *[ctypes.c_long(0)] * 4) >= 0:
        made.append(hex(bit))
fields = (ctypes.c_uint64 * 11)(0x10000000, 0, 0, 0, signal.SIGCHLD)
made += ['clone3'] * (libc.syscall(ctypes.c_long(clone3), ctypes.byref(fields), ctypes.c_long(88)) >= 0)
for what in ('user', 'mnt', 'pid', 'net'):
    try:
        made += [what] * (libc.setns(os.open(f'/proc/1/ns/{what}', os.O_RDONLY), 0) == 0)
    except OSError:
        pass
print(json.dumps(made))
"""

UNKNOWN = """
import ctypes, errno, json
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
known, answered = {known}, []
known += ((335, 336),)  # the kernel's own way back from its probes: no filter sees it, and it ends or refuses the caller
for number in [*range(1000), 2**20, 2**29]:
    if not any(first <= number <= last for first, last in known):
        ctypes.set_errno(0)
        if libc.syscall(ctypes.c_long(number), *[ctypes.c_long(0)] * 6) >= 0 or ctypes.get_errno() != errno.ENOSYS:
            answered.append(number)
print(json.dumps(answered))
"""

NEIGHBOURS = """
import ctypes, fcntl, json, os, struct, sys
libc = ctypes.CDLL(None, use_errno=True)
seen = []

def attempt(name, call):
    try:
        if call() not in (-1, False):
            seen.append(name)
    except (OSError, ValueError):
        pass

for path in (os.__file__, sys.executable, '/etc', '/usr'):
    file = os.open(path, os.O_RDONLY)
    attempt('flock ' + path, lambda: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB) is None)
    attempt('shared flock ' + path, lambda: fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB) is None)
    asked = struct.pack('hhqqi', fcntl.F_WRLCK, 0, 0, 0, 0)
    attempt('who locks ' + path, lambda: fcntl.fcntl(file, fcntl.F_GETLK, asked))
    attempt('who locks, open ' + path, lambda: fcntl.fcntl(file, 36, asked))
    attempt('write lock ' + path, lambda: fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB) is None)
    attempt('lease ' + path, lambda: fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK))
    attempt('notify ' + path, lambda: fcntl.fcntl(file, fcntl.F_NOTIFY, fcntl.DN_ACCESS | fcntl.DN_MULTISHOT))
    watch = libc.inotify_init1(0)
    attempt('watch ' + path, lambda: libc.inotify_add_watch(watch, path.encode(), 0x21))
print(json.dumps(seen))
"""

FILES_WITH_LOCKS = """
import absl.logging, h5py, json, numpy as np, sqlite3
absl.logging.set_verbosity('error')
with h5py.File('own.h5', 'w') as file:
    file['x'] = np.arange(3)
with h5py.File('own.h5') as file:
    read = file['x'][:].tolist()
import keras
net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
same = []
for name in ('net.h5', 'net.keras', 'net.weights.h5'):
    if name.endswith('.weights.h5'):
        net.save_weights(name)
        net.load_weights(name)
        same.append(True)
    else:
        net.save(name)
        same.append(np.array_equal(keras.models.load_model(name).get_weights()[0], net.get_weights()[0]))
with sqlite3.connect('own.db') as book:
    book.execute('create table marks (points)')
    book.execute('insert into marks values (3)')
print(json.dumps([read, same, sqlite3.connect('own.db').execute('select points from marks').fetchall()]))
"""

PRIVILEGES = """
import ctypes, fcntl, json, os, resource, stat, subprocess, termios
libc = ctypes.CDLL(None, use_errno=True)
done = []

def attempt(name, call):
    try:
        if call() not in (-1, False):
            done.append(name)
    except (OSError, ValueError):
        pass

def write(path, text):
    with open(path, 'w') as file:
        file.write(text)

attempt('setuid', lambda: os.setuid(0))
attempt('setgid', lambda: os.setgid(0))
attempt('setgroups', lambda: os.setgroups([0]))
attempt('chroot', lambda: os.chroot('/work'))
attempt('device', lambda: os.mknod('/work/null', stat.S_IFCHR | 0o666, os.makedev(1, 3)))
attempt('block device', lambda: os.mknod('/work/disk', stat.S_IFBLK | 0o666, os.makedev(254, 0)))
attempt('capabilities', lambda: libc.prctl(47, 2, 21, 0, 0))
attempt('hide', lambda: libc.prctl(4, 0, 0, 0, 0))
attempt('priority', lambda: os.nice(-5))
attempt('real time', lambda: os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1)))
attempt('other cores', lambda: os.sched_setaffinity(0, range(os.cpu_count())))
attempt('more processes', lambda: resource.setrlimit(resource.RLIMIT_NPROC, (100_000, 100_000)))
attempt('clock', lambda: __import__('time').clock_settime(0, 0))
attempt('host name', lambda: __import__('socket').sethostname('x'))
attempt('typing', lambda: fcntl.ioctl(os.open('/dev/tty', os.O_RDWR), termios.TIOCSTI, b'x'))
attempt('a larger buffer', lambda: __import__('socket').socketpair()[0].setsockopt(1, 7, 2**30))
for path in ('/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/proc/self/oom_score_adj', '/proc/self/uid_map', '/proc/sys/kernel/hostname',
             '/proc/1/oom_score_adj', '/proc/self/mem_', '/etc/passwd', '/usr/bin/x', '/opt/site/x.py', '/opt/code/inside/x.py', '/dev/x', '/x', '/proc/sys/vm/drop_caches'):
    attempt(path, lambda: write(path, '0'))
for words in (['su', '-c', 'true'], ['sudo', '-n', 'true'], ['mount', '-t', 'tmpfs', 'x', '/work'], ['unshare', '-Ur', 'true'], ['bwrap', '--dev-bind', '/', '/', 'true'], ['nsenter', '-t', '1', '-a', 'true']):
    attempt(words[0], lambda: subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0)
print(json.dumps(done))
"""

KILLS = """
import json, os, signal
hit, me = [], os.getpid()
threads = {int(name) for name in os.listdir('/proc/self/task')}
for process in {1, -1, *range(2, 70_000), 2**22 - 1} - threads:
    for number in (signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(process, number)
            hit.append([process, int(number)])
        except OSError:
            pass
seen = {int(name) for name in os.listdir('/proc') if name.isdigit()}
print(json.dumps([sorted({process for process, _ in hit}), os.getppid(), sorted(seen - {me})]))
"""

TRACES = """
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
done = []
done += ['ptrace'] * (libc.ptrace(16, 1, 0, 0) == 0)
for path in ('/proc/1/mem', '/proc/1/fd/0', '/proc/1/fd/2', '/proc/1/fd/3', '/proc/1/root/etc', '/proc/1/cwd', '/proc/1/environ', '/proc/1/maps', '/proc/1/ns/net'):
    try:
        os.close(os.open(path, os.O_RDONLY))
        done.append(path)
    except OSError:
        pass
try:
    descriptor = os.pidfd_open(1)
    done += ['pidfd_getfd'] * (libc.syscall(438, descriptor, 0, 0) >= 0)
except OSError:
    pass
print(json.dumps(done))
"""


@pytest.fixture(scope="module")
def found(material: pipeline.Material, executor: LocalExecutor, folder: Path) -> dict[str, Marked]:
    column = ["x86_64", "aarch64"].index(platform.machine())
    numbers = {name: both[column] for name, both in seccomp._FORBIDDEN.items() if both[column] >= 0}
    attacks = {
        "network": NETWORK,
        "calls": CALLS.replace("{numbers}", repr(numbers)),
        "namespaces": NAMESPACES.replace("{clone}", repr((seccomp._CLONE[column], seccomp._CLONE3[column]))),
        "unknown": UNKNOWN.replace("{known}", repr(seccomp._KNOWN[platform.machine()])),
        "neighbours": NEIGHBOURS,
        "neighbours of those": "# at the same time\n" + NEIGHBOURS,
        "files": FILES_WITH_LOCKS,
        "privileges": PRIVILEGES,
        "kills": KILLS,
        "traces": TRACES,
    }
    return grade_among_honest(material, {name: (*HONEST, attack) for name, attack in attacks.items()}, folder, executor)


def test_nobody_else_notices_an_attempt_to_escape(found: dict[str, Marked], alone: Marked) -> None:
    assert_honest_unharmed(found, alone)


def test_no_network_is_reached_and_nothing_hangs(found: dict[str, Marked]) -> None:
    reached, shell, seconds = found["network"].printed()
    assert reached == []
    assert shell == []
    assert seconds < 20


def test_every_forbidden_system_call_is_refused(found: dict[str, Marked]) -> None:
    done = found["calls"].printed()
    assert len(done) > 50
    assert set(done.values()) == {1}, done


def test_a_system_call_that_nobody_has_looked_at_does_not_exist(found: dict[str, Marked]) -> None:
    assert found["unknown"].printed() == []


def test_neighbours_do_not_see_each_other_through_files_that_both_may_read(found: dict[str, Marked]) -> None:
    assert found["neighbours"].printed() == found["neighbours of those"].printed() == []


def test_files_of_its_own_work_without_locks(found: dict[str, Marked]) -> None:
    assert found["files"].printed() == [[0, 1, 2], [True, True, True], [[3]]]


def test_no_namespace_can_be_made_or_entered(found: dict[str, Marked]) -> None:
    assert found["namespaces"].printed() == []


def test_no_privilege_can_be_had(found: dict[str, Marked]) -> None:
    assert found["privileges"].printed() == []


def test_no_process_but_its_own_can_be_signalled(found: dict[str, Marked]) -> None:
    hit, parent, seen = found["kills"].printed()
    assert [process for process in hit if process > 1] == []
    assert parent == 1
    assert seen == [1]


def test_the_first_process_can_be_neither_read_nor_traced(found: dict[str, Marked]) -> None:
    assert found["traces"].printed() == []
