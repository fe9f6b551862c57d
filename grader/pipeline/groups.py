"""Groups that submit together: one submission counts for each member.

The file of the instructor says who is in which group. It is read again whenever marks are made, so a regrade follows
each change. The gradebook has an attempt for each member: see `grader.gradebook.sharing`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from grader.course.variants import COMMON, variant_in
from grader.gradebook.matching import matched
from grader.gradebook.people import later_names
from grader.gradebook.results import Results
from grader.gradebook.sharing import Share, Shared
from grader.gradebook.store import Gradebook
from grader.intake import notebooks
from grader.intake.names import composed, folder_name
from grader.intake.roster import claimed_student
from grader.model.group import Group
from grader.model.student import Student
from grader.model.submission import Submission
from grader.pipeline.material import Material


@dataclass(frozen=True, slots=True)
class NamedGroup:
    """A group with the names that its members have in the gradebook.

    Attributes:
        group: The group as the instructor's file has it.
        members: Name of each member in the gradebook, in the order of the file.
    """

    group: Group
    members: tuple[str, ...]


class Groups:
    """The groups of a class, with the names of the gradebook.

    Args:
        material: The exercise, with its groups.
        book: The gradebook.
        submissions: Submissions that are about to be stored.
    """

    def __init__(self, material: Material, book: Gradebook, submissions: Sequence[Submission] = ()) -> None:
        self._material, self._book = material, book
        self._names = _names_of_members(material.groups, book, submissions) if material.groups else {}
        self._groups = [
            NamedGroup(group, tuple(dict.fromkeys(self._names[member] for member in group.members)))
            for group in material.groups
        ]
        self._of_member = {name: named for named in self._groups for name in named.members}
        self._of_group = {_folded(named.group.name): named for named in self._groups}

    def named(self, submissions: Sequence[Submission]) -> list[Submission]:
        """The submissions with the names that their students have in the gradebook, and with the group's numbers."""
        if not self._groups:
            return list(submissions)
        listed = [member for named in self._groups for member in named.group.members]
        known = self._book.collected()
        new = [one for one in submissions if one.student not in known and not one.submitter]
        pairs = matched([(one.student, claimed_student(one)) for one in new], listed)
        names = {new[position].student: self._names[listed[place]] for position, place in pairs.items()}
        renamed = [replace(one, student=names.get(one.student, one.student)) for one in submissions]
        return [one if one.submitter else replace(one, numbers_of=self._numbers(one)) for one in renamed]

    def plan(self, results: Results) -> dict[tuple[str, str], Share]:
        """Whose work each stored submission is, by submitter and digest of the notebook."""
        originals = self._book.submitted.originals()
        submitters = {submitter for submitter, _ in originals}
        of_group = {submitter for submitter in submitters if self._group_named(submitter)}
        plan = {}
        for submitter, notebook in originals:
            named = self._group_named(submitter) or self._of_member.get(submitter)
            if named is None:
                plan[submitter, notebook] = Share(group="", members=(submitter,))
                continue
            is_alone = submitter not in of_group and any(self._group_named(other) is named for other in of_group)
            numbers = "" if is_alone else self._numbers_of_group(named, submitter, lambda: results.notebook(notebook))  # noqa: B023
            members = (submitter,) if is_alone else named.members
            plan[submitter, notebook] = Share(group=named.group.name, members=members, numbers_of=numbers)
        return plan

    def _group_named(self, name: str) -> NamedGroup | None:
        """The group of a name; None for the name of a member, even if a group is also called so."""
        return None if name in self._of_member else self._of_group.get(_folded(name))

    def _numbers(self, submission: Submission) -> str:
        named = self._group_named(submission.student) or self._of_member.get(submission.student)
        if named is None:
            return ""
        return self._numbers_of_group(named, submission.student, lambda: submission.content)

    def _numbers_of_group(self, named: NamedGroup, submitter: str, content: Callable[[], bytes | None]) -> str:
        """For whom the numbers of a group's notebook were drawn.

        In this order: the group itself, the member whom the file names, the member whose numbers the notebook has, the
        member who submitted it, the first member.
        """
        given_out = self._material.given_out
        if not self._material.keys.has_variants:
            return ""
        if given_out.variant(named.group.name).code != COMMON:
            return named.group.name
        if named.group.numbers is not None:
            return self._names[named.group.members[named.group.numbers]]
        code = _variant(content())
        of_notebook = [name for name in named.members if code in {one.code for one in given_out.variants(name)}]
        return next(iter(of_notebook), submitter if submitter in named.members else named.members[0])


def share(material: Material, book: Gradebook, results: Results, groups: Groups) -> Shared:
    """Give each member of a group an attempt for each submission of the group, as the instructor's file is now.

    The pages of students for whom nothing counts any more are removed.
    """
    if not material.groups and not book.submitted.has_groups():
        return Shared((), ())
    shared = book.submitted.share(groups.plan(results), folder_name)
    for _, folder in shared.left:
        results.remove_student(folder)
    return shared


def _names_of_members(
    groups: Sequence[Group], book: Gradebook, submissions: Sequence[Submission]
) -> dict[Student, str]:
    """The name of each member in the gradebook: the present one, or else that of a new submission, or of the file."""
    listed = [member for group in groups for member in group.members]
    known = book.collected(withdrawn=True)
    identities = book.identities()
    claims = {name: claimed_student(attempts[-1].submission) for name, attempts in known.items()}
    claims |= {name: identities[name] for name in claims.keys() & identities.keys()}
    claims |= {name: Student(id=name, name=name) for name in book.adjustments() if name not in claims}
    names = _named(listed, claims.items(), {})
    new = {one.student: claimed_student(one) for one in submissions if one.student not in claims}
    names = _named(listed, new.items(), names)
    later = later_names(book.student_changes())  # the file may have the name that a student had before
    return {member: names.get(member, later.get(member.shown, member.shown)) for member in listed}


def _named(
    listed: Sequence[Student], claims: Iterable[tuple[str, Student]], names: Mapping[Student, str]
) -> dict[Student, str]:
    """The names of members, with those that claims add."""
    claims = list(claims)
    named = {listed[place]: claims[number][0] for number, place in matched(claims, listed).items()}
    return named | dict(names)


def _variant(content: bytes | None) -> str:
    """The code of the numbers that a notebook names; empty if it names none or cannot be read."""
    try:
        return variant_in("\n".join(notebooks.parse(content or b"").code))
    except notebooks.InvalidNotebookError:
        return ""


def _folded(name: str) -> str:
    return " ".join(composed(name).casefold().split())
