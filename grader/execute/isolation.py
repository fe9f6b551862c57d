"""What isolation this machine gives, and how to get more."""

import json
import os
import platform
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from grader.errors import IsolationError
from grader.execute import bubblewrap, cgroups
from grader.execute.fork_server import ForkServer
from grader.execute.inside import seccomp
from grader.execute.local import LocalExecutor, Worker
from grader.execute.machine import Tell
from grader.execute.single_use import SingleUse
from grader.model.record import Isolation

_TRY_SECONDS = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One thing that isolation needs.

    Attributes:
        name: What was looked at.
        present: Whether this machine has it.
        needed: Whether `sandbox` is impossible without it.
        protects: What it protects from.
        remedy: The command or setting that would provide it; empty if it is there.
    """

    name: str
    present: bool
    needed: bool
    protects: str
    remedy: str = ""


def checks() -> list[Requirement]:
    """Check what isolation needs on this machine; takes less than a second."""
    linux = platform.system() == "Linux"
    bwrap = shutil.which("bwrap") is not None
    steps = _try_steps() if linux and bwrap else {}
    failed = "; ".join(f"{name}: {problem}" for name, problem in steps.items() if problem)
    works = bool(steps) and not failed
    group = cgroups.make_group("check") if linux else None
    if group is not None:
        group.remove()
    return [
        Requirement(
            name="Linux",
            present=linux,
            needed=True,
            protects="all of the following, which only Linux can do",
            remedy="" if linux else "grade on Linux",
        ),
        Requirement(
            name="bubblewrap",
            present=bwrap,
            needed=True,
            protects="reading this machine's files, and changing them",
            remedy="" if bwrap else "sudo apt-get install bubblewrap",
        ),
        Requirement(
            name="namespaces inside the sandbox",
            present=works,
            needed=True,
            protects="the network, other processes and other submissions",
            remedy="" if works else _remedy(failed),
        ),
        Requirement(
            name="system call filter",
            present=linux and seccomp.supported(),
            needed=True,
            protects="attacks on the kernel",
            remedy="" if seccomp.supported() else "grade on an x86-64 or ARM64 machine",
        ),
        Requirement(
            name="control groups",
            present=group is not None,
            needed=False,
            protects="a submission whose processes together use too much memory",
            remedy=""
            if group is not None
            else "optional, because the sandbox also watches memory, and available to root",
        ),
    ]


def available() -> Isolation:
    """The strongest isolation that this machine gives."""
    return Isolation.SANDBOX if all(check.present for check in checks() if check.needed) else Isolation.DEGRADED


def local_executor(
    workers: int, allow_degraded: bool, tell: Tell = lambda _: None, tries_alone: int = 2
) -> LocalExecutor:
    """An executor for this machine.

    Args:
        workers: How many jobs run at the same time at most.
        allow_degraded: Whether to go on if there is no sandbox.
        tell: Is called with a sentence that a person should read meanwhile.
        tries_alone: How often a run is tried again that the machine starved.

    Raises:
        IsolationError: If there is no sandbox and degraded isolation is not allowed.
    """
    level = available()
    if level is not Isolation.SANDBOX and not allow_degraded:
        remedies = "; ".join(check.remedy for check in checks() if check.needed and not check.present)
        raise IsolationError(
            "There is no sandbox on this machine, so students' code could read and change everything that you can. To "
            f"get a sandbox: {remedies}. To grade without one, add --allow-degraded. `grader doctor` shows details."
        )
    makers: dict[Isolation, Callable[[str], Worker]] = {Isolation.SANDBOX: ForkServer, Isolation.DEGRADED: SingleUse}
    return LocalExecutor(workers, makers[level], level, tell, tries_alone)


def _try_steps() -> dict[str, str]:
    try:
        command = bubblewrap.command("inside.check")
        done = subprocess.run(command, capture_output=True, timeout=_TRY_SECONDS, env={}, cwd="/", check=False)
        return dict(json.loads(done.stdout)) if done.stdout else {"bubblewrap": done.stderr.decode().strip()[-300:]}
    except (IsolationError, OSError, ValueError, subprocess.TimeoutExpired) as error:
        return {"bubblewrap": str(error)}


def _remedy(failed: str) -> str:
    advice = "allow user namespaces: sudo sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000"
    if os.path.exists("/proc/sys/kernel/apparmor_restrict_unprivileged_userns"):  # noqa: PTH110
        advice += " kernel.apparmor_restrict_unprivileged_userns=0"
    if os.path.exists("/.dockerenv") or os.path.exists("/run/.containerenv"):  # noqa: PTH110
        advice += (
            ", and start the container with --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        )
    return f"{advice} ({failed})" if failed else advice
