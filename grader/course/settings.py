"""Reads the settings of a course: exercises/course.toml -> CourseSettings."""

import re
import zoneinfo
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from grader.course.dataset_table import DatasetTable
from grader.course.defaults import FILE, DefaultsTable
from grader.course.layout import Course, is_named
from grader.course.toml_file import read_toml
from grader.errors import SpecificationError
from grader.model.course_settings import (
    AttemptPolicy,
    CourseEnvironment,
    CourseSettings,
    HeldOutReports,
    LatePolicy,
    ManualGrading,
    Per,
    PortalReports,
    ReportDetail,
)
from grader.model.final_grade import FinalRules
from grader.text.complaints import check_data
from grader.text.suggestions import suggestion

_UNNAMED = "The course"
_FIRST_YEAR, _LAST_YEAR = 1970, 2999


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", text):
        raise ValueError('must be the code of a language, such as "en"')
    return text


def _time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # not found; not a name at all; the name of a folder of zones
        names = zoneinfo.available_timezones()
        raise ValueError("must be the name of a time zone", suggestion(text, names)) from None
    return text


def _date_and_time(value: Any) -> Any:
    if not isinstance(value, datetime):
        raise ValueError("must be a date with a time and without quotes, such as 2026-05-01T23:59:00")
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise ValueError(f"must have a year from {_FIRST_YEAR} to {_LAST_YEAR}")
    return value


def _file_name(name: str) -> str:
    if "/" in name or "\\" in name or not name.endswith(".py"):
        raise ValueError("must be the name of a Python file in the folder exercises, such as startup.py")
    return name


def _module(name: str) -> str:
    if not all(part.isidentifier() for part in name.split(".")):
        raise ValueError("must be the name that notebooks import, such as sklearn")
    return name


_Text = Annotated[str, Field(min_length=1)]
_Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]


class _LateTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    grace_minutes: Annotated[float, Field(ge=0, le=525_600, allow_inf_nan=False)] = 0
    percent: _Percent
    per: Literal["hour", "day"] = "day"
    cap: _Percent = 100


class _HeldOutTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    before_deadline: Literal["rounded", "exact"] = "rounded"
    scored_attempts: Annotated[int, Field(ge=1, le=1000)] = 10


class _EnvironmentTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    startup: Annotated[str, AfterValidator(_file_name)] | None = None
    packages: list[Annotated[str, AfterValidator(_module)]] = []
    keras2: bool = False
    colab: bool = False


class _FinalTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    weights: dict[str, Annotated[float, Field(gt=0, le=1_000_000, allow_inf_nan=False)]] = {}
    drop_lowest: Annotated[int, Field(ge=0, le=1000)] = 0
    bonus: list[str] = []
    pass_mark: _Percent | None = None
    letters: dict[str, _Percent] = {}


class _ManualTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    anonymous: bool = False
    markers: Annotated[int, Field(ge=1, le=2)] = 1
    max_difference: _Percent = 10


_Detail = Literal["verdicts", "reasons", "expected"]


class _ReportsTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    before_deadline: _Detail = "reasons"
    after_deadline: _Detail = "expected"
    first_attempts: Annotated[list[_Detail], Field(max_length=100)] = []


