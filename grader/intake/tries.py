"""What one student handed in -> submissions: which notebook counts, when it was handed in, and what is said of it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from grader.intake.archives import FULL, FULL_OF_ONE
from grader.intake.beside import Beside, beside
from grader.intake.entries import Entry
from grader.intake.layouts import original_names
from grader.intake.names import readable
from grader.intake.platforms import WITH_TRIES, Owner, owner
from grader.intake.timestamps import in_zone, read
from grader.model.exercise import HandIn
from grader.model.submission import Platform, Source, Submission, TimeCertainty
from grader.text.messages import Text, message
from grader.text.values import first_few

_MOST_NAMED = 5
_LONGEST_TIME = 40
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """What the exercise and the course say about submissions; see `grader.intake.folders.collect`."""

    exercise: str
    hand_in: HandIn
    own: Collection[str]
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Try:
    """One file of one student.

    Attributes:
        owner: Whose it is.
        entry: The file.
        position: Its place among all that was found.
        told: The timestamp that nbgrader laid beside it; None where there is none.
    """

    owner: Owner
    entry: Entry
    position: int
    told: bytes | None = None

    @property
    def counts(self) -> bool:
        """Whether it can be a submission, or says why one cannot be read."""
        return self.entry.counts or bool(self.owner.problem)


def submissions(student: str, rules: Rules, tries: Sequence[Try]) -> Iterator[Submission]:
    """What a student handed in: one for each try that the platform counts, in the order of its times."""
    times = {each.position: _when(each, rules.zone)[0] for each in tries if each.owner.platform in WITH_TRIES}
    moments = sorted({time for time in times.values() if time})
    numbers = {position: moments.index(time) if time else 0 for position, time in times.items()}
    for number in sorted(set(numbers.values())) or [0]:
        of_number = [each for each in tries if numbers.get(each.position, number) == number]
        yield replace(_submission(student, rules, of_number), attempt=number)


def not_read(attempt: Try) -> Text:
    """What is said of a file that was refused."""
    name, problem = readable(attempt.entry.path), attempt.entry.problem
    return message("'{name}' was not read: {problem}", name=name, problem=problem)


def listed(paths: Sequence[str]) -> Text:
    """Names in a message: the first of them, and how many there are beyond."""
    return first_few([f"'{readable(path)}'" for path in paths], _MOST_NAMED)


def _submission(student: str, rules: Rules, tries: Sequence[Try]) -> Submission:
    """The one that counts of all that a student handed in at a time."""
    exercise, first = rules.exercise, tries[0]
    counting = [attempt for attempt in tries if attempt.counts]
    full = next((each.entry.problem for each in counting if each.entry.problem in (FULL, FULL_OF_ONE)), "")
    problem = first.owner.problem or full or ("" if counting else _no_notebook(tries))
    if problem:  # with too much in an archive, too: a model that is missing would cost marks
        at, origin = _when(first, rules.zone)[0], readable(first.entry.path)
        return Submission(
            student=student,
            exercise=exercise,
            origin=origin,
            content=b"",
            submitted_at=at,
            problem=problem,
            remarks=_late(first),
            source=_source(first, rules),
        )
    chosen = max(counting, key=lambda attempt: _rank(attempt, exercise))
    others = [attempt.entry for attempt in tries if not attempt.counts and not attempt.owner.of_platform]
    found = beside(chosen.entry, others, rules.hand_in, rules.own) if not chosen.entry.problem else Beside()
    return Submission(
        student=student,
        exercise=exercise,
        origin=_origin(chosen),
        content=chosen.entry.content,
        submitted_at=_when(chosen, rules.zone)[0],
        problem=chosen.entry.problem,
        remarks=(
            *_remarks(chosen, [attempt for attempt in counting if attempt is not chosen], rules.zone),
            *_said_of(found),
        ),
        files=found.files,
        source=_source(chosen, rules),
    )


def _source(attempt: Try, rules: Rules) -> Source:
    """What the platform says of a file."""
    who, entry = attempt.owner, attempt.entry
    platform = who.platform
    if not who.known and not entry.packed and len(entry.parts) > 2 and entry.parts[1] == rules.exercise:
        platform = Platform.NBGRADER
    place = entry.parts[0] if entry.parts[0] != ".." else ""
    is_archive = entry.packed and len(entry.given) == 1
    return Source(
        platform=platform,
        who=who.who,
        name=readable(who.student),
        number=who.number,
        login=readable(who.student if platform is Platform.NBGRADER else who.login),
        email=readable(who.email),
        members=who.members,
        anonymous=who.anonymous,
        place=readable(place) + (".zip" if is_archive else ""),
        attachment=str(who.attachment or ""),
        file=readable(who.file or entry.parts[-1]) + (".zip" if is_archive and who.file else ""),
        late=who.late,
        clock=_when(attempt, rules.zone)[1],
    )


def _when(attempt: Try, zone: tzinfo) -> tuple[datetime | None, TimeCertainty]:
    """When a file was handed in, and how surely that is known; the time of the file itself is no evidence."""
    who, entry = attempt.owner, attempt.entry
    told = who.written.encode() if who.written else attempt.told
    if told is not None:
        moment = read(told, zone)
        return moment, TimeCertainty.EXACT if moment else TimeCertainty.UNKNOWN
    clock = who.at or (entry.written if who.platform is Platform.MOODLE else None)
    if clock is None:
        return None, TimeCertainty.UNKNOWN
    if clock.tzinfo is not None:
        return clock, TimeCertainty.EXACT
    try:
        return in_zone(clock, zone), TimeCertainty.LOCAL
    except OverflowError:
        return None, TimeCertainty.UNKNOWN


def _origin(attempt: Try) -> str:
    """The path; only what the platform wrote of it where a name inside would tell of another student."""
    parts = attempt.entry.parts
    inside = parts[1:] if attempt.owner.file == "" or attempt.entry.packed else ()
    return readable(parts[0] if any(owner([name]).known for name in inside) else attempt.entry.path)


def _own_path(entry: Entry) -> str:
    """A path for its owner's report: a name inside that would tell of somebody else is left out."""
    return "/".join(part for part in entry.parts if part == entry.parts[0] or not owner([part]).known)


