"""A mistake is counted once: what is right given the student's own earlier answer gets its marks."""

from dataclasses import replace

from assess_samples import answer_key, exercise, question, record, value

from grader.assess.engine import assess
from grader.model.assessment import Assessment, Verdict
from grader.model.key import Slip

SIZE = replace(question("number", answer="size"), id="size")
AREA = replace(question("number", answer="area"), id="area")


def marked(size: object, area: object) -> Assessment:
    asked = replace(exercise(SIZE), questions=(SIZE, AREA))
    key = replace(
        answer_key(26, ()),
        answers={"size": 26, "area": 676},
        slips={"area": (Slip(784, "The size of the image was used.", "26 x 26"),)},
        follow_on=lambda found: {"area": found["size"] ** 2},
    )
    given = {name: value(found) for name, found in (("size", size), ("area", area)) if found is not None}
    return assess("ada", asked, key, record(answers=given), {})


def verdicts(assessment: Assessment) -> list[Verdict]:
    return [finding.verdict for finding in assessment.findings]


def test_an_answer_that_follows_from_a_mistake_is_right() -> None:
    assessment = marked(28, 784)
    assert verdicts(assessment) == [Verdict.FAILED, Verdict.PASSED]
    assert "your own earlier answer" in assessment.findings[1].reason


def test_an_answer_that_follows_from_nothing_is_wrong() -> None:
    assert verdicts(marked(28, 700)) == [Verdict.FAILED, Verdict.FAILED]


def test_a_slip_after_a_right_answer_stays_a_slip() -> None:
    assessment = marked(26, 784)
    assert verdicts(assessment) == [Verdict.PASSED, Verdict.FAILED]
    assert "size of the image" in assessment.findings[1].reason


def test_a_blank_earlier_answer_gives_no_credit() -> None:
    assert verdicts(marked(None, 700)) == [Verdict.NOT_ATTEMPTED, Verdict.FAILED]


def test_an_earlier_answer_that_cannot_be_reckoned_with_gives_no_credit() -> None:
    assert verdicts(marked("many", 700)) == [Verdict.FAILED, Verdict.FAILED]


def test_right_answers_need_no_credit() -> None:
    assert verdicts(marked(26, 676)) == [Verdict.PASSED, Verdict.PASSED]
