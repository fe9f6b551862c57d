"""A control group for one worker, if this machine lets us make one.

It limits what all processes of the worker use together, and gives each worker the same share of the processor,
however many processes it has. It also counts the processor time of all its processes.
Without a group, there are still the limits on each process and the watch inside the sandbox.
Works with version 2, and with the memory, pids, cpu and cpuacct controllers of version 1.
"""

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
_SERVER_MB = 1536  # for the fork server with TensorFlow, which is in the same group
_SERVER_PROCESSES = 64  # its threads likewise
_MOST_SWEEPS = 500  # of 10 ms
_CONTROLLERS = ("memory", "pids", "cpu", "cpuacct")


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """The folders of one group: one for version 2, one for each controller for version 1."""

    folders: tuple[Path, ...]

    def joining(self, command: list[str]) -> list[str]:
        """Wrap a command so that it joins this group before its first instruction: it cannot fork out of it before."""
        script = "".join(f"echo $$ > {folder}/cgroup.procs; " for folder in self.folders)
        return ["/bin/sh", "-c", f'{script}exec "$@"', "sh", *command]

    def limit(self, memory_mb: int, processes: int) -> None:
        """Set what a submission may use on top of the server that it is forked from.

        Args:
            memory_mb: Memory of all its processes together, in MiB.
            processes: Processes and threads at the same time.
        """
        memory = str((memory_mb + _SERVER_MB) * 2**20)
        for folder in self.folders:
            for name, value in (
                ("memory.max", memory),
                ("memory.swap.max", "0"),
                ("memory.limit_in_bytes", memory),
                ("pids.max", str(processes + _SERVER_PROCESSES)),
            ):
                if (folder / name).exists():
                    with contextlib.suppress(OSError):  # the limit is below what is used: the old one stays
                        (folder / name).write_text(value)

    def kills(self) -> int:
        """Count how often the kernel has killed a process of this group because memory ran out."""
        for folder in self.folders:
            for name in ("memory.events", "memory.oom_control"):
                if (folder / name).exists():
                    fields = dict(line.split() for line in (folder / name).read_text().splitlines())
                    return int(fields.get("oom_kill", 0))
        return 0

    def processor_seconds(self) -> float | None:
        """Read the processor time of all processes that were ever in it, in seconds; None if it is not counted."""
        with contextlib.suppress(OSError, ValueError, LookupError):
            for folder in self.folders:
                if (folder / "cpuacct.usage").exists():
                    return int((folder / "cpuacct.usage").read_text()) / 1e9
                if (folder / "cpu.stat").exists() and "usage_usec" in (text := (folder / "cpu.stat").read_text()):
                    return int(dict(line.split() for line in text.splitlines())["usage_usec"]) / 1e6
        return None

    def kill(self) -> None:
        """Kill every process of the group, also those that it starts meanwhile."""
        for _ in range(_MOST_SWEEPS):
            processes = [int(pid) for pid in (self.folders[0] / "cgroup.procs").read_text().split()]
            if not processes:
                return
            for pid in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.01)

    def remove(self) -> None:
        """Remove the group once its last process has gone."""
        for folder in self.folders:
            for _ in range(50):
                try:
                    folder.rmdir()
                    break
                except OSError:  # the kernel has not yet let go of a process that is gone
                    time.sleep(0.02)


def make_group(name: str) -> ControlGroup | None:
    """Make a group; None if that is not possible, because we have no right to, or no hierarchy is mounted.

    Args:
        name: Tells the workers of this process apart.
    """
    for controller in _CONTROLLERS:
        with contextlib.suppress(OSError):  # version 1, or a part of version 2 that others control
            (_ROOT / "cgroup.subtree_control").write_text(f"+{controller}")
    # Of version 1, `cpu` and `cpuacct` are usually links to one folder.
    of_version_1 = {(_ROOT / controller).resolve() for controller in _CONTROLLERS if (_ROOT / controller).is_dir()}
    for parents in ([_ROOT], sorted(of_version_1)):
        if not all((parent / "cgroup.procs").exists() and os.access(parent, os.W_OK) for parent in parents):
            continue
        _remove_stale(parents)
        folders = tuple(parent / f"grader-{os.getpid()}-{name}" for parent in parents)
        try:
            for folder in folders:
                folder.mkdir(exist_ok=True)
        except OSError:
            continue
        if any((folder / "pids.max").exists() for folder in folders):
            return ControlGroup(folders)
        ControlGroup(folders).remove()
    return None


def _remove_stale(parents: list[Path]) -> None:
    """Remove the empty groups of graders that were killed."""
    for parent in parents:
        for folder in parent.glob("grader-*-*"):
            owner = folder.name.split("-")[1]  # the number of the process that made it
            if owner.isdigit() and not Path("/proc", owner).exists():
                with contextlib.suppress(OSError):
                    folder.rmdir()
