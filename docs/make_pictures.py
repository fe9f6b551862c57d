"""Takes the pictures of the documentation from the pages of the demo class: `make pictures`."""

import importlib.util
import io
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 1280
# Picture -> page of the demo class, and the last thing on it that the picture shows.
SHOWN: Mapping[str, tuple[str, str]] = {
    "report": ("keras-cnn/wrong-padding/report.html", "nav[aria-label=Questions]"),
    "overview": ("keras-cnn/index.html", "section[aria-labelledby=hardest]"),
}
CARD = ("keras-cnn/wrong-padding/report.html", "#question-3")


def main(results: Path) -> None:
    """Write all pictures.

    Args:
        results: Where `grader demo` has written its results.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not (results / "index.html").exists():
        sys.exit("Pictures need Chromium and the demo class: sudo apt-get install chromium, make demo.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 900}, color_scheme="light")
        for name, (address, last) in SHOWN.items():
            page.goto((results / address).resolve().as_uri())
            keep(name, down_to(page, last))
        page.goto((results / CARD[0]).resolve().as_uri())
        keep("architecture", page.locator(CARD[1]).screenshot())
        browser.close()
    keep("celebrities", people_of_celebrities())


def people_of_celebrities() -> bytes:
    """The people whom `solutions/celebrities/make_data.py` draws, as PNG."""
    path = PICTURES.parents[1] / "solutions" / "celebrities" / "make_data.py"
    found = importlib.util.spec_from_file_location("make_data", path)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    png = io.BytesIO()
    Image.fromarray(module.sheet()).save(png, "PNG")
    return png.getvalue()


def down_to(page: Page, last: str) -> bytes:
    """The page from its top down to an element, as PNG."""
    box = page.locator(last).bounding_box()
    assert box is not None
    return page.screenshot(
        full_page=True, clip={"x": 0, "y": 0, "width": WIDTH, "height": box["y"] + box["height"] + 20}
    )


def keep(name: str, png: bytes) -> None:
    """Write a picture with a palette of its own, so that it stays small."""
    path = PICTURES / f"{name}.png"
    Image.open(io.BytesIO(png)).convert("RGB").quantize(255).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} KiB")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
