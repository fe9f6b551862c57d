"""Builds the site of the documentation: `make docs`.

The pages are the Markdown files of `docs/`. The lists in `docs/index.md` are the navigation, which may also name pages
elsewhere in the repository, such as the changelog. `reference.py` makes tables from the code. Sphinx then turns a copy
of all pages into HTML. Every warning is an error: a broken link, a missing heading, a page that no list names.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path

from reference import TABLES

HERE = Path(__file__).parent
DOCS = HERE.parent
ROOT = DOCS.parent
SITE = ROOT / "build" / "site"
INDEX = DOCS / "index.md"

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
_PLACE = re.compile(r"^<!-- tables: (\S+) -->$.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
_LISTED = re.compile(r"^\* \[[^\]]*\]\(([^)\s#]+\.md)\)", re.MULTILINE)


def main(site: Path) -> int:
    """Build the site.

    Args:
        site: The folder for it, which is replaced.

    Returns:
        The exit status of Sphinx: 0 if there was no warning.
    """
    shutil.rmtree(site, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        copies = Path(folder)
        copy_pages(copies / "pages")
        command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going", "-q", "-c", str(HERE)]
        folders = ["-d", str(copies / "remembered"), str(copies / "pages"), str(site)]
        return subprocess.run([*command, *folders], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode


def copy_pages(copies: Path) -> None:
    """Copy all pages, and what they show, to where Sphinx reads them.

    Args:
        copies: A folder that does not exist yet.
    """
    shutil.copytree(DOCS / "pictures", copies / "pictures")
    listed = [(DOCS / link).resolve() for link in _LISTED.findall(INDEX.read_text())]
    for page in {*DOCS.rglob("*.md"), *listed}:
        text = _with_tables(page.read_text())
        if page == INDEX:
            text += navigation(text)
        place = copies / place_of(page)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(_LINK.sub(partial(_link, page=page, copies=copies), text))


def place_of(path: Path) -> Path:
    """The place of a file on the site: below `docs/` the same as there, otherwise as in the repository."""
    return path.relative_to(DOCS if path.is_relative_to(DOCS) else ROOT)


def navigation(index: str) -> str:
    """The lists of a page as what Sphinx understands: one tree of pages for each second heading.

    Args:
        index: Text of the page.
    """
    parts = re.split(r"^## (.+)$", index, flags=re.MULTILINE)
    trees = []
    for heading, text in zip(parts[1::2], parts[2::2], strict=True):
        pages = "\n".join(str(place_of((DOCS / link).resolve())) for link in _LISTED.findall(text))
        if pages:
            trees.append(f"\n```{{toctree}}\n:hidden:\n:caption: {heading}\n\n{pages}\n```\n")
    return "".join(trees)


def _with_tables(text: str) -> str:
    return _PLACE.sub(lambda found: TABLES[found[1]](), text)


def _link(found: re.Match[str], page: Path, copies: Path) -> str:
    """A link as it must be on the site, where pages outside `docs/` have another place."""
    shows, text, address, anchor = found[1], found[2], found[3], found[4] or ""
    target = (page.parent / address).resolve()
    if "://" in address or address.startswith("mailto:") or not target.exists():
        return found[0]  # a missing page is for Sphinx to complain about
    if target.is_dir() or target.suffix == ".py":
        return text  # the site has no code
    place = place_of(target)
    if target.suffix != ".md":
        (copies / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(target, copies / place)
    return f"{shows}[{text}]({os.path.relpath(place, place_of(page).parent)}{anchor})"


if __name__ == "__main__":
    done = main(Path(sys.argv[1]) if sys.argv[1:] else SITE)
    if done == 0 and not sys.argv[1:]:
        print(f"Documentation: {SITE / 'index.html'}")
    sys.exit(done)
