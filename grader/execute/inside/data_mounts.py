"""Mounts data sets where a submission looks for them, and hides all others."""

from pathlib import Path

from . import namespaces
from .datasets import Item, place_of

STORE = Path("/opt/data")
"""Where the sandbox has all data sets of the machine, until those of a submission are shown."""


def mount(items: list[Item]) -> None:
    """Show data sets in the mount namespace of a submission, and hide all others.

    Args:
        items: `source` in the store, and `place`.

    Raises:
        OSError: If one is missing, or the kernel refuses.
    """
    for item in items:
        source, target = STORE / item["source"], place_of(item["place"])
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.touch()
        namespaces.bind(source, target)
    if STORE.exists():
        namespaces.cover(STORE)
