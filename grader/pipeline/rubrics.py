"""Rubric items: applied to answers, and changed for all answers that have them; runs nothing.

A decision refers to the versions of the items that it applied. When an item changes, each decision that counts and
refers to an earlier version is followed by a new one, with the points and the text of today.
"""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.errors import InputError
from grader.gradebook.results import Results
from grader.gradebook.store import Gradebook
from grader.marks.changes import Change, change
from grader.marks.second_marking import identity
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.exercise import Exercise
from grader.model.rubric import ItemChange, Rubric, RubricItem, points_of_items, text_of_items
from grader.pipeline.marker import Marker
from grader.pipeline.marking import now
from grader.pipeline.material import Material
from grader.text.language import say
from grader.text.suggestions import suggestion

_MOST_CHARACTERS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedItem:
    """A rubric item, and who has it.

    Attributes:
        item: The item as it is now.
        history: All its versions, the first one first.
        students: The students whose points or comments follow from it, sorted.
    """

    item: RubricItem
    history: tuple[RubricItem, ...]
    students: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedItem:
    """The result of changing a rubric item.

    Attributes:
        item: The item as it is now, or would be.
        students: The students whose points or comments follow from the item, sorted.
        changes: Whose mark changes, and why.
        is_unchanged: Whether the item is like this already, and so are all marks.
    """

    item: RubricItem
    students: tuple[str, ...]
    changes: tuple[Change, ...]
    is_unchanged: bool = False


def add_item(exercise: Exercise, book: Gradebook, *, place: str, points: float, text: str, author: str) -> RubricItem:
    """Add an item to the rubric of a question or criterion.

    Raises:
        InputError: There is no such place; or the points are too many; or the text is empty.
    """
    item = RubricItem(number=0, version=0, place=place, points=points, text=text.strip(), author=author, at=now())
    _check(item, exercise)
    return book.rubrics.add(item)


def used_items(book: Gradebook, place: str = "", among: Collection[str] | None = None) -> list[UsedItem]:
    """The items of an exercise, in the order in which they were added.

    Args:
        book: The gradebook of the exercise.
        place: Only those of this question and its criteria; empty for all.
        among: The students who are listed as those who have an item; None for all.
    """
    rubric = book.rubrics.read()
    students: dict[int, set[str]] = {}
    for name, decisions in book.adjustments().items():
        if among is not None and name not in among:
            continue
        for decision in _latest(decisions):
            for one in decision.items:
                students.setdefault(one.number, set()).add(name)
    return [
        UsedItem(item=item, history=tuple(rubric.history(number)), students=tuple(sorted(students.get(number, ()))))
        for number, item in sorted(rubric.items.items())
        if not place or item.place.partition(".")[0] == place
    ]


def decisions_of_items(
    rubric: Rubric, exercise: Exercise, base: Adjustment, numbers: Sequence[int], addition: str = ""
) -> list[Adjustment]:
    """The points and the comment that follow from rubric items.

    Args:
        rubric: The rubric.
        exercise: The exercise.
        base: A decision with student, author, reason, and the place that the items are for.
        numbers: Numbers of the items.
        addition: What the marker adds to the comment; may be empty.

    Raises:
        InputError: There is no such item, or it is for another place.
    """
    offered = {item.number: item for item in rubric.of_place(base.question)}
    if unknown := [number for number in numbers if number not in offered]:
        raise InputError(say("{place} has no rubric item {number}.", place=base.question, number=unknown[0]))
    items = [offered[number] for number in dict.fromkeys(numbers)]
    applied = tuple(item.applied for item in items)
    points = points_of_items(items, exercise.places[base.question])
    return [
        replace(base, kind=AdjustmentKind.POINTS, points=points, items=applied),
        replace(base, kind=AdjustmentKind.COMMENT, text=text_of_items(items, addition), items=applied),
    ]


def change_item(material: Material, results: Results, request: ItemChange, *, dry_run: bool = False) -> ChangedItem:
    """Change an item of the rubric, and all marks that follow from it.

    Args:
        material: The exercise.
        results: The results of `grade`.
        request: The change.
        dry_run: Whether only to say what would change.

    Raises:
        InputError: There is no such item, or the change is not valid.
    """
    exercise, book = material.exercise, results.existing(material.settings, material.exercise.slug)
    rubric = book.rubrics.read()
    before_change, item = rubric.items.get(request.number), changed_item(exercise, rubric, request)
    before = {mark.student: mark.assessment for mark in book.marks()}
    if not dry_run and item.applied not in rubric.versions:
        item = book.rubrics.add(item)
        rubric = book.rubrics.read()
    rubric = Rubric({**rubric.versions, item.applied: item})
    decisions = outdated(rubric, exercise, book.adjustments())
    # A grader that was killed may have changed the item, but not the marks. The same change then finishes its work.
    if item == before_change and not decisions:
        return ChangedItem(item=item, students=(), changes=(), is_unchanged=True)
    students = sorted({decision.student for decision in decisions} & before.keys())
    with Marker(material, results, book, dry_run=dry_run, notifies=True) as marker:
        if dry_run:
            attempts, bearing = book.attempts(*students) if students else {}, book.bearing(*students)
            new = {name: [one for one in decisions if one.student == name] for name in students}
            marks = [marker.mark(attempts[name], [*bearing.get(name, ()), *new[name]]) for name in students]
        else:
            book.adjust(decisions)
            marks = marker.save(students)
            marker.publish()
    changes = (change(mark.student, before.get(mark.student), mark.assessment) for mark in marks)
    return ChangedItem(item=item, students=tuple(students), changes=tuple(one for one in changes if one))


