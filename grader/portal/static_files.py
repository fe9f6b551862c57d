"""The style sheet and the script of the portal."""

import hashlib
from functools import cache
from importlib.resources import files

from grader.report.page import source

KINDS = {"portal.css": "text/css", "portal.js": "text/javascript"}
"""Name of a file -> its media type."""


@cache
def content(name: str) -> bytes:
    """The bytes of a file. The style sheet is that of the reports, with the rules of the portal behind it."""
    text = (files("grader.portal") / "static" / name).read_text(encoding="utf-8")
    return (source("style.css") + text if name.endswith(".css") else text).encode()


@cache
def version() -> str:
    """A short digest of the files, which their addresses contain, so that browsers load changed files at once."""
    return hashlib.sha256(b"".join(map(content, sorted(KINDS)))).hexdigest()[:12]
