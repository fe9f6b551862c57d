"""The command `grader doctor`."""

from rich.markup import escape
from rich.table import Table

from grader.cli.shared import (
    CourseFolder,
    course_of,
    out,
)
from grader.course.machine_needs import lacked_by_course
from grader.execute import isolation
from grader.execute.environment import environment
from grader.model.record import Isolation


def command(course: CourseFolder = None) -> None:
    """Show this machine's isolation level, and how to improve it."""
    table = Table("", "feature", "protects from", "how to get it", box=None, pad_edge=False)
    for item in isolation.checks():
        sign = "yes" if item.present else ("no" if item.needed else "–")
        table.add_row(sign, item.name, item.protects, escape(item.remedy))
    out.print(table)
    level = isolation.available()
    out.print(f"\nIsolation: {level}")
    if level is not Isolation.SANDBOX:
        out.print("`grader grade` needs --allow-degraded; grade only notebooks that you would run yourself.")
    for name, version in environment():
        out.print(f"{name} {version}")
    here = course_of(course)
    out.print(f"course: {escape(str(here.root))}", soft_wrap=True)
    for line in lacked_by_course(here):
        out.print(escape(line), soft_wrap=True)
