"""Makes the shell of a process, and imports what notebooks use before the first cell runs."""

import site
import sys
from importlib import import_module
from typing import Any

ALL = ("keras", "matplotlib.font_manager", "numpy", "pandas", "tensorflow")
"""What the fork server imports, so that no submission waits for it."""


def preload(modules: tuple[str, ...] = ALL) -> Any:
    """Make the shell, and import modules inside it.

    Args:
        modules: The modules. Those of Keras and TensorFlow also get prepared for what comes after the last cell.

    Returns:
        The shell.
    """
    site.setquit()
    site.setcopyright()
    site.sethelper()
    from .shell import make_shell

    shell = make_shell()
    # Where it is installed, TensorFlow has it change how exceptions are pickled, also for notebooks without TensorFlow.
    sys.modules["tblib"] = None  # type: ignore[assignment]
    with shell.builtin_trap:  # TensorFlow and pandas ask on import whether they are in a notebook
        for name in modules:
            import_module(name)
    del sys.modules["tblib"]
    if "keras" in modules:
        from .layers import remember_keras
        from .pipelines import never_autotune

        never_autotune()
        remember_keras()
    return shell
