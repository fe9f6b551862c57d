"""The command `grader doctor`."""

from rich.markup import escape
from rich.table import Table

from grader.cli.shared import (
    CourseFolder,
    course_of,
    out,
)
from grader.execute import isolation
from grader.execute.environment import environment
from grader.model.record import Isolation


def command(course: CourseFolder = None) -> None:
    """Say what isolation this machine has, and how to get more."""
    table = Table("", "what", "protects from", "to have it", box=None, pad_edge=False)
    for item in isolation.checks():
        sign = "yes" if item.present else ("no" if item.needed else "–")
        table.add_row(sign, item.name, item.protects, escape(item.remedy))
    out.print(table)
    level = isolation.available()
    out.print(f"\nIsolation: {level}")
    if level is not Isolation.SANDBOX:
        out.print("`grader grade` refuses without --allow-degraded; grade only notebooks that you would run yourself.")
    for name, version in environment():
        out.print(f"{name} {version}")
    out.print(f"course: {escape(str(course_of(course).root))}", soft_wrap=True)