def changed_item(exercise: Exercise, rubric: Rubric, request: ItemChange) -> RubricItem:
    """An item as a change makes it; its version is the next one, unless it is like this already.

    Raises:
        InputError: There is no such item, or the change is not valid.
    """
    item = rubric.items.get(request.number)
    if item is None:
        raise InputError(say("There is no rubric item {number}.", number=request.number))
    after = replace(
        item,
        points=item.points if request.points is None else request.points,
        text=item.text if request.text is None else request.text.strip(),
        is_offered=item.is_offered if request.is_offered is None else request.is_offered,
    )
    if after == item:
        return item
    if not request.reason.strip():
        raise InputError(say("Give a reason for the change. Students can read it."))
    _check(after, exercise)
    changed = replace(after, version=item.version + 1, author=request.author, at=request.at)
    return replace(changed, reason=request.reason.strip())


def outdated(rubric: Rubric, exercise: Exercise, decisions: Mapping[str, Iterable[Adjustment]]) -> list[Adjustment]:
    """New decisions in place of those that count and refer to earlier versions of items.

    Args:
        rubric: The rubric.
        exercise: The exercise.
        decisions: Student -> all decisions, in the order in which they were made.
    """
    return [
        _renewed(rubric, exercise, decision)
        for of_student in decisions.values()
        for decision in _latest(of_student)
        if any(rubric.items[one.number].version > one.version for one in decision.items if one.number in rubric.items)
    ]


def renew_outdated(book: Gradebook, exercise: Exercise, students: Sequence[str]) -> None:
    """Let decisions about some students follow items that have changed since the decisions were made.

    `change_item` stores the item before it reads decisions, and a decision is stored before this reads the items. So
    whichever comes first, the other one sees it.
    """
    book.adjust(outdated(book.rubrics.read(), exercise, book.adjustments(*students)))


def _latest(decisions: Iterable[Adjustment]) -> Iterator[Adjustment]:
    """Of each kind and place, and of each marker, the decision that counts."""
    latest: dict[tuple[AdjustmentKind, str, str], Adjustment] = {}
    for decision in sorted(decisions, key=lambda one: one.at.timestamp()):
        marker = identity(decision.author) if decision.kind is AdjustmentKind.MARK else ""
        latest[decision.kind, decision.question, marker] = decision
    yield from latest.values()


def _renewed(rubric: Rubric, exercise: Exercise, decision: Adjustment) -> Adjustment:
    """A decision with the items as they are now. Of several markers, each mark stays that of its marker."""
    earlier = [rubric.versions[one] for one in decision.items if one in rubric.versions]
    items = [rubric.items[item.number] for item in earlier]
    newest = max(items, key=lambda item: item.at)
    before = text_of_items(earlier)
    addition = decision.text.removeprefix(before).removeprefix("\n") if decision.text.startswith(before) else ""
    is_mark = decision.kind is AdjustmentKind.MARK
    return replace(
        decision,
        author=decision.author if is_mark else newest.author,
        reason=newest.reason,
        at=now(),
        points=decision.points
        if decision.points is None
        else points_of_items(items, exercise.places.get(decision.question, math.inf)),
        text=text_of_items(items, addition) if decision.text else "",
        items=tuple(item.applied for item in items),
    )


def _check(item: RubricItem, exercise: Exercise) -> None:
    """Refuse an item that no answer could have."""
    places = exercise.places
    if item.place not in places:
        raise InputError(f"{item.place}: there is no such question. {suggestion(item.place, places)}.")
    criteria = [place for place in places if place.startswith(f"{item.place}.")]
    if criteria:
        raise InputError(
            say("{place} has criteria. Name one of them, such as {criterion}.", place=item.place, criterion=criteria[0])
        )
    most = places[item.place]
    if not (math.isfinite(item.points) and abs(item.points) <= most):
        raise InputError(say("The points of an item must be from -{most} to {most}.", most=f"{most:g}"))
    if not item.text:
        raise InputError(say("The text of a rubric item must not be empty. Students read it as a comment."))
    if len(item.text) > _MOST_CHARACTERS:
        raise InputError(say("The text is too long. Write at most {most} characters.", most=_MOST_CHARACTERS))
