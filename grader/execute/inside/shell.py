"""The IPython shell that a notebook's cells run in: a Jupyter kernel's shell without its sockets."""

import builtins
import contextlib
import functools
import getpass as getpass_module
import inspect
import pdb
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

import ipykernel
from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import debugger
from IPython.core.error import StdinNotImplementedError, UsageError
from IPython.core.pylabtools import activate_matplotlib
from traitlets import Bool, Type
from traitlets.config import Config

from . import installs
from .capture import Display, Outputs, OutStream, ResultHook, connect_streams

INLINE = "module://matplotlib_inline.backend_inline"

_WITHOUT_WINDOW = (None, "inline", "nbagg", "notebook", "ipympl", "widget")
_INSTALLERS = ("pip", "conda", "mamba", "micromamba", "uv")
_CONNECTION_FILE = "/tmp/kernel.json"
_LAUNCHER = Path(ipykernel.__file__).parents[1] / "ipykernel_launcher.py"


class Compiler(XCachingCompiler):
    """Names cells as ipykernel does, and remembers that they belong to `__main__`.

    Else each line of a traceback makes `inspect` ask thousands of modules whether the cell is theirs.
    """

    def get_code_name(self, raw_code: str, code: str, number: int) -> str:
        """Name the file that a cell pretends to be."""
        name: str = super().get_code_name(raw_code, code, number)
        inspect.modulesbyfile[name] = "__main__"
        return name


class Shell(ZMQInteractiveShell):
    """Runs cells as ipykernel does, and hands outputs to an `Outputs` instead of a socket."""

    displayhook_class = Type(ResultHook)
    display_pub_class = Type(Display)
    ended = Bool(False)
    showing_error = Bool(False)

    def showtraceback(self, *arguments: Any, **options: Any) -> None:
        """Show the error that ended a cell; meanwhile it is not interrupted again.

        With frames of Keras in it that takes most of a second of processor time.
        """
        self.showing_error = True
        try:
            super().showtraceback(*arguments, **options)
        finally:
            self.showing_error = False

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: list[str]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        error = {"output_type": "error", "ename": str(etype.__name__), "evalue": str(evalue), "traceback": stb}
        self.displayhook.outputs.rich(error)
        self._last_traceback = stb

    @contextlib.contextmanager
    def _tee(self, channel: str) -> Iterator[None]:  # noqa: ARG002
        """Keep no second copy of what is printed: IPython's own has no limit."""
        yield

    def enable_gui(self, gui: Any = None) -> None:
        """Take what draws in the notebook; there is no window to draw in."""
        if gui not in _WITHOUT_WINDOW:
            raise UsageError(f"{gui}: no graphical interface is available here. Use %matplotlib inline")

    def system_piped(self, cmd: str) -> None:
        """Run a shell command; one that only installs packages is answered at once."""
        text = installs.answer(self.var_expand(cmd, depth=1))
        if text is None:
            super().system_piped(cmd)
        else:
            sys.stdout.write(text)
            self.user_ns["_exit_code"] = 0

    system = system_piped

    def ask_exit(self) -> None:
        """`quit()` ends the notebook, as it ends a kernel."""
        self.ended = True


# The class name is how rich, tqdm and others know that they write to a notebook.
Shell.__name__ = Shell.__qualname__ = "ZMQInteractiveShell"


def make_shell() -> Shell:
    """Make the shell of this process as a kernel would, with an empty namespace and no history on disk.

    Made before other libraries are imported: some look at the shell, the streams or `sys.ps1` only then.
    """
    sys.stdout, sys.stderr = OutStream("stdout"), OutStream("stderr")
    sys.argv = [str(_LAUNCHER), "-f", _CONNECTION_FILE, "--HistoryManager.hist_file=:memory:"]
    sys.path[:] = ["", *(folder for folder in sys.path if folder not in ("", str(Path.cwd())))]
    shell = Shell.instance(config=_config(), compiler_class=Compiler)
    shell.extension_manager.load_extension("storemagic")
    if find_spec("matplotlib") is not None:
        _plot_inline(shell)
    _answer_no_questions()
    for name in _INSTALLERS:
        shell.register_magic_function(_installer(shell, name), "line", name)
    return shell


def _installer(shell: Shell, name: str) -> Callable[[str], Any]:
    """The magic of an installer, such as `%pip`, that answers at once if it is to install something."""
    original = shell.find_line_magic(name)

    def magic(line: str) -> Any:
        text = installs.answer(f"{name} {line}")
        return original(line) if text is None else sys.stdout.write(text) and None

    return magic


def _plot_inline(shell: Shell) -> None:
    """Draw in the notebook, and let `matplotlib.use` say that there is no window instead of stopping a notebook."""
    import matplotlib
    from matplotlib_inline.backend_inline import configure_inline_support

    with shell.builtin_trap:
        activate_matplotlib(INLINE)
        configure_inline_support(shell, INLINE)
    use = matplotlib.use

    @functools.wraps(use)
    def use_or_say(backend: str, *arguments: Any, **options: Any) -> None:
        try:
            use(backend, *arguments, **options)
        except ImportError:
            print(f"{backend}: there is no window to draw in here. Plots appear in the notebook.")

    matplotlib.use = use_or_say


def _config() -> Config:
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryAccessor.enabled = False
    config.IPKernelApp.connection_file = _CONNECTION_FILE
    return config


def _answer_no_questions() -> None:
    """Replace what would wait for somebody to type."""
    builtins.input = raw_input
    getpass_module.getpass = getpass
    debugger.Pdb = pdb.Pdb = debugger.InterruptiblePdb  # type: ignore[misc]
    pdb.set_trace = debugger.set_trace
    sys.breakpointhook = _no_debugger


def connect(shell: Shell, outputs: Outputs) -> None:
    """Send what the shell displays and what is printed to `outputs`."""
    shell.displayhook.outputs = outputs
    shell.display_pub.outputs = outputs
    connect_streams(outputs)


def raw_input(*_arguments: Any, **_options: Any) -> NoReturn:
    """Stands in for `input`, under the name that it has in a kernel; nobody is there to answer."""
    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


def getpass(*_arguments: Any, **_options: Any) -> NoReturn:
    """Stands in for `getpass.getpass`."""
    raise StdinNotImplementedError("getpass was called, but this frontend does not support input requests.")


def _no_debugger(*_args: Any, **_kwargs: Any) -> None:
    """`breakpoint()` does nothing, as in a kernel to which no debugger is attached."""


def line_in_cell(error: BaseException | None) -> int:
    """The last line of the cell that an exception passed through, from 1; 0 if none."""
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    line = 0
    trace: TracebackType | None = error.__traceback__ if error else None
    while trace is not None:
        if trace.tb_frame.f_globals.get("__name__") == "__main__" and "ipykernel_" in trace.tb_frame.f_code.co_filename:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
