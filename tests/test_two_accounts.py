"""Two people with accounts of their own grade into one folder, as their group shares it."""

import os
import shutil
import stat
import tempfile
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.course.variants import course_secret
from grader.gradebook import backup
from grader.gradebook.results import Results
from grader.model.record import Outcome, Record
from grader.storage import atomic
from grader.storage.records import RecordStore
from tests.fakes import Fake, hand_in, ignore

ADA, BOB, GROUP, EVE = 54_331, 54_332, 54_330, 54_333
"""Accounts and a group that no machine has; Eve is not in the group."""
KEY = "ab" * 32
UMASKS = pytest.mark.parametrize("umask", [0o002, 0o022, 0o027, 0o077], ids=oct)


def as_account(user: int, work: Callable[[], object], umask: int = 0o022) -> None:
    """Do something in a process of another account; what it raises fails the test.

    It is forked and not started anew, so that the account need not be able to read this Python.
    """
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.umask(umask)
            os.setgroups([] if user == EVE else [GROUP])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            work()
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that belongs to the group, and passes it on: `chgrp GROUP; chmod 2770`."""
    if os.geteuid() != 0:
        pytest.skip("only root can act for two accounts")
    above = Path(tempfile.mkdtemp(dir="/tmp"))  # where every account can go, other than pytest's own folders
    above.chmod(0o755)
    made = above / "results"
    made.mkdir()
    os.chown(made, ADA, GROUP)
    made.chmod(0o2770)
    try:
        yield made
    finally:
        shutil.rmtree(above)


@pytest.fixture
def warm(material: pipeline.Material, tmp_path: Path) -> pipeline.Material:
    """The exercise, with all modules imported that another account may not be able to read."""
    results = Results(tmp_path / "warm")
    pipeline.grade(material, [hand_in(material, "carl", 1)], results, Fake(), ignore)
    pipeline.regrade(material, results)
    results.database.close()
    backup.back_up(results.folder, None, tmp_path / "warm.zip", datetime.now(UTC))
    backup.restore(tmp_path / "warm.zip", tmp_path / "again", None)
    return material


def graded(material: pipeline.Material, folder: Path, expected_runs: int) -> Callable[[], None]:
    """Grades a class of two, and looks at how many notebooks ran."""

    def work() -> None:
        results, fake = Results(folder), Fake()
        submissions = [hand_in(material, "carl", 1), hand_in(material, "dora", 2)]
        done = pipeline.grade(material, submissions, results, fake, ignore)
        results.database.close()
        assert [item.student for item in done] == ["carl", "dora"]
        assert len(fake.ran) == expected_runs

    return work


@UMASKS
def test_the_second_account_runs_nothing_again_and_can_go_on(warm: pipeline.Material, shared: Path, umask: int) -> None:
    as_account(ADA, graded(warm, shared, expected_runs=2), umask)
    as_account(BOB, graded(warm, shared, expected_runs=0), umask)

    def regrade_and_add() -> None:
        results = Results(shared)
        assert pipeline.regrade(warm, results).outdated == []
        fake = Fake()
        pipeline.grade(warm, [hand_in(warm, "carl", 3), hand_in(warm, "emil", 4)], results, fake, ignore)
        results.database.close()
        assert len(fake.ran) == 2

    as_account(BOB, regrade_and_add, umask)
    as_account(ADA, regrade_nothing_outdated(warm, shared), umask)


def regrade_nothing_outdated(material: pipeline.Material, folder: Path) -> Callable[[], None]:
    def work() -> None:
        results = Results(folder)
        again = pipeline.regrade(material, results)
        results.database.close()
        assert again.outdated == []
        assert len(again.marks) == 3

    return work


@UMASKS
def test_everything_in_a_folder_of_a_group_is_the_groups_and_nobody_elses(
    warm: pipeline.Material, shared: Path, umask: int
) -> None:
    as_account(ADA, graded(warm, shared, expected_runs=2), umask)
    found = [path for path in shared.rglob("*") if not path.is_symlink()]
    assert {path.suffix for path in found} >= {".gz", ".html", ".json", ".csv", ".sqlite"}
    for path in found:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o2770 if path.is_dir() else 0o660), f"{path}: {mode:o}"
        assert path.stat().st_gid == GROUP


def test_an_account_outside_of_the_group_reads_no_record(warm: pipeline.Material, shared: Path) -> None:
    as_account(ADA, graded(warm, shared, expected_runs=2))

    def look() -> None:
        with pytest.raises(PermissionError):
            list(shared.iterdir())

    as_account(EVE, look)


@pytest.mark.parametrize(
    ("folder", "expected"),
    [(0o700, 0o600), (0o755, 0o644), (0o750, 0o640), (0o711, 0o644), (0o775, 0o664), (0o1777, 0o664), (0o2770, 0o660)],
    ids=oct,
)
@UMASKS
def test_a_file_is_shared_as_its_folder_is(tmp_path: Path, folder: int, expected: int, umask: int) -> None:
    (tmp_path / "ab").mkdir()
    (tmp_path / "ab").chmod(folder)
    before = os.umask(umask)
    try:
        RecordStore(tmp_path).put(Record(key=KEY, outcome=Outcome.COMPLETED))
        atomic.write(tmp_path / "ab" / "page.html", b"")
        atomic.make_file(tmp_path / "ab" / "book.sqlite")
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "ab").iterdir()}
    assert modes == {expected}


@pytest.mark.parametrize("above", [0o755, 0o1777, 0o2770, 0o2777])
def test_only_a_folder_with_the_setgid_bit_passes_its_permissions_on(tmp_path: Path, above: int) -> None:
    tmp_path.chmod(above)
    before = os.umask(0o077)
    try:
        atomic.make_folder(tmp_path / "records" / "ab")
    finally:
        os.umask(before)
        tmp_path.chmod(0o700)
    expected = 0o2770 if above == 0o2770 else 0o2775 if above == 0o2777 else 0o700
    for made in (tmp_path / "records", tmp_path / "records" / "ab"):
        assert stat.S_IMODE(made.stat().st_mode) == expected


def test_the_secret_of_a_course_stays_its_makers_in_a_folder_of_a_group(shared: Path) -> None:
    (shared / "solutions").mkdir()
    os.chown(shared / "solutions", ADA, GROUP)
    (shared / "solutions").chmod(0o2770)
    as_account(ADA, lambda: course_secret(Course(shared), make=True), umask=0o002)
    assert stat.S_IMODE((shared / "solutions" / "secret").stat().st_mode) == 0o600

    def read() -> None:
        with pytest.raises(PermissionError):
            course_secret(Course(shared), make=False)

    as_account(BOB, read)


def test_a_record_that_an_account_may_not_read_is_not_taken_for_none(shared: Path) -> None:
    as_account(ADA, lambda: RecordStore(shared).put(Record(key=KEY, outcome=Outcome.COMPLETED)))
    (path,) = shared.rglob("*.json.gz")
    path.chmod(0o600)

    def read() -> None:
        with pytest.raises(PermissionError) as raised:
            RecordStore(shared).get(KEY)
        assert raised.value.filename == str(path)

    as_account(BOB, read)


def test_what_a_backup_brings_back_is_shared_again(warm: pipeline.Material, shared: Path) -> None:
    first, second, archive = shared / "marks", shared / "again", shared / "marks.zip"
    as_account(ADA, graded(warm, first, expected_runs=2), 0o077)
    as_account(BOB, lambda: backup.back_up(first, None, archive, datetime.now(UTC)), 0o077)
    as_account(ADA, lambda: backup.restore(archive, second, None), 0o077)
    as_account(BOB, graded(warm, second, expected_runs=0), 0o077)
