"""An executed cell as lines of text in which what has to differ between any two runs is masked, and nothing else."""

import base64
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from PIL import Image

_KERNEL_FRAME = r"\x1b\[36mFile \x1b\[39m\x1b\[32m(SITE/ipykernel/|/opt/code/inside/)[^\n]*\n([^\n]+\n)*"

_MASKS = (
    # where things are
    (r"(/[\w.+-]+)+/site-packages/|/opt/site/", "SITE/"),
    (r"(/[\w.+-]+)+/lib/python3\.\d+/", "LIB/"),
    (r"/tmp/ipykernel_\d+/\d+\.py", "CELL"),
    (r"/tmp/\w+\.json", "CONNECTION"),
    (r"/tmp/(tmp|ipython_edit_|__autograph_generated_file)[\w/]*\.?\w*", "TEMPORARY"),
    (r"\b0x[0-9a-f]{6,}|(?<=object at )[0-9a-f]{8,}", "ADDRESS"),
    # who runs it: frames below those of the notebook, and numbers of threads
    (_KERNEL_FRAME, "FRAME OF THE KERNEL\n"),
    (r"(FRAME OF THE KERNEL\n\n)+", r"\1"),
    (r"((?:[^\n]+\n){2,6}\n)\1+", r"\1"),  # one function that calls itself, as deep as the stack goes
    (r'(?<=Call stack:\n)(  File "(?!CELL)[^\n]*\n(    [^\n]*\n)*)+', ""),
    (r"\b(Thread|Task)-\d+", r"\1-N"),
    # how long it took
    (r"CPU times: [^\n]*|(?<=Wall time: )[^\n]*|[\d.]+ (ns|[μm]?s) ± [\d.]+ (ns|[μm]?s)(?= per loop)", "TIME"),
    (r"[\d.]+ s\.(?=\n)|(?<= in )[\d.]+s(?=\n)", "TIME"),
    (r"\d+s(\x1b\[0m| -)? \d+(us|ms|s)/(step|epoch)", "TIME"),
    # what TensorFlow writes when it is imported, and that depends on the machine
    (r"WARNING: All log messages before absl::InitializeLog\(\)[^\n]*\n|[IWE]0000 00:00:[^\n]*\n", ""),
)


def lines(outputs: Iterable[Mapping[str, Any]], folder: Path) -> Iterator[str]:
    """Show outputs; text of the same stream that follows on each other is one text.

    Args:
        outputs: nbformat 4 outputs of one cell.
        folder: Where the notebook ran.

    Yields:
        Lines that are equal for two runs of the same cell that mean the same.
    """
    for output in _joined(outputs):
        kind = output["output_type"]
        if kind == "stream":
            text = masked(output["text"], folder)
            yield from (f"{output['name']} {line!r}" for line in text.splitlines(keepends=True))
        elif kind == "error":
            yield f"error {output['ename']}: {masked(output['evalue'], folder)!r}"
            trace = masked("\n".join(output["traceback"]), folder)
            yield from (f"  {line!r}" for line in trace.splitlines())
        else:
            yield " ".join([kind, str(output.get("execution_count", ""))]).strip()
            for mime, content in sorted(output["data"].items()):
                yield f"  {mime} {masked(_content(mime, content), folder)!r}"


def masked(text: str, folder: Path) -> str:
    """Replace what has to differ: places, addresses, times, and who runs the notebook."""
    text = text.replace(f"{folder}", "WORK").replace("~/", "WORK/")
    for pattern, mask in _MASKS:
        text = re.sub(pattern, mask, text)
    return re.sub("[^\n]*━[^\n]*", _last_state, text)


def _last_state(bar: re.Match[str]) -> str:
    """How a progress bar of Keras ended; how often it was drawn before that depends on the time."""
    return bar[0].rsplit("\r", 1)[-1].rstrip()


def _joined(outputs: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    joined: list[dict[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" == last.get("output_type") and last["name"] == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(dict(output))
    return joined


def _content(mime: str, content: Any) -> str:
    """A picture is compared by its size only, for its bytes depend on who encoded it."""
    if mime == "image/svg+xml":
        return "a drawing"
    if not mime.startswith("image/"):
        return content if isinstance(content, str) else repr(content)
    try:
        width, height = Image.open(io.BytesIO(base64.b64decode(content))).size
    except (OSError, ValueError):
        return "no picture"
    return f"{width}x{height}"
