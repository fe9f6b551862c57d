"""Answers `%pip install`, `!pip install` and their kin at once: there is no network, and nothing is installed.

A notebook goes on after it, as it would where the package is there already.
"""

import re
import shlex
from importlib.metadata import PackageNotFoundError, version

_INSTALL = re.compile(
    r"(?:sudo\s+)?(?:\S*python[\d.]*\s+-m\s+|uv\s+)?(?:pip[\d.]*|conda|mamba|micromamba)\s+install\b(?P<rest>.*)",
    re.DOTALL,
)
_BETWEEN = re.compile(r"&&|\|\||[;\n]")  # commands of one line
_AFTERWARDS = re.compile(r"\|.*|(?<=\s)\d?>&?\s*\S+")  # a pipe, or a redirection
_WITH_VALUE = ("-r", "--requirement", "-i", "--index-url", "--extra-index-url", "-f", "--find-links", "-t", "--target",
               "-c", "--constraint", "--channel", "-n", "--name", "--prefix", "--trusted-host")  # fmt: skip
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_OTHER_NAMES = {"tensorflow-cpu": "tensorflow", "tensorflow-gpu": "tensorflow", "opencv": "opencv-python", "sklearn":
                "scikit-learn", "pil": "pillow", "matplotlib-base": "matplotlib"}  # fmt: skip


def answer(command: str) -> str | None:
    """What to print in place of a command; None if it installs nothing.

    Args:
        command: A shell command, such as `pip install -q seaborn`.

    Returns:
        One line for each package.
    """
    parts = [part for text in _BETWEEN.split(command) if (part := text.strip())]
    matches = [match for part in parts if (match := _INSTALL.match(part))]
    if not matches or len(matches) < len(parts):  # the shell does all of it, where the rest is wanted
        return None
    names = [name for match in matches for name in _names(_AFTERWARDS.sub("", match["rest"]))]
    return "".join(f"{_sentence(name)}\n" for name in names) or "The grader does not install packages.\n"


def _names(rest: str) -> list[str]:
    try:
        words = shlex.split(rest)
    except ValueError:  # a quote that is never closed
        words = re.sub(r"['\"]", "", rest).split()
    names, is_value = [], False
    for word in words:
        name = _NAME.match(word)
        if not is_value and not word.startswith("-") and name:
            names.append(name[0])
        is_value = word in _WITH_VALUE
    return names


def _sentence(name: str) -> str:
    try:
        return f"{name}: version {version(_OTHER_NAMES.get(name.lower(), name))} is already installed."
    except PackageNotFoundError:
        return f"{name}: not available here. The grader does not install packages."