def _rank(attempt: Try, exercise: str) -> tuple[bool, bool, bool, int, datetime, int]:
    """What counts more, among the files of one student, compares as greater.

    A file with a later number in Canvas was handed in later; the times in its archive are those of packing.
    """
    entry, who = attempt.entry, attempt.owner
    path = "/".join((original_names(who.file)[0], *entry.parts[1:])) if who.file else entry.path
    last = original_names(who.file)[0] if who.file and len(entry.parts) == 1 else entry.parts[-1]
    fits = _key(exercise) in _key(path) or _key(last).startswith("notebook")
    return (
        not entry.problem,
        not entry.renamed,
        fits,
        who.attachment,
        entry.modified or _NEVER,
        attempt.position,
    )


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _no_notebook(tries: Sequence[Try]) -> Text:
    own = [attempt for attempt in tries if not attempt.owner.of_platform]
    if all(attempt.owner.text for attempt in own):
        return message(
            "No notebook was handed in, but a text entry: what was typed or pasted into the form of the platform."
            " Hand in the .ipynb file."
        )
    files = [attempt.entry.parts[-1] for attempt in own if attempt.entry.parts[-1]]
    empty = (
        message("the archive is empty")
        if any(attempt.entry.packed for attempt in own)
        else message("the folder is empty")
    )
    found = message("found: {files}", files=listed(files)) if files else empty
    return message("No notebook was handed in; {found}. Hand in the .ipynb file.", found=found)


def _late(attempt: Try) -> tuple[Text, ...]:
    return (message("Canvas marks it as late."),) if attempt.owner.late else ()


def _remarks(chosen: Try, others: Sequence[Try], zone: tzinfo) -> Iterator[Text]:
    yield from _late(chosen)
    told = chosen.owner.written or (chosen.told or b"").decode("utf-8", "replace")
    if told.strip() and _when(chosen, zone)[1] is TimeCertainty.UNKNOWN:
        yield message(
            "The time beside it cannot be read ('{text}'), so the time of submission is unknown. No points are "
            "deducted for that.",
            text=readable(told.strip()[:_LONGEST_TIME]),
        )
    if chosen.entry.renamed:
        yield message(
            "'{name}' holds a notebook under another ending; it was read. Hand in the .ipynb file itself.",
            name=readable(chosen.entry.parts[-1]),
        )
    aside = [_own_path(attempt.entry) for attempt in others if not attempt.entry.problem]
    if aside:
        counts = readable(_own_path(chosen.entry))
        yield message(
            "{count} notebooks were handed in; '{name}' counts, not {others}.",
            count=len(aside) + 1,
            name=counts,
            others=listed(aside),
        )
    if _several_inside([chosen, *others]):
        yield (
            message(
                "The names of files in this archive look like those of several people in Canvas or Moodle. They were "
                "ignored. If it is the archive of a class, it must be graded separately."
            )
        )
    for attempt in [attempt for attempt in others if attempt.entry.problem][:_MOST_NAMED]:
        yield not_read(attempt)


def _several_inside(tries: Sequence[Try]) -> bool:
    """Whether names that a student chose look like those of several students."""
    found = [owner(attempt.entry.parts[1:2]) for attempt in tries if len(attempt.entry.parts) > 1]
    return len({inside.key for inside in found if inside.known}) > 1


def _said_of(found: Beside) -> Iterator[Text]:
    if found.files:
        yield message(
            "Beside the notebook lay what was handed in with it: {names}.",
            names=listed([file.name for file in found.files]),
        )
    yield from found.remarks[:_MOST_NAMED]
    if found.not_taken:
        yield message(
            "Not used, because the exercise does not accept such files: {names}.", names=listed(list(found.not_taken))
        )
