"""The command that puts the fork server into bubblewrap."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from grader.errors import IsolationError
from grader.execute.variables import VARIABLES
from grader.storage.dataset_store import data_store

UNPRIVILEGED = 65534
"""User and group that the sandbox runs as where the grader runs as root."""

_INSIDE = Path(__file__).parent / "inside"
_SITE = "/opt/site"
_PREFIX = "/opt/python"
_CODE = "/opt/code"
_DATA = "/opt/data"  # as `inside.data_mounts.STORE`
# Of `/etc`, only what programs need to start and to find libraries and fonts: no accounts, names or keys.
_ETC = (
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "alternatives",
    "fonts",
    "localtime",
    "mime.types",
    "nsswitch.conf",
)
_PRIVATE = ("/work", "/tmp")


def command(module: str = "inside.server") -> list[str]:
    """Build the command line of a fork server in its sandbox.

    What is bound has neutral paths inside: libraries at `/opt/site`, Python at `/opt/python`, and the
    one folder of the grader that may be seen at `/opt/code/inside`.

    Args:
        module: What Python runs there.

    Returns:
        The words to execute. As root, an outer bubblewrap first gives up root: a process that is root
        outside its user namespace may write to files of root such as `/proc/sys/kernel/core_pattern`.

    Raises:
        IsolationError: If `bwrap` is not installed.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise IsolationError("bubblewrap (`bwrap`) is not installed: install it with `sudo apt-get install bubblewrap`")
    binds = _binds()
    if os.getuid() != 0:
        return [bwrap, *_inner(binds), "--", *_python(module)]
    again = [(inside, inside) for _, inside in binds]  # in the outer sandbox, everything is where it is inside already
    return [bwrap, *_outer(binds), "--", *_give_up_root(), bwrap, *_inner(again), "--", *_python(module)]


def _binds() -> list[tuple[str, str]]:
    """What the sandbox can read, as (path on this machine, path inside)."""
    site = sysconfig.get_path("purelib")
    binds = [("/usr", "/usr"), (site, _SITE), (str(_INSIDE), f"{_CODE}/inside")]
    if not sys.base_prefix.startswith("/usr"):
        binds.append((sys.base_prefix, _PREFIX))
    if (store := data_store().folder).is_dir():
        binds.append((str(store), _DATA))
    binds += [(f"/etc/{name}", f"/etc/{name}") for name in _ETC if Path("/etc", name).exists()]
    return binds + [(f"/{name}", f"/{name}") for name in _top_folders() if not Path("/", name).is_symlink()]


def _top_folders() -> list[str]:
    return [name for name in ("bin", "sbin", "lib", "lib32", "lib64") if Path("/", name).exists()]


def _layout(binds: list[tuple[str, str]]) -> list[str]:
    words = [word for folder in ("/opt", _CODE, "/etc", *_PRIVATE) for word in ("--perms", "0755", "--dir", folder)]
    for outside, inside in binds:
        words += ["--ro-bind", outside, inside]
    for name in _top_folders():
        if Path("/", name).is_symlink():
            words += ["--symlink", str(Path("/", name).readlink()), f"/{name}"]
    return words


def _outer(binds: list[tuple[str, str]]) -> list[str]:
    return ["--die-with-parent", *_layout(binds), "--bind", "/proc", "/proc", "--dev", "/dev"]


def _give_up_root() -> list[str]:
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise IsolationError(
            "`setpriv` (package util-linux) is not installed. Grade as an ordinary user instead of root"
        )
    user = str(UNPRIVILEGED)
    return [setpriv, "--reuid", user, "--regid", user, "--clear-groups", "--inh-caps=-all"]


def _inner(binds: list[tuple[str, str]]) -> list[str]:
    words = ["--unshare-all", "--die-with-parent", "--new-session", "--uid", "1000", "--gid", "1000"]
    words += ["--hostname", "sandbox", *_layout(binds), "--proc", "/proc", "--dev", "/dev"]
    for folder in _PRIVATE:
        words += ["--tmpfs", folder]
    words += _hiding()
    # bubblewrap obeys its words in order: nothing could be mounted any more after these two.
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/work", "--clearenv"]
    for name, value in environment(_SITE, _CODE, "/work").items():
        words += ["--setenv", name, value]
    return words


def _hiding() -> list[str]:
    """Words that put nothing in the place of the grader's own package, where it lies below `/usr`.

    Anywhere else `inside.root` leaves it out.
    """
    site = Path(sysconfig.get_path("purelib"))
    folders = [path for path in sorted(site.glob("grader*")) if path.is_dir()] if site.is_relative_to("/usr") else []
    return [word for path in folders for word in ("--tmpfs", str(path), "--remount-ro", str(path))]


def _python(module: str) -> list[str]:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    prefix = sys.base_prefix if sys.base_prefix.startswith("/usr") else _PREFIX
    # -S: `site` would run the `.pth` files of the environment, which lead to the grader's own code.
    return [f"{prefix}/bin/{version}", "-S", "-m", module]


def environment(site: str, code: str, home: str) -> dict[str, str]:
    """Build the whole environment of a process that runs students' code; nothing of this process's own is in it.

    Args:
        site: Folder of the packages.
        code: Folder that contains `inside`.
        home: Folder of the notebook.
    """
    return {
        **VARIABLES,
        "PATH": f"{_PREFIX}/bin:/usr/local/bin:/usr/bin:/bin",
        "PYTHONPATH": f"{site}:{code}",
        "PYTHONUNBUFFERED": "1",
        "LD_LIBRARY_PATH": f"{_PREFIX}/lib",
        "HOME": home,
        "USER": "student",
        "LANG": "C.UTF-8",
        "MPLCONFIGDIR": "/tmp/matplotlib",
        "IPYTHONDIR": "/tmp/ipython",
        "HDF5_USE_FILE_LOCKING": "FALSE",  # the filter of system calls refuses locks
        "KERAS_HOME": "/tmp/keras",
        "SCIKIT_LEARN_DATA": "/tmp/scikit-learn",
    }
