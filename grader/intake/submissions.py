"""Files of one student -> submissions: which notebook counts, when it was handed in, and the remarks on it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from grader.intake.archives import FULL, FULL_OF_ONE
from grader.intake.attachments import Attachments, choose_attachments
from grader.intake.entries import NOTEBOOK, Entry
from grader.intake.layouts import original_names
from grader.intake.names import readable
from grader.intake.notebook_parts import choose_parts
from grader.intake.platforms import WITH_ATTEMPTS, Owner, owner_of
from grader.intake.recognition import ReleasedNotebooks
from grader.intake.timestamps import in_zone, read_timestamp
from grader.model.exercise import MAIN_NOTEBOOK, HandIn
from grader.model.submission import HandedIn, Platform, Source, Submission, TimeCertainty
from grader.text.messages import Text, message
from grader.text.values import first_few

_MOST_NAMED = 5
_LONGEST_TIME = 40
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the exercise and the course for submissions.

    Attributes:
        exercise: Slug of the exercise.
        hand_in: The files that the exercise accepts besides a notebook.
        exercise_files: Names of the exercise's files, which no submission can replace.
        zone: Time zone of the course, for times that a platform writes as its clocks show them.
        parts: The notebooks that students were given, by file name, if the exercise has several; else None.
    """

    exercise: str
    hand_in: HandIn
    exercise_files: Collection[str]
    zone: tzinfo = UTC
    parts: ReleasedNotebooks | None = None


@dataclass(frozen=True, slots=True)
class OwnedFile:
    """One file with its owner.

    Attributes:
        owner: The student or group who handed it in.
        entry: The file.
        position: Its place among all files, from 0.
        timestamp: Content of the timestamp that nbgrader stored beside it; None if there is none.
    """

    owner: Owner
    entry: Entry
    position: int
    timestamp: bytes | None = None

    @property
    def counts(self) -> bool:
        """Whether it can be a submission, or has a problem to report in the place of one."""
        return self.entry.counts or bool(self.owner.problem)


def submissions(student: str, rules: Rules, files: Sequence[OwnedFile]) -> Iterator[Submission]:
    """Make submissions of the files of one student.

    Args:
        student: The name to call the student by.
        rules: The rules of the exercise and the course.
        files: All files of the student, at least one.

    Returns:
        One submission for each attempt that the platform counts, in the order of their times. Files without a
        readable time belong to the first attempt.
    """
    times = {file.position: _when(file, rules.zone)[0] for file in files if file.owner.platform in WITH_ATTEMPTS}
    moments = sorted({time for time in times.values() if time})
    numbers = {position: moments.index(time) if time else 0 for position, time in times.items()}
    for attempt in sorted(set(numbers.values())) or [0]:
        files_of_attempt = [file for file in files if numbers.get(file.position, attempt) == attempt]
        yield replace(_submission(student, rules, files_of_attempt), attempt=attempt)


def refusal(file: OwnedFile) -> Text:
    """Say that a file was not read, and why."""
    name, problem = readable(file.entry.path), file.entry.problem
    return message("'{name}' was not read: {problem}", name=name, problem=problem)


def quoted_names(paths: Sequence[str]) -> Text:
    """Quote names for a message: the first few, and how many more there are."""
    return first_few([f"'{readable(path)}'" for path in paths], _MOST_NAMED)


def _submission(student: str, rules: Rules, files: Sequence[OwnedFile]) -> Submission:
    """One attempt of a student: the notebook that counts, with its attachments, or the problem with them all."""
    exercise, first = rules.exercise, files[0]
    candidates = [file for file in files if file.counts]
    overfull = next((file.entry.problem for file in candidates if file.entry.problem in (FULL, FULL_OF_ONE)), "")
    problem = first.owner.problem or overfull or ("" if candidates else _no_notebook(files))
    if problem:  # also if an archive holds too much: a model that is missing would cost marks
        return Submission(
            student=student,
            exercise=exercise,
            origin=readable(first.entry.path),
            content=b"",
            submitted_at=_when(first, rules.zone)[0],
            problem=problem,
            remarks=_late(first),
            source=_source(first, rules),
        )
    parts = _notebooks(candidates, rules)
    notebook = next(iter(parts.values()))
    main = parts.get(MAIN_NOTEBOOK)
    others = [file.entry for file in files if not file.counts and not file.owner.is_platform_note]
    attachments = Attachments()
    if not notebook.entry.problem:
        attachments = choose_attachments(notebook.entry, others, rules.hand_in, rules.exercise_files)
    return Submission(
        student=student,
        exercise=exercise,
        origin=_origin(notebook),
        content=main.entry.content if main else b"",
        submitted_at=_when(notebook, rules.zone)[0],
        problem=notebook.entry.problem,
        remarks=(
            *_remarks(notebook, [file for file in candidates if file not in parts.values()], rules),
            *_part_remarks(parts),
            *_attachment_remarks(attachments),
        ),
        files=(
            *attachments.files,
            *(HandedIn(name, file.entry.content) for name, file in parts.items() if name != MAIN_NOTEBOOK),
        ),
        source=_source(notebook, rules),
    )


