"""Measurements -> tables in Markdown and a plot; pure functions of `throughput.json`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from aims import Aim, aims, notes
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, NullLocator

_WHOLE, _FURTHER, _ONE, _TWO = "#9ecae1", "#3182bd", "#6baed6", "#08519c"
_STYLE: dict[Any, Any] = {
    "svg.hashsalt": "throughput",
    "svg.fonttype": "none",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}
_KINDS = [(kind, unit) for kind in ("whole", "further") for unit in ("wall", "cpu")]

_PAGE = """\
# How fast it is

Made by `{command}`. For the method, see [benchmarks/README.md](../README.md).

{machine}

## Against other graders

The table shows seconds per submission of a notebook without training, as medians of {rounds} interleaved rounds.
*Class of {submissions}* is the time of the whole command, including its start, divided by {submissions}.
*Further* is the time of each additional submission, without the start.

{contest}

This table shows the same times as multiples of this grader's times:

{ratios}

![Seconds for each submission, and time against the size of the class](throughput.svg)

## Aims

{aims}

{notes}

## Time against the size of the class

The times are those of the whole `grader grade`, including its start. No two notebooks are the same.

{growth}
"""


def markdown(results: Mapping[str, Any]) -> str:
    """The page with all tables."""
    columns = [f"class of {results['submissions']}: wall", "CPU", "further: wall", "CPU"]
    return _PAGE.format(
        command=results["command"],
        rounds=results["rounds"],
        submissions=results["submissions"],
        machine=table(["", ""], results["machine"].items()),
        contest=table(["grader", "command", *columns], _seconds(results["graders"])),
        ratios=table(["grader", *columns], _ratios(results["graders"])),
        aims=table(["what", "aim", "measured", "reached"], aim_rows(aims(results))),
        notes="\n".join(f"* {note}" for note in notes(results)),
        growth=table(["submissions", "workers", "wall s", "CPU s", "submissions a minute"], _growth(results["growth"])),
    )


def plot(results: Mapping[str, Any], path: Path) -> None:
    """Draw the graders side by side, and time against the size of the class."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9, 3.4), layout="constrained")
        left, right = figure.subplots(1, 2)
        _draw_contest(left, results["graders"], results["submissions"])
        _draw_growth(right, results["growth"])
        figure.savefig(path, metadata={"Date": None})


def _seconds(graders: Sequence[Mapping[str, Any]]) -> Iterable[list[str]]:
    for grader in graders:
        yield [grader["name"], f"`{grader['command']}`", *(f"{grader[kind][unit]:.3f}" for kind, unit in _KINDS)]


def _ratios(graders: Sequence[Mapping[str, Any]]) -> Iterable[list[str]]:
    ours = graders[0]
    for grader in graders:
        yield [grader["name"], *(f"{grader[kind][unit] / ours[kind][unit]:.1f}" for kind, unit in _KINDS)]


def aim_rows(listed: Iterable[Aim]) -> Iterable[list[str]]:
    """A table of the aims, the measurements, and whether the aims were reached."""
    for aim in listed:
        bound = f"at {'least' if aim.at_least else 'most'} {aim.bound:g} {aim.unit}"
        yield [aim.what, bound, f"{aim.measured:.4g} {aim.unit}", "yes" if aim.reached else "**no**"]


def _growth(rows: Sequence[Mapping[str, Any]]) -> Iterable[list[str]]:
    for row in rows:
        rate = 60 * row["submissions"] / row["wall"]
        yield [str(row["submissions"]), str(row["workers"]), f"{row['wall']:.1f}", f"{row['cpu']:.1f}", f"{rate:.0f}"]


def _draw_contest(axes: Axes, graders: Sequence[Mapping[str, Any]], count: int) -> None:
    for kind, label, colour, shift in (
        ("whole", f"class of {count}, start included", _WHOLE, -0.2),
        ("further", "each further submission", _FURTHER, 0.2),
    ):
        walls = [grader[kind]["wall"] for grader in graders]
        bars = axes.barh([place + shift for place in range(len(walls))], walls, height=0.38, color=colour, label=label)
        axes.bar_label(bars, [f"{wall:.2g} s" for wall in walls], padding=3)
    axes.set_xscale("log")
    axes.set_xlim(right=3 * max(grader["whole"]["wall"] for grader in graders))
    axes.set_yticks(range(len(graders)), [grader["name"] for grader in graders])
    axes.invert_yaxis()
    axes.set_xlabel("wall seconds for each submission (log scale)")
    axes.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=2, fontsize=8)


def _draw_growth(axes: Axes, growth: Sequence[Mapping[str, Any]]) -> None:
    for workers, colour in ((1, _ONE), (2, _TWO)):
        rows = [row for row in growth if row["workers"] == workers]
        label = f"{workers} worker{'s' if workers > 1 else ''}"
        axes.plot([row["submissions"] for row in rows], [row["wall"] for row in rows], "o-", color=colour, label=label)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xticks(counts := sorted({row["submissions"] for row in growth}), [str(count) for count in counts])
    axes.xaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter("{x:g}")
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("submissions (log scale)")
    axes.set_ylabel("wall seconds of grader grade (log scale)")
    axes.legend(frameon=False)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
