"""Where records are kept: a file for each key, written once and never changed; a repeated run leaves another."""

import contextlib
import gzip
import json
import zlib
from datetime import UTC, datetime
from pathlib import Path

from grader.model.record import Record, Resources
from grader.storage import atomic, codec

_BEGINS = '{"resources": '
_HEAD = 1024
_REPLACED = "%Y%m%dT%H%M%S%fZ"


class RecordStore:
    """Records below a folder, compressed, as `ab/abcdef....json.gz`; replaced ones have the time in their names.

    Args:
        folder: Created when the first record is stored.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Record | None:
        """The record of a key; None if there is none, or only a damaged one.

        Raises:
            PermissionError: There is one that this account may not read; `filename` names it.
        """
        return _read(self._path(key))

    def resources(self, key: str) -> Resources | None:
        """What the run of a key used; None if there is no such record.

        They are at the beginning of a record, so the rest, including pictures, need not be read.
        """
        try:
            with self._path(key).open("rb") as stream:
                head = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(stream.read(_HEAD), _HEAD).decode("ascii")
            fields, _ = json.JSONDecoder().raw_decode(head, len(_BEGINS) if head.startswith(_BEGINS) else len(head))
            return codec.from_data(Resources, fields)
        except (OSError, zlib.error, ValueError):
            record = self.get(key)  # one of an older grader, which wrote it at the end
            return record.resources if record else None

    def put(self, record: Record) -> None:
        """Keep a record; once this returns it survives a crash of the machine.

        Raises:
            OSError: It cannot be written; `filename` names the file, also where the disk is full.
        """
        path = self._path(record.key)
        fields = {"resources": None} | codec.to_data(record)  # first: see `resources`
        atomic.write(path, gzip.compress(codec.encode_exactly(fields), 6))

    def replace(self, record: Record, at: datetime) -> None:
        """Keep the record of a run that was repeated; the earlier record stays beside it.

        Args:
            record: The new one.
            at: When.

        Raises:
            OSError: It cannot be written; then the one before is still there.
        """
        path = self._path(record.key)
        if path.exists():
            atomic.write(path.with_name(f"{record.key}.{at.astimezone(UTC):{_REPLACED}}.json.gz"), path.read_bytes())
        self.put(record)

    def replaced(self, key: str) -> list[tuple[datetime, Record]]:
        """The earlier records of a key: when each was replaced, and the record; the first one first."""
        found = []
        for path in sorted(self._path(key).parent.glob(f"{key}.*Z.json.gz")) if key else ():
            with contextlib.suppress(ValueError):  # a file of somebody else's
                at = datetime.strptime(path.name.split(".")[1], _REPLACED).replace(tzinfo=UTC)
                if record := _read(path):
                    found.append((at, record))
        return found

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