def _notebooks(candidates: Sequence[OwnedFile], rules: Rules) -> dict[str, OwnedFile]:
    """Name of each notebook of the exercise -> the file that counts, in their order; at least one."""
    if rules.parts is None:
        return {MAIN_NOTEBOOK: max(candidates, key=lambda file: _rank(file, rules.exercise))}
    readable_ones = [file for file in candidates if not file.entry.problem] or candidates[:1]
    return choose_parts(
        readable_ones,
        rules.parts,
        name_of=lambda file: original_names(file.owner.file or file.entry.parts[-1])[0],
        content_of=lambda file: file.entry.content,
        rank=lambda file, part: _rank(file, part.removesuffix(NOTEBOOK)),
    )


def _part_remarks(parts: Mapping[str, OwnedFile]) -> Iterator[Text]:
    """Say which file was read as which notebook, if its name does not say so."""
    for name, file in parts.items():
        own_name = original_names(file.owner.file or file.entry.parts[-1])[0]
        if len(parts) > 1 and own_name != name:
            yield message("'{file}' was read as {part}.", file=readable(own_name), part=name)


def _source(file: OwnedFile, rules: Rules) -> Source:
    """The platform's information about a file; names are made safe to show."""
    owner, entry = file.owner, file.entry
    platform = owner.platform
    if not owner.known and not entry.packed and len(entry.parts) > 2 and entry.parts[1] == rules.exercise:
        platform = Platform.NBGRADER
    place = entry.parts[0] if entry.parts[0] != ".." else ""
    is_archive = entry.packed and len(entry.owner_parts) == 1
    return Source(
        platform=platform,
        who=owner.who,
        name=readable(owner.student),
        number=owner.number,
        login=readable(owner.student if platform is Platform.NBGRADER else owner.login),
        email=readable(owner.email),
        members=owner.members,
        anonymous=owner.anonymous,
        place=readable(place) + (".zip" if is_archive else ""),
        attachment=str(owner.attachment or ""),
        file=readable(owner.file or entry.parts[-1]) + (".zip" if is_archive and owner.file else ""),
        late=owner.late,
        clock=_when(file, rules.zone)[1],
    )


def _when(file: OwnedFile, zone: tzinfo) -> tuple[datetime | None, TimeCertainty]:
    """When a file was handed in, and how certain that is.

    The time of the file itself is no evidence, because any copy changes it.
    """
    owner, entry = file.owner, file.entry
    timestamp = owner.timestamp.encode() if owner.timestamp else file.timestamp
    if timestamp is not None:
        moment = read_timestamp(timestamp, zone)
        return moment, TimeCertainty.EXACT if moment else TimeCertainty.UNKNOWN
    clock = owner.clock_time or (entry.archive_time if owner.platform is Platform.MOODLE else None)
    if clock is None:
        return None, TimeCertainty.UNKNOWN
    if clock.tzinfo is not None:
        return clock, TimeCertainty.EXACT
    try:
        return in_zone(clock, zone), TimeCertainty.LOCAL
    except OverflowError:
        return None, TimeCertainty.UNKNOWN


def _origin(file: OwnedFile) -> str:
    """The path of a file; only its first part if a name inside would reveal another student."""
    parts = file.entry.parts
    inside = parts[1:] if file.owner.file == "" or file.entry.packed else ()
    return readable(parts[0] if any(owner_of([name]).known for name in inside) else file.entry.path)


def _own_path(entry: Entry) -> str:
    """A path for its owner's report, without names inside that would reveal another student."""
    return "/".join(part for part in entry.parts if part == entry.parts[0] or not owner_of([part]).known)


