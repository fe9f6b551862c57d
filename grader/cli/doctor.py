"""The command `grader doctor`."""

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from grader.cli.documents.course import Feature, MachineState, PortalPart
from grader.cli.shared import CourseFolder, PortalFile, answer, course_of, out, tasks, usual_results
from grader.course.machine_needs import lacked_by_course
from grader.execute import isolation
from grader.execute.environment import environment
from grader.model.record import Isolation
from grader.pipeline.portal_configuration import configure

if TYPE_CHECKING:
    from grader.pipeline.portal_checks import PortalCheck


def command(config: PortalFile = None, course: CourseFolder = None) -> None:
    """Show this machine's isolation level, and how to improve it."""
    table = Table("", "feature", "protects from", "how to get it", box=None, pad_edge=False)
    for item in isolation.checks():
        sign = "yes" if item.present else ("no" if item.needed else "–")
        table.add_row(sign, item.name, item.protects, escape(item.remedy))
    out.print(table)
    level = isolation.available()
    is_sandbox = level is Isolation.SANDBOX
    (out if is_sandbox else tasks).print(f"\nIsolation: {level}")
    if not is_sandbox:
        tasks.print("`grader grade` needs --allow-degraded. Grade only notebooks that you would run yourself.")
    versions = dict(environment())
    for name, version in versions.items():
        out.print(f"{name} {version}")
    settings = configure(config, usual_results=usual_results(), top={"course": course})
    here = course_of(settings.course)
    out.print(f"course: {escape(str(here.root))}", soft_wrap=True)
    lacked = tuple(lacked_by_course(here))
    for line in lacked:
        tasks.print(escape(line), soft_wrap=True)
    checks: tuple[PortalCheck, ...] = ()
    if config:
        from grader.pipeline.portal_checks import portal_checks  # only for a portal: it imports SQLAlchemy

        checks = portal_checks(settings)
    for check in checks:
        (out if check.is_well else tasks).print(f"{check.name}: {escape(check.fact)}", soft_wrap=True)
    features = tuple(
        Feature(
            feature=item.name,
            present=item.present,
            needed=item.needed,
            protects_from=item.protects,
            remedy=item.remedy,
        )
        for item in isolation.checks()
    )
    portal = tuple(PortalPart(part=check.name, works=check.is_well, fact=check.fact) for check in checks)
    answer(
        MachineState(
            isolation=level,
            features=features,
            versions=versions,
            course=str(here.root),
            missing=lacked,
            portal=portal,
        )
    )
