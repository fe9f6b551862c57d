"""Facts of the reference models, stored in `facts.json`: layer tables, which `grader facts` writes, and accuracies."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("facts.json")

Facts = dict[str, dict[str, Any]]


def read(file: Path = FILE) -> Facts:
    """Read the stored facts; empty if there are none."""
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def write(facts: Facts, file: Path = FILE) -> None:
    """Store the facts as JSON that is easy to read in a diff."""
    file.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
