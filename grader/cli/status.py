"""The command `grader status`."""

from rich.markup import escape

from grader.cli.portal_access import PortalUrl, local_time, mark_in_words, portal
from grader.cli.shared import answer, out
from grader.model.api import ExerciseState
from grader.pipeline.submitting import course_state
from grader.text.printable import printable


def command(to: PortalUrl = None) -> None:
    """For students: list your exercises and published marks."""
    with portal(to) as client:
        state = course_state(client)
    out.print(escape(printable(f"{state['course']}: {state['name']}", 300)), soft_wrap=True)
    for exercise in state["exercises"]:
        for line in _lines(exercise):
            out.print(escape(printable(line, 500)), soft_wrap=True)
    answer(state)


def _lines(exercise: ExerciseState) -> list[str]:
    """An exercise in a few lines."""
    deadline = f"deadline {local_time(exercise['deadline'])}" if exercise["deadline"] else "no deadline"
    extended = ", extended" if exercise["is_extended"] else ""
    lines = [f"{exercise['title']} ({exercise['exercise']}): {deadline}{extended}"]
    if exercise["attempts"]:
        last = exercise["attempts"][-1]
        sent = local_time(last["submitted_at"])
        lines.append(f"  attempt {last['number']}, submitted {sent}: {last['message']}")
    if exercise["mark"]:
        lines.append(f"  mark: {mark_in_words(exercise['mark'])}")
    return [*lines, f"  {exercise['next_step']}"]
