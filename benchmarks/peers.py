"""The environment of the other graders: installed once, apart from ours."""

import hashlib
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def install(folder: Path) -> Path:
    """Make the environment unless it is there already.

    Args:
        folder: Where the virtual environment goes.

    Returns:
        The folder of its programs.
    """
    requirements = HERE / "requirements.txt"
    stamp, digest = folder / "ready", hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != digest:
        print(
            "Installing the other graders; TensorFlow is large, so this takes a few minutes the first time.", flush=True
        )
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip: list[str | Path] = [
            folder / "bin" / "python",
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ]
        subprocess.run([*pip, "--requirement", requirements], check=True)
        stamp.write_text(digest)
    return folder / "bin"


def compile_bytecode(python: Path, folders: list[Path]) -> None:
    """Compile all modules, so that no grader pays for that; what cannot be compiled is never imported."""
    words: list[str | Path] = [python, "-m", "compileall", "-q", "-j", "0", *folders]
    subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def versions(python: Path, packages: list[str]) -> dict[str, str]:
    """Version of each package that an environment has, and of its Python."""
    script = (
        "import platform, sys; from importlib.metadata import version\n"
        "print('python', platform.python_version())\n"
        "for name in sys.argv[1:]: print(name, version(name))"
    )
    done = subprocess.run([python, "-c", script, *packages], check=True, capture_output=True, text=True)
    return dict(line.split() for line in done.stdout.splitlines())