def _rank(file: OwnedFile, exercise: str) -> tuple[bool, bool, bool, int, datetime, int]:
    """A sort key for the files of one student: the file that counts compares as greatest.

    The number of Canvas comes before the time, because a file with a higher number was handed in later,
    while the times in its archive are those of packing.
    """
    entry, owner = file.entry, file.owner
    path = "/".join((original_names(owner.file)[0], *entry.parts[1:])) if owner.file else entry.path
    last = original_names(owner.file)[0] if owner.file and len(entry.parts) == 1 else entry.parts[-1]
    is_named_for_it = _key(exercise) in _key(path) or _key(last).startswith("notebook")
    return (
        not entry.problem,
        not entry.renamed,
        is_named_for_it,
        owner.attachment,
        entry.modified or _NEVER,
        file.position,
    )


def _key(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _no_notebook(files: Sequence[OwnedFile]) -> Text:
    """The problem of a student who handed in files, but no notebook."""
    student_files = [file for file in files if not file.owner.is_platform_note]
    if all(file.owner.is_text_entry for file in student_files):
        return message(
            "You entered text in the platform's form instead of submitting a notebook. Submit the .ipynb file."
        )
    names = [file.entry.parts[-1] for file in student_files if file.entry.parts[-1]]
    if names:
        fact = message("found: {files}", files=quoted_names(names))
    elif any(file.entry.packed for file in student_files):
        fact = message("the archive is empty")
    else:
        fact = message("the folder is empty")
    return message("No notebook was submitted: {found}. Submit the .ipynb file.", found=fact)


def _late(file: OwnedFile) -> tuple[Text, ...]:
    return (message("According to Canvas, the submission was late."),) if file.owner.late else ()


def _remarks(notebook: OwnedFile, others: Sequence[OwnedFile], rules: Rules) -> Iterator[Text]:
    zone, with_parts = rules.zone, rules.parts is not None
    yield from _late(notebook)
    timestamp = notebook.owner.timestamp or (notebook.timestamp or b"").decode("utf-8", "replace")
    if timestamp.strip() and _when(notebook, zone)[1] is TimeCertainty.UNKNOWN:
        yield message(
            ("The grader cannot read the submission time that the platform gives ('{text}'). This costs no points."),
            text=readable(timestamp.strip()[:_LONGEST_TIME]),
        )
    if notebook.entry.renamed:
        yield message(
            (
                "'{name}' is a notebook with a different file extension. The grader read it, but please "
                "submit the .ipynb file itself."
            ),
            name=readable(notebook.entry.parts[-1]),
        )
    other_paths = [_own_path(file.entry) for file in others if not file.entry.problem]
    if other_paths and with_parts:
        yield message(
            (
                "These notebooks were not used, because other files were used for the same parts of the "
                "exercise: {others}."
            ),
            others=quoted_names(other_paths),
        )
    elif other_paths:
        notebook_path = readable(_own_path(notebook.entry))
        yield message(
            "{count} notebooks were submitted. '{name}' counts, not {others}.",
            count=len(other_paths) + 1,
            name=notebook_path,
            others=quoted_names(other_paths),
        )
    if _several_inside([notebook, *others]):
        yield message(
            "The file names in this archive look as if Canvas or Moodle had written them for several "
            "people. The grader ignored those people's names. If this is the archive of a class, it "
            "must be graded separately."
        )
    unread = [file for file in others if file.entry.problem]
    for file in unread[:_MOST_NAMED]:
        yield refusal(file)


def _several_inside(files: Sequence[OwnedFile]) -> bool:
    """Whether names that a student chose look like those of several students."""
    owners = [owner_of(file.entry.parts[1:2]) for file in files if len(file.entry.parts) > 1]
    return len({owner.key for owner in owners if owner.known}) > 1


def _attachment_remarks(attachments: Attachments) -> Iterator[Text]:
    if attachments.files:
        yield message(
            "Submitted with the notebook and placed next to it: {names}.",
            names=quoted_names([file.name for file in attachments.files]),
        )
    yield from attachments.remarks[:_MOST_NAMED]
    if attachments.not_accepted:
        yield message(
            "Not used, because the exercise does not accept such files: {names}.",
            names=quoted_names(attachments.not_accepted),
        )
