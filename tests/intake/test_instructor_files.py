"""Files that an instructor names."""

import os
import threading
from pathlib import Path

import pytest

from grader.errors import InputError
from grader.intake.instructor_files import content_of


def test_a_device_that_never_ends_is_larger_than_any_file_of_its_kind() -> None:
    with pytest.raises(InputError) as raised:
        content_of(Path("/dev/zero"), "roster", 3_000_000, "Name a CSV file")
    assert str(raised.value) == "/dev/zero: is larger than 3 MB, too large for a roster. Name a CSV file."


@pytest.mark.parametrize(("size", "fits"), [(99, True), (100, True), (101, False)])
def test_what_comes_through_a_pipe_is_read_as_far_as_it_may(tmp_path: Path, size: int, fits: bool) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writing = threading.Thread(target=pipe.write_bytes, args=(b"x" * size,))
    writing.start()
    if fits:
        assert content_of(pipe, "roster", 100, "Name another") == b"x" * size
    else:
        with pytest.raises(InputError, match="is larger than"):
            content_of(pipe, "roster", 100, "Name another")
    writing.join()
