"""Shows a notebook the data sets of its course, read-only, where Keras looks for them, and stands in for downloads.

The sandbox has no network. A notebook that downloads a data set of the course by its address gets the file all the
same: from `keras.utils.get_file`, whatever name and cache it asks for, and from `urllib.request`, which pandas and
scikit-learn use.
"""

import os
import shutil
import sys
import urllib.request
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.response import addinfourl

Item = dict[str, Any]
"""A part of a data set: its `source` in the store, its `place`, its `url`, and whether it `is_unpacked`."""


def link(items: list[Item], store: str) -> None:
    """Show data sets by links to the store, where there are no mounts; by copies, where an account may not link."""
    for item in items:
        source, target = Path(store) / item["source"], place_of(item["place"])
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            target.symlink_to(source, source.is_dir())
        except OSError:  # Windows allows links to few accounts
            if source.is_dir():
                shutil.copytree(source, target)
            else:
                shutil.copyfile(source, target)


def place_of(place: str) -> Path:
    """Where a place such as `keras/datasets/mnist.npz` is for this process."""
    home, _, rest = place.partition("/")
    keras = Path(os.environ["KERAS_HOME"])
    folders = {"keras": keras, "notebook": Path.cwd(), "downloads": keras.parent / "downloads"}
    return folders[home] / rest


def answer_downloads(items: list[Item]) -> None:
    """Let `get_file` of Keras, if it is imported, and `urllib.request` find the data sets that have an address."""
    files = {item["url"]: place_of(item["place"]) for item in items if item["url"] and not item["is_unpacked"]}
    folders = {item["url"]: place_of(item["place"]) for item in items if item["url"] and item["is_unpacked"]}
    if (files or folders) and "keras" in sys.modules:
        _answer_get_file(files, folders)
    if files:
        urllib.request.install_opener(urllib.request.build_opener(_Answers(files)))


def _answer_get_file(files: dict[str, Path], folders: dict[str, Path]) -> None:
    from keras.src.utils import file_utils

    original = file_utils.get_file

    def get_file(fname: Any = None, origin: Any = None, untar: bool = False, *arguments: Any, **options: Any) -> Any:
        ours = folders if untar or options.get("extract") else files
        if origin in ours:
            return str(ours[origin])
        return original(fname, origin, untar, *arguments, **options)

    get_file.__doc__ = original.__doc__
    for module in list(sys.modules.values()):
        if getattr(module, "__name__", "").startswith("keras.") and vars(module).get("get_file") is original:
            module.get_file = get_file  # type: ignore[attr-defined]


class _Answers(urllib.request.BaseHandler):
    """Answers requests for known addresses with files."""

    handler_order = 100  # before those of urllib, which would look for a network

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files

    def https_open(self, request: urllib.request.Request) -> Any:
        """Give the file of an address; None leaves the request to the next handler."""
        path = self._files.get(request.full_url)
        if path is None:
            return None
        head = Message()
        head["Content-Length"] = str(path.stat().st_size)
        answer = addinfourl(path.open("rb"), head, request.full_url, 200)
        answer.msg = "OK"  # type: ignore[attr-defined]
        return answer

    http_open = https_open
