"""Where records are kept: a file for each key, written once and never changed; a repeated run leaves another."""

import contextlib
import gzip
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path

from grader.model.record import Record, Resources
from grader.storage import atomic, codec

_START_OF_RECORD = '{"resources": '
_HEAD_BYTES = 1024  # far more than the resources take, compressed or not
_TIME_IN_NAME = "%Y%m%dT%H%M%S%fZ"  # in UTC, so that names sort by time


class RecordStore:
    """Keeps records below a folder, compressed, as `ab/abcdef....json.gz`; replaced ones have the time in their names.

    Args:
        folder: Created when the first record is stored.

    Example:
        store = RecordStore(Path("results/records"))
        store.put(record)
        store.get(record.key) == record
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Record | None:
        """Read the record of a key; None if there is none, or only a damaged one, which is as good as none.

        Raises:
            PermissionError: There is one that this account may not read; `filename` names it.
        """
        return _read(self._path(key))

    def resources(self, key: str) -> Resources | None:
        """Read what the run of a key used; None if there is no such record.

        The resources are at the beginning of a record, so pictures and the like need not be read.

        Raises:
            PermissionError: As `get` does.
        """
        try:
            with self._path(key).open("rb") as stream:
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)  # 16: with the header of gzip
                head = inflater.decompress(stream.read(_HEAD_BYTES), _HEAD_BYTES).decode("ascii")
            if not head.startswith(_START_OF_RECORD):
                raise ValueError("a record of an older grader, which wrote the resources at the end")
            fields, _ = json.JSONDecoder().raw_decode(head, len(_START_OF_RECORD))
            return codec.from_data(Resources, fields)
        except (OSError, zlib.error, ValueError):
            record = self.get(key)
            return record.resources if record else None

    def put(self, record: Record) -> None:
        """Keep a record; once this returns it survives a crash of the machine.

        Raises:
            OSError: It cannot be written; `filename` names the file, also where the disk is full.
        """
        path = self._path(record.key)
        fields = {"resources": None} | codec.to_data(record)  # they come first in the file: see `resources`
        atomic.write(path, gzip.compress(codec.encode_exactly(fields), 6))

    def replace(self, record: Record, at: datetime) -> None:
        """Keep the record of a run that was repeated; the earlier record stays beside it.

        Args:
            record: The new record.
            at: When it replaces the earlier one, with a time zone.

        Raises:
            OSError: It cannot be written; then the earlier record is still there.
        """
        path = self._path(record.key)
        # The copy first: after a crash between the two, the earlier record is there twice, and none is lost.
        if path.exists():
            name = f"{record.key}.{at.astimezone(UTC):{_TIME_IN_NAME}}.json.gz"
            atomic.write(path.with_name(name), path.read_bytes())
        self.put(record)

    def replaced(self, key: str) -> list[tuple[datetime, Record]]:
        """Read the earlier records of a key: when each was replaced, and the record; the first one first.

        Raises:
            PermissionError: As `get` does.
        """
        earlier = []
        for path in sorted(self._path(key).parent.glob(f"{key}.*Z.json.gz")) if key else ():
            with contextlib.suppress(ValueError):  # a file of another program, or one that a person has renamed
                at = datetime.strptime(path.name.split(".")[1], _TIME_IN_NAME).replace(tzinfo=UTC)
                if record := _read(path):
                    earlier.append((at, record))
        return earlier

    def paths(self, key: str) -> list[Path]:
        """The files of the record of a key: the present one, and those that later runs have replaced."""
        path = self._path(key)
        return [path, *sorted(path.parent.glob(f"{key}.*Z.json.gz"))] if key else []

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json.gz"


def _read(path: Path) -> Record | None:
    """The record in a file; None if there is none that can be read.

    Raises:
        PermissionError: There is one that this account may not read. It must not count as missing, because
            everything would then run again and again.
    """
    try:
        return codec.decode(Record, gzip.decompress(path.read_bytes()))
    except PermissionError:
        raise
    except (OSError, EOFError, ValueError, zlib.error):
        return None
