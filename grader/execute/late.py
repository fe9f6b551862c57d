"""Messages about limits on time that are reached: which limit, and how many seconds."""

from grader.execute.clock import Why, ceiling, rest_limit
from grader.model.exercise import Limits
from grader.text.messages import Text, message


def limit_reached(why: Why, seconds: float) -> float:
    """Compute the seconds of the limit that was reached.

    Args:
        why: Which limit it is.
        seconds: Processor time that the exercise allows, from which the other limits follow.
    """
    return {Why.PROCESSOR: seconds, Why.REST: rest_limit(seconds)}.get(why, ceiling(seconds))


def cell_message(why: Why, limits: Limits, killed: bool) -> Text:
    """Write the message about a cell that reached its limit.

    Args:
        why: Which limit it is.
        limits: Those of the exercise.
        killed: Whether the cell could not be interrupted.
    """
    seconds = f"{limit_reached(why, limits.cell_seconds):g}"
    match why, killed:
        case Why.PROCESSOR, False:
            return message(
                "the cell reached its limit of {seconds} s of processor time and was stopped", seconds=seconds
            )
        case Why.PROCESSOR, True:
            return message(
                (
                    "the cell reached its limit of {seconds} s of processor time and could not be "
                    "interrupted, so the run was stopped there"
                ),
                seconds=seconds,
            )
        case _, False:
            return message("the cell waited for {seconds} s, longer than allowed, and was stopped", seconds=seconds)
        case _:
            return message(
                (
                    "the cell waited for {seconds} s, longer than allowed, and could not be interrupted, so "
                    "the run was stopped there"
                ),
                seconds=seconds,
            )


def notebook_message(why: Why, limits: Limits) -> Text:
    """Write the message about the cell in which all cells together reached their limit."""
    seconds = f"{limit_reached(why, limits.notebook_seconds):g}"
    if why is Why.PROCESSOR:
        return message("all cells together reached their limit of {seconds} s of processor time", seconds=seconds)
    return message("all cells together waited for {seconds} s, longer than allowed", seconds=seconds)
