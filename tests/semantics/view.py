"""An executed notebook as lines of text, in which only what has to differ between two runs is masked."""

import base64
import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from PIL import Image

_MASKS = (
    (r"0x[0-9a-f]{6,}", "0xADDRESS"),
    (r"/tmp/ipykernel_\d+/\d+\.py", "CELL"),
    (r"(/[\w.-]+)+/site-packages/|/opt/site/", "SITE/"),
    (r"(/[\w.-]+)+/lib/python3\.\d+/|/opt/python/lib/python3\.\d+/", "LIB/"),
    (r"\d+(\.\d+)? (ns|µs|us|ms|s)\b", "TIME"),
    (r"\d+m?s/(step|epoch)", "TIME"),
    (r"\b\d+s\b", "TIME"),
    (r"Thread-\d+", "Thread-N"),
    (r"/tmp/w/sem/run/\w+|/work\b", "WORK"),
)


def masked(text: str) -> str:
    for pattern, mask in _MASKS:
        text = re.sub(pattern, mask, text)
    return text


def lines(outputs: Iterable[Mapping[str, Any]]) -> list[str]:
    shown: list[str] = []
    stream = None
    for output in _joined(outputs):
        kind = output["output_type"]
        if kind == "stream":
            shown += [f"{output['name']}: {line!r}" for line in masked(output["text"]).splitlines(keepends=True)]
        elif kind == "error":
            shown.append(masked(f"error {output['ename']}: {output['evalue']}"))
            shown += ["  " + repr(line) for line in masked("\n".join(output["traceback"])).splitlines()]
        else:
            shown.append(f"{kind} {output.get('execution_count')}")
            shown += [
                f"  {mime}: {masked(_content(mime, content))!r}" for mime, content in sorted(output["data"].items())
            ]
    return shown


def _joined(outputs):
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" == last.get("output_type") and last["name"] == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(dict(output))
    return joined


def _content(mime: str, content: Any) -> str:
    if mime != "image/png":
        return content if isinstance(content, str) else repr(content)
    try:
        return "PNG {}x{}".format(*Image.open(io.BytesIO(base64.b64decode(content))).size)
    except (OSError, ValueError):
        return "no picture"
