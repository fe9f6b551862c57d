"""A root file system that holds what notebooks need, and tells nothing of where that lies on this machine.

A bind mount shows its source in `/proc/self/mountinfo`: the folder of the grader, the home of whoever
grades. An overlay over the same folder shows the path inside the sandbox only, and can leave things out.
"""

import os
import stat
from pathlib import Path

from . import namespaces

_NEW, _LAYERS = Path("/tmp"), Path("/work")
_FROM_ANYWHERE = Path("/opt")
_LEFT_OUT = ("site/grader*", "site/__editable__*", "site/*.pth", "python/lib/python*/site-packages")
_MEGABYTES = 64


def enter() -> None:
    """Move this process, and all that it will fork, to such a root; call it where there is one thread.

    Where the kernel makes no overlay in a user namespace (before Linux 5.11), folders are bound.

    Raises:
        OSError: If the kernel refuses the namespaces or the mounts.
    """
    namespaces.unshare_mounts()
    namespaces.mount_private({str(_NEW): 1, str(_LAYERS): 1})
    for path in sorted(Path("/").iterdir()):
        _furnish(path)
    left_out = sorted({path for pattern in _LEFT_OUT for path in _FROM_ANYWHERE.glob(pattern)})
    for number, folder in enumerate(_mount_points()):
        _overlay(folder, _LAYERS / str(number), [path for path in left_out if folder in path.parents])
    namespaces.change_root(_NEW)
    namespaces.mount_private({str(_NEW): _MEGABYTES, str(_LAYERS): _MEGABYTES})
    os.chdir(_LAYERS)


def _mount_points() -> list[Path]:
    """What is mounted in the folder of what may come from anywhere on this machine."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    return sorted(path for path in {Path(line.split()[1]) for line in lines} if _FROM_ANYWHERE in path.parents)


def _furnish(path: Path) -> None:
    """Give the new root what the old one has under a name; folders that get mounts of their own stay empty."""
    inside = _NEW / path.name
    if path.is_symlink():
        inside.symlink_to(path.readlink())
        return
    inside.mkdir()
    if path not in (_NEW, _LAYERS, _FROM_ANYWHERE):
        namespaces.bind(path, inside)


def _overlay(folder: Path, layer: Path, left_out: list[Path]) -> None:
    inside = _NEW / folder.relative_to("/")
    inside.mkdir(parents=True)
    layer.mkdir()
    try:
        for path in left_out:
            whiteout = layer / path.relative_to(folder)
            whiteout.parent.mkdir(parents=True, exist_ok=True)
            os.mknod(whiteout, stat.S_IFCHR, os.makedev(0, 0))
        namespaces.mount_overlay(inside, (layer, folder))
    except OSError:
        namespaces.bind(folder, inside)
        for path in left_out:
            namespaces.cover(_NEW / path.relative_to("/"))
