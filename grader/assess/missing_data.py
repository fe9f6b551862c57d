"""Answers that are missing because the notebook could not load data: a person looks at them, and they cost nothing."""

from grader.assess import answers
from grader.assess.evidence import Evidence
from grader.assess.findings import unmarked
from grader.model.assessment import Finding, Verdict
from grader.model.exercise import Question
from grader.model.record import ProbeState
from grader.storage.wanted_data import WantedData, wanted_data
from grader.text.messages import Text, english, message, shortened


def excused(question: Question, evidence: Evidence, finding: Finding, error: Text = "") -> Finding:
    """The finding for manual grading if data that could not be loaded may be the reason for it; else as it is.

    Args:
        question: The question.
        evidence: The evidence about its answer.
        finding: The finding without regard to this.
        error: The error that a function of the student's raised, if the finding is about one.
    """
    data = wanted_data(evidence.record)
    if data is None or not _may_follow(evidence, finding, data, error):
        return finding
    return unmarked(question, Verdict.NEEDS_HUMAN, _reason(data))


def _may_follow(evidence: Evidence, finding: Finding, data: WantedData, error: Text) -> bool:
    """Whether the answer is missing because of an error in that cell or after it, not before."""
    if finding.verdict is Verdict.BLOCKED:
        stop = answers.first_stop(evidence)
        return stop is not None and stop.cell >= data.cell
    if finding.verdict is not Verdict.FAILED:
        return False
    probe = evidence.probe
    if probe is not None and probe.state is ProbeState.RAISED:
        error = probe.message
    return english(error).startswith("NameError")


def _reason(data: WantedData) -> Text:
    if data.name:
        return message(
            "Cell {cell} loads the data set {name}, which was missing on the machine that ran your notebook. This is "
            "not your fault. An instructor will look at this question.",
            cell=data.cell,
            name=data.name,
        )
    if data.address:
        return message(
            "Cell {cell} downloads {address}, but your notebook ran without a network. An instructor will look at "
            "this question.",
            cell=data.cell,
            address=shortened(data.address, 120),
        )
    return message(
        "Cell {cell} needs a network, but your notebook ran without one. An instructor will look at this question.",
        cell=data.cell,
    )
