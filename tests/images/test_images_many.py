"""100,000 images: imported in bounded memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.course.layout import Course
from tests.conftest import ROOT
from tests.images.image_samples import arrays, with_images

CLASSES, EACH = 100, 1000
MOST_MEGABYTES = 300

CODE = """
import resource, sys, time
from pathlib import Path
from grader.images.importing import import_images
from grader.course.layout import Course
from grader.course.specification import read_image_exercise
course, began = Course(Path(sys.argv[1])), time.monotonic()
exercise = read_image_exercise(course, "people")
import_images(exercise, exercise.settings, Path(sys.argv[2]))
used = resource.getrusage(resource.RUSAGE_SELF)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0])  # `ru_maxrss` would count what started this process, too
print(peak / 1024, time.monotonic() - began, used.ru_utime + used.ru_stime)
"""


@pytest.mark.long
def test_a_hundred_thousand_images_need_little_memory(tmp_path: Path) -> None:
    course = with_images(Course(tmp_path / "course"))
    specification = course.exercises / "people" / "exercise.toml"
    specification.write_text(specification.read_text().replace("= 16", "= 48"))
    random = np.random.default_rng(1)
    for label in range(CLASSES):
        folder = tmp_path / "photos" / f"person-{label}"
        folder.mkdir(parents=True)
        for number in range(EACH):
            small = Image.fromarray(random.integers(0, 256, (6, 6, 3), dtype=np.uint8))
            small.resize((64, 64), Image.Resampling.BICUBIC).save(folder / f"{number}.jpg")
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(course.root), str(tmp_path / "photos")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    megabytes, seconds, of_processor = map(float, done.stdout.split())
    print(f"{CLASSES * EACH:,} images: {megabytes:.0f} MiB, {seconds:.0f} s, {of_processor:.0f} s of processor time")
    assert megabytes < MOST_MEGABYTES
    assert arrays(course.exercises / "people" / "data" / "people.npz")["x_train"].shape == (70_000, 48, 48, 3)
