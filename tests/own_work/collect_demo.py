"""Collects what questions can be asked about in the records of the demo class.

Usage: python -m tests.own_work.collect_demo FOLDER, where FOLDER has the results of `grader demo --out FOLDER`.
It writes `demo.json`: the layer tables and curves of each case, without initial values and weights. Cases with the same
work share it.
"""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.course.layout import Course
from grader.gradebook.results import Results
from grader.intake import notebooks
from grader.model.record import LayerRow, ModelTable, Record
from grader.own_work.works import batch_size_in
from grader.pipeline import load_exercise
from grader.storage import codec
from grader.storage.records import RecordStore
from tests.conftest import ROOT

FILE = Path(__file__).parent / "demo.json"
_NEEDED = {
    *("filters", "kernel_size", "strides", "padding", "dilation_rate", "groups", "use_bias", "data_format", "units"),
    *("pool_size", "activation", "axis", "center", "scale", "rate", "target_shape", "keepdims", "depth_multiplier"),
}


def plain(table: ModelTable) -> ModelTable:
    """The table without what no size depends on."""
    return replace(table, layers=tuple(_plain_row(row) for row in table.layers), compiled={}, weights=())


def _plain_row(row: LayerRow) -> LayerRow:
    return replace(row, config={name: value for name, value in row.config.items() if name in _NEEDED})


def work(record: Record, cells: tuple[str, ...]) -> dict[str, Any]:
    """What questions can be asked about."""
    return {
        "models": {name: json.loads(codec.encode(plain(table))) for name, table in record.models.items()},
        "histories": {
            name: {metric: history[metric] for metric in ("loss", "val_loss") if metric in history}
            for name, history in record.histories.items()
        },
        "batch_size": batch_size_in(cells),
    }


def collected(folder: Path) -> dict[str, Any]:
    """The works of the exercises with results in a folder: `works`, and `cases`: exercise -> case -> position."""
    course, works, cases = Course(ROOT), list[str](), dict[str, dict[str, int]]()
    for path in sorted(folder.glob("*/gradebook.sqlite")):
        slug, results = path.parent.name, Results(path.parent)
        book = results.existing(load_exercise(course, slug).settings, slug)
        cases[slug] = {}
        for mark in book.marks():
            record = RecordStore(results.records).get(mark.attempt.record_key)
            content = results.notebook(mark.attempt.notebook)
            if record is None or content is None:
                continue
            text = json.dumps(work(record, notebooks.parse(content).code))
            if text not in works:
                works.append(text)
            cases[slug][mark.student] = works.index(text)
        results.database.close()
    return {"works": [json.loads(text) for text in works], "cases": cases}


if __name__ == "__main__":
    FILE.write_text(json.dumps(collected(Path(sys.argv[1])), separators=(",", ":")) + "\n")
