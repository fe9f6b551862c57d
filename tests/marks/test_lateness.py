"""What lateness costs: a table of cases, and what holds for all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from grader.marks.lateness import lateness, settled_at
from grader.model.course_settings import CourseSettings, LatePolicy, Per
from grader.model.lateness import Deduction, DeductionRule

ROME = ZoneInfo("Europe/Rome")
DEADLINE = datetime(2026, 5, 1, 12, tzinfo=UTC)
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOTHING = timedelta(0)


def settings(policy: LatePolicy | None, deadline: datetime = DEADLINE, zone: str = "Europe/Rome") -> CourseSettings:
    return CourseSettings(title="T", time_zone=zone, late=policy, deadlines={"lab": deadline})


def policy(percent: float = 10, per: Per = Per.DAY, cap: float = 100, grace: timedelta = NOTHING) -> LatePolicy:
    return LatePolicy(grace, percent, per, cap)


@pytest.mark.parametrize(
    ("after", "rule", "units", "percent"),
    [
        # to the second
        (-SECOND, policy(), 0, 0),
        (NOTHING, policy(), 0, 0),
        (SECOND, policy(), 1, 10),
        # days that have begun
        (DAY, policy(), 1, 10),
        (DAY + SECOND, policy(), 2, 20),
        (3 * DAY, policy(), 3, 30),
        # hours that have begun
        (SECOND, policy(2, Per.HOUR), 1, 2),
        (HOUR, policy(2, Per.HOUR), 1, 2),
        (HOUR + SECOND, policy(2, Per.HOUR), 2, 4),
        (DAY, policy(2, Per.HOUR), 24, 48),
        # within the grace nothing; after it the time counts from the deadline
        (15 * MINUTE, policy(grace=15 * MINUTE), 0, 0),
        (15 * MINUTE + SECOND, policy(grace=15 * MINUTE), 1, 10),
        (2 * HOUR, policy(1, Per.HOUR, grace=2 * HOUR), 0, 0),
        (2 * HOUR + SECOND, policy(1, Per.HOUR, grace=2 * HOUR), 3, 3),
        # the cap
        (5 * DAY, policy(cap=50), 5, 50),
        (6 * DAY, policy(cap=50), 6, 50),
        (400 * DAY, policy(), 400, 100),
        (SECOND, policy(cap=5), 1, 5),
        (DAY, policy(cap=0), 1, 0),
        # a policy that costs no points
        (DAY, policy(0), 1, 0),
    ],
)
def test_what_is_deducted(after: timedelta, rule: LatePolicy, units: int, percent: float) -> None:
    found = lateness(settings(rule), "lab", DEADLINE + after)
    assert found is not None
    assert (found.late_by, found.units, found.percent) == (max(NOTHING, after), units, percent)
    assert (found.deadline, found.submitted_at) == (DEADLINE, DEADLINE + after)
    assert (found.per, found.rate, found.cap, found.grace) == (rule.per, rule.percent, rule.cap, rule.grace)
    assert (found.zone, found.extended) == ("Europe/Rome", False)


@pytest.mark.parametrize(
    ("deadline", "submitted", "late_by", "hours", "days"),
    [
        # Clocks go from 02:00 to 03:00: between 00:30 and 03:30 lie two hours, not three.
        ("2026-03-29T00:30:00+01:00", "2026-03-29T03:30:00+02:00", 2 * HOUR, 2, 1),
        # The day after has 23 hours: the same time of day on the next day is 23 hours later.
        ("2026-03-28T12:00:00+01:00", "2026-03-29T12:00:01+02:00", 23 * HOUR + SECOND, 24, 1),
        # Clocks go from 03:00 to 02:00: the same time of day on the next day is 25 hours later.
        ("2026-10-24T12:00:00+02:00", "2026-10-25T12:00:00+01:00", 25 * HOUR, 25, 2),
        # 02:30 in summer time, then 02:30 in winter time.
        ("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00", HOUR, 1, 1),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T02:30:00+02:00", NOTHING, 0, 0),
    ],
)
def test_time_is_what_has_passed_and_not_what_clocks_show(
    deadline: str, submitted: str, late_by: timedelta, hours: int, days: int
) -> None:
    due, at = (datetime.fromisoformat(text).astimezone(ROME) for text in (deadline, submitted))
    for per, units in ((Per.HOUR, hours), (Per.DAY, days)):
        found = lateness(settings(policy(1, per), due), "lab", at)
        assert found is not None
        assert (found.late_by, found.units) == (late_by, units)


@pytest.mark.parametrize(
    ("extension", "deadline", "units"),
    [
        (None, DEADLINE, 3),
        (DEADLINE + DAY, DEADLINE + DAY, 2),
        (DEADLINE + 5 * DAY, DEADLINE + 5 * DAY, 0),
        # one that is earlier than the deadline takes nothing away
        (DEADLINE, DEADLINE, 3),
        (DEADLINE - DAY, DEADLINE, 3),
    ],
)
def test_an_extension_moves_the_deadline_and_never_back(
    extension: datetime | None, deadline: datetime, units: int
) -> None:
    found = lateness(settings(policy()), "lab", DEADLINE + 3 * DAY, extension)
    assert found is not None
    assert (found.deadline, found.units, found.extended) == (deadline, units, deadline != DEADLINE)


def test_an_extension_by_the_hour_that_occurs_twice_is_one() -> None:
    summer, winter = (datetime(2026, 10, 25, 2, 30, tzinfo=ROME, fold=fold) for fold in (0, 1))
    found = lateness(settings(policy(1, Per.HOUR), summer), "lab", winter, winter)
    assert found is not None
    assert (found.extended, found.units) == (True, 0)


def test_an_exercise_without_deadline_is_never_late() -> None:
    assert lateness(settings(policy()), "other", DEADLINE + DAY) is None
    assert lateness(settings(policy()), "other", DEADLINE + DAY, DEADLINE) is None


def test_lateness_costs_nothing_without_a_policy_and_is_known_all_the_same() -> None:
    found = lateness(settings(None), "lab", DEADLINE + DAY)
    assert found is not None
    assert (found.late_by, found.units, found.percent, found.rate) == (DAY, 0, 0, 0)


def test_an_unknown_time_costs_nothing_and_is_said() -> None:
    found = lateness(settings(policy()), "lab", None)
    assert found is not None
    assert (found.submitted_at, found.late_by, found.units, found.percent) == (None, NOTHING, 0, 0)


def test_a_time_without_zone_is_in_utc() -> None:
    found = lateness(settings(policy()), "lab", (DEADLINE + SECOND).replace(tzinfo=None))
    assert found is not None
    assert (found.submitted_at, found.late_by) == (DEADLINE + SECOND, SECOND)


def test_the_deduction_is_of_the_full_points() -> None:
    found = lateness(settings(policy(12.5)), "lab", DEADLINE + SECOND)
    assert found is not None
    assert found.deduction(20, 20).points == 2.5
    assert found.deduction(0.33, 0.33).points == 0.04
    assert found.deduction(1, 20) == Deduction(
        rule=DeductionRule.PERCENT, before_cap=12.5, percent=12.5, before_limit=2.5, points=1
    )


@pytest.mark.parametrize(
    ("after", "late_policy", "is_overridden", "rule"),
    [
        (NOTHING, policy(), False, DeductionRule.NOT_LATE),
        (NOTHING, policy(), True, DeductionRule.NOT_LATE),
        (DAY, None, False, DeductionRule.FREE),
        (DAY, policy(0), True, DeductionRule.FREE),
        (HOUR, policy(grace=HOUR), False, DeductionRule.GRACE),
        (HOUR, policy(grace=HOUR), True, DeductionRule.GRACE),
        (DAY, policy(), False, DeductionRule.PERCENT),
        (DAY, policy(), True, DeductionRule.OVERRIDE),
    ],
)
def test_a_deduction_names_its_rule(
    after: timedelta, late_policy: LatePolicy | None, is_overridden: bool, rule: DeductionRule
) -> None:
    found = lateness(settings(late_policy), "lab", DEADLINE + after)
    assert found is not None
    steps = found.deduction(20, 20, is_overridden)
    assert steps.rule is rule
    assert (steps.points > 0) == (rule is DeductionRule.PERCENT)


def test_a_deduction_of_a_time_that_is_not_known_is_nothing() -> None:
    found = lateness(settings(policy()), "lab", None, marked=True)
    assert found is not None
    assert found.deduction(20, 20).rule is DeductionRule.NOT_LATE
    assert found.deduction(20, 20).points == 0


PERCENTS = some.floats(0, 100)
SPANS = some.timedeltas(timedelta(days=-3), timedelta(days=400))
POLICIES = some.builds(
    LatePolicy, some.timedeltas(NOTHING, timedelta(days=9)), PERCENTS, some.sampled_from(Per), PERCENTS
)


@given(POLICIES, SPANS, SPANS)
def test_later_is_never_better(rule: LatePolicy, one: timedelta, other: timedelta) -> None:
    sooner, later = (lateness(settings(rule), "lab", DEADLINE + each) for each in sorted((one, other)))
    assert sooner is not None
    assert later is not None
    assert sooner.percent <= later.percent
    assert sooner.deduction(7.25, 7.25).points <= later.deduction(7.25, 7.25).points


@given(POLICIES, SPANS)
def test_never_more_than_the_cap_and_nothing_in_time(rule: LatePolicy, after: timedelta) -> None:
    found = lateness(settings(rule), "lab", DEADLINE + after)
    assert found is not None
    assert 0 <= found.percent <= rule.cap
    assert found.percent == 0 or after > rule.grace


@given(POLICIES, SPANS, some.floats(0, 8), some.booleans())
def test_the_steps_of_a_deduction_agree(rule: LatePolicy, after: timedelta, earned: float, is_overridden: bool) -> None:
    found = lateness(settings(rule), "lab", DEADLINE + after)
    assert found is not None
    steps = found.deduction(earned, 8, is_overridden)
    assert steps.percent == min(steps.before_cap, rule.cap)
    assert steps.is_capped == (steps.before_cap > rule.cap)
    assert steps.points == min(steps.before_limit, earned)
    assert steps.is_limited == (steps.before_limit > earned)
    assert is_overridden or steps.before_limit == round(8 * steps.percent / 100, 2)


@given(POLICIES, SPANS, SPANS)
def test_an_extension_never_costs_anything(rule: LatePolicy, after: timedelta, extra: timedelta) -> None:
    without = lateness(settings(rule), "lab", DEADLINE + after)
    extended = lateness(settings(rule), "lab", DEADLINE + after, DEADLINE + extra)
    assert without is not None
    assert extended is not None
    assert extended.percent <= without.percent


@given(POLICIES, SPANS, some.sampled_from(["UTC", "Europe/Rome", "Australia/Lord_Howe", "America/St_Johns"]))
def test_the_zone_in_which_a_moment_is_written_changes_nothing(rule: LatePolicy, after: timedelta, zone: str) -> None:
    written = DEADLINE.astimezone(ZoneInfo(zone)), (DEADLINE + after).astimezone(ZoneInfo(zone))
    plain = lateness(settings(rule), "lab", DEADLINE + after)
    found = lateness(settings(rule, written[0]), "lab", written[1])
    assert plain is not None
    assert found is not None
    assert (found.late_by, found.units, found.percent) == (plain.late_by, plain.units, plain.percent)


@pytest.mark.parametrize(
    ("rule", "after"),
    [
        (None, NOTHING),
        (policy(), 9 * DAY),
        (policy(cap=50), 4 * DAY),
        (policy(cap=50, grace=15 * MINUTE), 4 * DAY),
        (policy(cap=10, grace=15 * MINUTE), 15 * MINUTE),
        (policy(10, Per.HOUR, cap=25), 2 * HOUR),
        (policy(10, Per.HOUR, cap=25, grace=DAY), DAY),
        (policy(1.1, cap=12.1), 10 * DAY),
        (policy(100), NOTHING),
        (policy(cap=0, grace=MINUTE), MINUTE),
        (policy(0, grace=MINUTE), MINUTE),
    ],
)
def test_all_is_shown_once_a_late_submission_costs_the_most_it_can(rule: LatePolicy | None, after: timedelta) -> None:
    assert settled_at(rule, DEADLINE) == DEADLINE + after


@given(
    rule=some.builds(
        policy,
        percent=some.integers(1, 100),
        per=some.sampled_from(Per),
        cap=some.integers(1, 100),
        grace=some.timedeltas(NOTHING, 3 * DAY),
    )
)
def test_before_that_moment_less_is_deducted_than_after_it_and_later_nothing_more(rule: LatePolicy) -> None:
    settled = settled_at(rule, DEADLINE)
    assert settled is not None

    def percent(at: datetime) -> float:
        late = lateness(settings(rule), "lab", at)
        assert late is not None
        return late.percent

    assert percent(settled) < rule.cap
    assert percent(settled + SECOND) == percent(settled + 400 * DAY) == rule.cap


def test_that_moment_counts_real_time_and_own_deadlines_of_questions_move_it() -> None:
    saturday = datetime(2026, 10, 24, 12, tzinfo=ROME)  # clocks change in the night after it
    moved = settled_at(policy(cap=20), saturday)
    assert moved is not None
    assert moved.astimezone(UTC) - saturday.astimezone(UTC) == DAY
    assert moved.hour == 11
    for own in (DEADLINE - DAY, DEADLINE + 30 * DAY):
        assert settled_at(policy(cap=20), DEADLINE, [own]) == max(own, DEADLINE + DAY)
    assert settled_at(policy(), None, [DEADLINE]) is None


@pytest.mark.parametrize("rule", [policy(5e-324), policy(0.001, Per.HOUR)])
def test_a_tiny_deduction_hides_for_at_most_a_century(rule: LatePolicy) -> None:
    assert rule.costs_most_after <= timedelta(days=36_525)