class _PortalTable(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    exercises: list[str] | None = None


class _Settings(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    id: _Text | None = None
    title: _Text = _UNNAMED
    language: Annotated[str, AfterValidator(_language)] = "en"
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "UTC"
    tries: Literal["latest", "best", "first"] = "latest"
    late: _LateTable | None = None
    held_out: _HeldOutTable = _HeldOutTable()
    deadlines: dict[str, Annotated[datetime, BeforeValidator(_date_and_time)]] = {}
    datasets: DatasetTable = DatasetTable()
    environment: _EnvironmentTable = _EnvironmentTable()
    final: _FinalTable | None = None
    defaults: DefaultsTable = DefaultsTable()
    manual_grading: _ManualTable = _ManualTable()
    reports: _ReportsTable = _ReportsTable()
    portal: _PortalTable = _PortalTable()


def read_settings(course: Course) -> CourseSettings:
    """Read the settings that all exercises of a course share.

    A deadline without an offset is a local time in the time zone of the course. When clocks are changed, a local time
    may occur twice, or never. Then the later of its two possible moments is the deadline, and a remark says so.

    Args:
        course: The course, which need not have a file `exercises/course.toml`.

    Returns:
        The settings. A setting that the file does not have gets its default.

    Raises:
        SpecificationError: The file is not valid; one line for each problem.
    """
    path = course.settings_folder / FILE
    if not is_named(path):
        return CourseSettings(title=_UNNAMED)
    place = course.shown(path)
    raw = read_toml(path, place)
    settings, problems = check_data(_Settings, raw)
    startup, problems_of_startup = _startup(course, settings.environment.startup if settings else None)
    problems += problems_of_startup
    problems += [*settings.datasets.problems(), *settings.defaults.problems()] if settings else []
    problems += _problems_of_reports(settings.reports) if settings else []
    if course.is_complete:
        problems += _unknown_exercises(raw, course)
        problems += _problems_of_final(settings.final, course) if settings and settings.final else []
        problems += _problems_of_portal(settings.portal, course) if settings else []
    if settings is None or problems:
        raise SpecificationError("\n".join(f"{place}: {problem}" for problem in problems))
    return _course_settings(settings, startup, place)


def files_for_runs(course: Course) -> tuple[Path, ...]:
    """The files that `grader check` needs to run notebooks as in grading: none if the settings do not change a run.

    Raises:
        SpecificationError: The settings are not valid.
    """
    settings, path = read_settings(course), course.settings_folder / FILE
    if settings.environment == CourseEnvironment() and not settings.datasets:
        return ()
    startup = read_toml(path, course.shown(path)).get("environment", {}).get("startup")
    return (path, course.settings_folder / startup) if startup else (path,)


def _unknown_exercises(raw: dict[str, Any], course: Course) -> list[str]:
    deadlines, slugs = raw.get("deadlines"), course.slugs()
    return [
        f"deadlines: there is no exercise '{slug}'. {suggestion(slug, slugs)}."
        for slug in (deadlines if isinstance(deadlines, dict) else ())
        if slug not in slugs
    ]


def _problems_of_final(final: _FinalTable, course: Course) -> list[str]:
    slugs = course.slugs()
    named = [*(("weights", slug) for slug in final.weights), *(("bonus", slug) for slug in final.bonus)]
    problems = [
        f"final: {setting}: there is no exercise '{slug}'. {suggestion(slug, slugs)}."
        for setting, slug in named
        if slug not in slugs
    ]
    problems += [
        f"final: bonus: '{slug}' has no weight. Add it to weights."
        for slug in final.bonus
        if final.weights and slug in slugs and slug not in final.weights
    ]
    if len(set(final.letters.values())) < len(final.letters):
        problems.append("final: letters: two letters have the same percentage. Give each a different one.")
    if final.weights and not set(final.weights) - set(final.bonus):
        problems.append("final: bonus: every exercise is a bonus, so the grade has no total weight. Leave one out.")
    return problems


def _problems_of_portal(portal: _PortalTable, course: Course) -> list[str]:
    slugs = course.slugs()
    return [
        f"portal: exercises: there is no exercise '{slug}'. {suggestion(slug, slugs)}."
        for slug in portal.exercises or ()
        if slug not in slugs
    ]


def _problems_of_reports(table: _ReportsTable) -> list[str]:
    order = [detail.value for detail in ReportDetail]
    earlier = [("before_deadline", table.before_deadline), *(("first_attempts", one) for one in table.first_attempts)]
    too_much = [(name, one) for name, one in earlier if order.index(one) > order.index(table.after_deadline)]
    return [
        f'reports: after_deadline is "{table.after_deadline}", which shows less than {name} '
        f'("{one}"). Let reports show at least as much after the deadline.'
        for name, one in dict.fromkeys(too_much)
    ]


def _startup(course: Course, name: str | None) -> tuple[str, list[str]]:
    """The start-up code, and the problems with its file."""
    path = course.settings_folder / (name or "")
    if name is None:
        return "", []
    try:
        code = path.read_text(encoding="utf-8")
        compile(code, name, "exec")
    except (OSError, UnicodeError) as error:
        return "", [f"environment: {course.shown(path)} cannot be read ({error}). Create it as a text file in UTF-8."]
    except (SyntaxError, ValueError) as error:
        return "", [f"environment: {course.shown(path)} is not valid Python ({error}). Correct it."]
    return code, []


def _course_settings(settings: _Settings, startup: str, place: str) -> CourseSettings:
    zone = ZoneInfo(settings.time_zone)
    return CourseSettings(
        title=settings.title,
        id=settings.id or "",
        language=settings.language,
        time_zone=settings.time_zone,
        tries=AttemptPolicy(settings.tries),
        late=_late_policy(settings.late) if settings.late else None,
        deadlines={slug: moment(at, zone) for slug, at in settings.deadlines.items()},
        held_out=HeldOutReports(settings.held_out.before_deadline == "exact", settings.held_out.scored_attempts),
        datasets=settings.datasets.sources(),
        final=FinalRules(**{**settings.final.model_dump(), "bonus": tuple(settings.final.bonus)})
        if settings.final
        else None,
        environment=_environment(settings.environment, startup),
        manual_grading=ManualGrading(**settings.manual_grading.model_dump()),
        reports=PortalReports(
            ReportDetail(settings.reports.before_deadline),
            ReportDetail(settings.reports.after_deadline),
            tuple(map(ReportDetail, settings.reports.first_attempts)),
        ),
        open_exercises=None if settings.portal.exercises is None else frozenset(settings.portal.exercises),
        remarks=tuple(_remarks_on_clocks(settings.deadlines, zone, place)),
    )


def _environment(table: _EnvironmentTable, startup: str) -> CourseEnvironment:
    return CourseEnvironment(startup, tuple(table.packages), table.keras2, table.colab)


def _late_policy(late: _LateTable) -> LatePolicy:
    return LatePolicy(timedelta(minutes=late.grace_minutes), late.percent, Per(late.per), late.cap)


def moment(at: datetime, zone: ZoneInfo) -> datetime:
    """The moment of a date and time, in the time zone of the course.

    Args:
        at: A time with an offset, or a local time of the zone.
        zone: The time zone of the course.

    Returns:
        The moment, aware. A local time that occurs twice or never has two possible moments; this is the later one.

    Example:
        >>> moment(datetime(2026, 10, 25, 2, 30), ZoneInfo("Europe/Berlin")).isoformat()
        '2026-10-25T02:30:00+01:00'
    """
    if at.tzinfo is not None:
        return at.astimezone(zone)
    return max(_possible_moments(at, zone)).astimezone(zone)


def _possible_moments(at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """A local time in UTC, by the offset before the clocks are changed and by the one after it; they mostly agree."""
    before, after = (at.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    return before, after


def _remarks_on_clocks(deadlines: Mapping[str, datetime], zone: ZoneInfo, place: str) -> Iterator[str]:
    """A remark for each deadline at a local time that occurs twice or never."""
    for slug, at in deadlines.items():
        before, after = _possible_moments(at, zone) if at.tzinfo is None else (at, at)
        if before != after:
            often = "occurs twice" if before < after else "does not exist"
            deadline = moment(at, zone)
            yield (
                f"{place}: deadlines: {slug}: {at.isoformat(' ')} {often} in {zone.key}, because the clocks change. "
                f"The grader uses {deadline.isoformat(' ')}, the later of the two possible times. To choose, "
                f"write the time with its "
                f"offset."
            )
