"""The languages that reports can be written in."""

from pathlib import Path

from grader.errors import InputError

CATALOGUES = Path(__file__).parents[1] / "locale"
"""The folder with one `.po` file of messages for each language."""


def languages(folder: Path = CATALOGUES) -> tuple[str, ...]:
    """The codes of the languages that have a catalogue in a folder, sorted: `de`, `en`."""
    return tuple(sorted(path.stem for path in folder.glob("*.po")))


def require_language(code: str, folder: Path = CATALOGUES) -> None:
    """Check that a language has a catalogue.

    Raises:
        InputError: It has none; the message names the available languages.
    """
    if code not in languages(folder):
        raise InputError(f"there is no catalogue for the language '{code}'. Use one of {', '.join(languages(folder))}.")
