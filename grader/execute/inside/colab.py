"""Stands in for `google.colab`, for courses whose students work there: a notebook goes on as on another machine."""

import importlib
import sys
from types import ModuleType
from typing import Any

_MODULES = ("auth", "drive", "files", "output", "patches", "userdata")


def switch_on(shell: Any) -> None:
    """Make `google.colab` and its magic available.

    Args:
        shell: The shell of the notebook.
    """
    try:
        parent = importlib.import_module("google")
    except ImportError:
        parent = sys.modules["google"] = ModuleType("google")
    colab = ModuleType("google.colab")
    colab.__path__ = []
    sys.modules["google.colab"] = colab
    parent.colab = colab  # type: ignore[attr-defined]
    for name in _MODULES:
        module = ModuleType(f"google.colab.{name}")
        sys.modules[module.__name__] = module
        setattr(colab, name, module)
    colab.drive.mount = _mount
    colab.drive.flush_and_unmount = _nothing
    colab.auth.authenticate_user = _nothing
    colab.files.upload = _upload
    colab.files.download = _nothing
    colab.output.clear = _nothing
    colab.output.eval_js = _nothing
    colab.userdata.get = _no_secret
    colab.patches.cv2_imshow = _show_image
    shell.register_magic_function(_nothing, "line", "tensorflow_version")


def _mount(path: Any, *_arguments: Any, **_options: Any) -> None:
    """There is no drive; files on it are missing, as they are for everybody but the student."""
    print(f"Mounted at {path}")


def _upload(*_arguments: Any, **_options: Any) -> dict[str, bytes]:
    return {}


def _no_secret(_name: str) -> str:
    return ""


def _nothing(*_arguments: Any, **_options: Any) -> None:
    """Nothing needs to be done here."""


def _show_image(image: Any) -> None:
    from IPython.display import display
    from numpy import asarray, uint8
    from PIL import Image

    pixels = asarray(image).clip(0, 255).astype(uint8)
    display(Image.fromarray(pixels if pixels.ndim == 2 else pixels[..., ::-1]))  # OpenCV has blue first
