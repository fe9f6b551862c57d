"""Archives of images: nothing leads out of them, and nothing unpacks without end."""

import io
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.errors import InputError
from grader.images import unpack as unpacking
from grader.images.issues import Issue, IssueLog
from grader.images.unpack import is_archive, unpack

Members = dict[str, bytes]


def make_zip(path: Path, members: Members) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def make_tar(path: Path, members: Members) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return path


KINDS: dict[str, Callable[[Path, Members], Path]] = {"a.zip": make_zip, "a.tar.gz": make_tar}


def files(folder: Path) -> Members:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def room(tmp_path: Path) -> Path:
    (tmp_path / "room").mkdir()
    return tmp_path / "room"


@pytest.mark.parametrize("kind", KINDS)
def test_files_are_written_and_those_of_systems_are_not(kind: str, tmp_path: Path, room: Path) -> None:
    log = IssueLog()
    members = {"faces/ann/1.png": b"1", "faces\\bo\\2.png": b"2", "./faces/Zoë/3.png": b"3"}
    unpack(KINDS[kind](tmp_path / kind, {**members, "__MACOSX/x": b"", "faces/.DS_Store": b""}), room, "a", log)
    assert files(room) == {"faces/ann/1.png": b"1", "faces/bo/2.png": b"2", "faces/Zoë/3.png": b"3"}
    assert [(counted.issue, counted.count) for counted in log.counts()] == [(Issue.SYSTEM, 2)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["../out.png", "/tmp/out.png", "a/../../out.png", "..\\out.png", "C:\\out.png"])
def test_a_path_that_leads_out_is_refused(kind: str, name: str, tmp_path: Path, room: Path) -> None:
    with pytest.raises(
        InputError, match=r"a: '.*out\.png' leads to a place outside the archive\. Pack the archive again"
    ):
        unpack(KINDS[kind](tmp_path / kind, {name: b"x"}), room, "a", IssueLog())
    assert files(tmp_path) == {kind: (tmp_path / kind).read_bytes()}


def test_links_and_devices_in_an_archive_are_left_out(tmp_path: Path, room: Path) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        for number, form in enumerate((tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE)):
            member = tarfile.TarInfo(f"ann/{number}.png")
            member.type, member.linkname = form, "/etc/passwd"
            archive.addfile(member)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive_of_links:
        link = zipfile.ZipInfo("ann/link.png")
        link.create_system, link.external_attr = 3, 0o120777 << 16
        archive_of_links.writestr(link, "/etc/passwd")
    log = IssueLog()
    unpack(tmp_path / "a.tar", room, "a", log)
    unpack(tmp_path / "a.zip", room, "a", log)
    assert files(room) == {}
    assert {counted.issue: counted.count for counted in log.counts()} == {Issue.LINK: 3, Issue.SPECIAL: 2}


def test_a_member_that_grows_far_too_much_is_left_out(tmp_path: Path, room: Path) -> None:
    log = IssueLog()
    unpack(make_zip(tmp_path / "a.zip", {"ann/bomb.png": bytes(5_000_000), "ann/1.png": b"1"}), room, "a", log)
    assert files(room) == {"ann/1.png": b"1"}
    assert [counted.issue for counted in log.counts()] == [Issue.TOO_LARGE]


@pytest.mark.parametrize("kind", KINDS)
def test_too_much_in_all_and_too_many_are_refused(
    kind: str, tmp_path: Path, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = KINDS[kind](tmp_path / kind, {f"ann/{number}.png": bytes(1000) for number in range(10)})
    monkeypatch.setattr(unpacking, "_MOST_MEMBERS", 5)
    with pytest.raises(InputError, match=r"a: contains more than 5 files\. Import a part of it"):
        unpack(path, room, "a", IssueLog())
    (tmp_path / "other").mkdir()
    monkeypatch.setattr(unpacking, "_MOST_MEMBERS", 100)
    monkeypatch.setattr(unpacking, "_MOST_BYTES", 5500)
    with pytest.raises(InputError, match=r"a: unpacks to more than 0 GiB\. Import a part of it"):
        unpack(path, tmp_path / "other", "a", IssueLog())
    assert sum(map(len, files(tmp_path / "other").values())) <= 5500


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.zip", b"PK no"), ("a.tar.gz", b"\x1f\x8b\x08 no"), ("a.tar", b"no" * 500), ("a.tgz", b"")],
)
def test_a_damaged_archive_is_refused(name: str, content: bytes, tmp_path: Path, room: Path) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=r"a: is not a readable archive .*. Pack it again, or unpack it"):
        unpack(tmp_path / name, room, "a", IssueLog())


@pytest.mark.parametrize("kind", KINDS)
def test_an_archive_cut_short_is_refused(kind: str, tmp_path: Path, room: Path) -> None:
    path = KINDS[kind](tmp_path / kind, {"ann/1.png": random.Random(1).randbytes(100_000)})
    path.write_bytes(path.read_bytes()[:50_000])
    with pytest.raises(InputError, match="a: is not a readable archive"):
        unpack(path, room, "a", IssueLog())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("again", ["./ann/1.png", "ann/1.png/2.png", "ann"])
def test_the_same_name_twice_is_refused(kind: str, again: str, tmp_path: Path, room: Path) -> None:
    path = KINDS[kind](tmp_path / kind, {"ann/1.png": b"1", again: b"2"})
    with pytest.raises(InputError, match=r"a: has several files with the same name\. Pack the archive again"):
        unpack(path, room, "a", IssueLog())


def test_archives_are_known_by_their_names() -> None:
    assert is_archive(Path("Faces.ZIP"))
    assert is_archive(Path("a.tar.gz"))
    assert not is_archive(Path("a.h5"))
