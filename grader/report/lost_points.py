"""Where a student lost points: each mistake once, with all its questions."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.mistakes.misconceptions import ALTERNATIVES, BY_ID
from grader.mistakes.named_mistakes import BY_CHANCE, NamedMistake, mistakes_named_in
from grader.model.assessment import Finding, Verdict
from grader.text.language import say
from grader.text.messages import Message, Text, shortened, without

_MOST_LISTED = 6
_FEWEST_SINGLE = 3  # single questions that are listed however many mistakes are repeated
_LONGEST = 220
_NOT_UP_TO_STUDENT = (Verdict.NEEDS_HUMAN, Verdict.CHECK_ERROR)

_END_OF_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[^\Wa-z\d_]|[“‘\"'(`])")
_OPERATION = re.compile(r"[\d)\]]\s*[-+*/×·−]\s*[\d(\[−-]")
_MOST_OPERATIONS = 4
"""A sentence with more operations is a calculation to follow on paper, and belongs to the card of the question."""


@dataclass(frozen=True, slots=True)
class QuestionLink:
    """A question of the page: its number, from 1, and its title."""

    number: int
    title: str

    @property
    def anchor(self) -> str:
        """The anchor of its card."""
        return f"question-{self.number}"


@dataclass(frozen=True, slots=True)
class SaidOfQuestions:
    """A sentence about what is wrong in some of the questions."""

    sentence: str
    questions: tuple[QuestionLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LostPoints:
    """One mistake, or one other reason for lost points, with all its questions.

    Attributes:
        title: What is wrong, as a sentence; empty if the title of the only question says where to look.
        text: What is right, or one next step; may be empty.
        points: The points that these questions could still earn.
        questions: The questions, in the order of the page.
        different: What is wrong in each question, if the title only says what the mistakes have in common.
        is_repeated: Whether several answers show the same mistake.
        is_open: Whether the questions have no answer yet, so that the student can go on with the first of them.
    """

    title: str
    text: str
    points: float
    questions: tuple[QuestionLink, ...]
    different: tuple[SaidOfQuestions, ...] = ()
    is_repeated: bool = False
    is_open: bool = False

    @property
    def is_said_of_each(self) -> bool:
        """Whether `different` names every question."""
        return {link for sentence in self.different for link in sentence.questions} == set(self.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllLostPoints:
    """Where a student lost points.

    Attributes:
        listed: Repeated mistakes first, then what would earn most points.
        left_out: Number of questions that are not listed.
        points_left_out: The points that they could still earn.
    """

    listed: tuple[LostPoints, ...] = ()
    left_out: int = 0
    points_left_out: float = 0.0


@dataclass(frozen=True, slots=True)
class _Lost:
    """A question that did not earn its full points."""

    link: QuestionLink
    finding: Finding
    mistakes: tuple[NamedMistake, ...]

    @property
    def points(self) -> float:
        return self.finding.max_points - self.finding.points

    def sentence(self, misconception: str) -> Text:
        """The sentence of its reason that names a misconception; empty if there is none."""
        return next((one.sentence for one in self.mistakes if one.misconception == misconception), "")


def lost_points(titles: Mapping[str, str], findings: Sequence[Finding]) -> AllLostPoints:
    """Group the questions that did not earn their full points, without those that wait for us or for a person.

    A mistake is listed once, with all questions whose answers show it. An answer that several mistakes could explain
    belongs to the one that another answer shows. Questions that one stop has blocked are one group, because one next
    step would unblock them all, and so are the questions without an answer.

    Args:
        titles: Question id -> title.
        findings: The findings, in the order of the page.
    """
    lost = [
        _Lost(QuestionLink(number, titles[finding.question]), finding, mistakes_named_in(finding.reason))
        for number, finding in enumerate(findings, 1)
        if finding.verdict not in _NOT_UP_TO_STUDENT and finding.points < finding.max_points
    ]
    repeated = {name: group for name, group in _by_misconception(lost) if len(group) > 1}
    grouped = {one.link for group in repeated.values() for one in group}
    others = [one for one in lost if one.link not in grouped]
    first = sorted((_repeated(name, group) for name, group in repeated.items()), key=_most_points_first)
    then = sorted(map(_for_one_reason, _by_reason(others)), key=_most_points_first)
    cut = max(_FEWEST_SINGLE, _MOST_LISTED - len(first))
    return AllLostPoints(
        listed=(*first, *then[:cut]),
        left_out=sum(len(one.questions) for one in then[cut:]),
        points_left_out=round(sum(one.points for one in then[cut:]), 2),
    )


def _most_points_first(item: LostPoints) -> float:
    return -item.points


def _by_misconception(lost: Sequence[_Lost]) -> Iterator[tuple[str, list[_Lost]]]:
    """Each misconception that an answer shows, with all questions whose answers may show it."""
    names = dict.fromkeys(name for one in lost for name in one.finding.shown_misconceptions if name in BY_ID)
    for name in names:
        group = [one for one in lost if name in one.finding.shown_misconceptions]
        is_sure = len(group) > 1 or any(one.is_certain for one in group[0].mistakes if one.misconception == name)
        possible = [one for one in lost if _may_show(one, name) and one not in group] if is_sure else []
        yield name, sorted((*group, *possible), key=lambda one: one.link.number)


def _may_show(lost: _Lost, misconception: str) -> bool:
    is_wrong = lost.finding.verdict in (Verdict.FAILED, Verdict.PARTIAL) and not lost.finding.decided_by
    return is_wrong and bool(lost.sentence(misconception))


def _repeated(misconception: str, group: Sequence[_Lost]) -> LostPoints:
    """One mistake of several questions, in the words of its questions where most of them say the same."""
    entry = BY_ID[misconception]
    sentences = {one.link: str(one.sentence(misconception)) for one in group}
    counts = Counter(text for text in sentences.values() if 0 < len(text) <= _LONGEST)
    likeliest, count = counts.most_common(1)[0] if counts else ("", 0)
    says_most = count > 1 and 2 * count >= len(group)
    different = {text: [link for link, other in sentences.items() if other == text] for text in counts}
    if says_most:
        different.pop(likeliest)
    return LostPoints(
        title=likeliest if says_most else str(entry.title),
        text=str(entry.idea),
        points=_sum(group),
        questions=tuple(one.link for one in group),
        different=tuple(SaidOfQuestions(text, tuple(links)) for text, links in different.items()),
        is_repeated=True,
    )


def _by_reason(lost: Iterable[_Lost]) -> list[list[_Lost]]:
    """Questions that one next step would answer together; others alone."""
    groups: dict[str, list[_Lost]] = {}
    for one in lost:
        match one.finding.verdict:
            case Verdict.BLOCKED:
                key = f"blocked: {one.finding.hint}"
            case Verdict.NOT_ATTEMPTED:
                key = "not answered"
            case _:
                key = one.link.anchor
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _for_one_reason(group: Sequence[_Lost]) -> LostPoints:
    first, links = group[0], tuple(one.link for one in group)
    hint = in_short(str(first.finding.hint))
    if len(group) == 1:
        text = " ".join(filter(None, (in_short(_reason(first)), hint)))
        return LostPoints(title="", text=text, points=_sum(group), questions=links)
    if first.finding.verdict is Verdict.BLOCKED:
        title = say("{count} questions could not be checked.", count=len(group))
        return LostPoints(title=title, text=hint or _reason(first), points=_sum(group), questions=links)
    title = say("{count} questions are not answered yet.", count=len(group))
    return LostPoints(title=title, text="", points=_sum(group), questions=links, is_open=True)


def _reason(lost: _Lost) -> str:
    """Why one answer is wrong: the known mistake if there is one, called a possibility once if it is no more."""
    finding = lost.finding
    if finding.verdict is Verdict.NOT_ATTEMPTED:
        return ""
    if isinstance(finding.reason, Message) and finding.reason.template == BY_CHANCE:
        inner = dict(finding.reason.values)["reason"]
        lists_several = isinstance(inner, Message) and any(name in ALTERNATIVES for name, _ in inner.values)
        return str(inner) if lists_several else say("Perhaps: {reason}", reason=inner)
    known = [one for one in lost.mistakes if one.is_certain and one.misconception in finding.misconceptions]
    if known:
        return str(known[0].sentence)
    reason = finding.reason or finding.why
    return str(without(reason, finding.hint) if finding.hint else reason)


def _sum(group: Iterable[_Lost]) -> float:
    return round(sum(one.points for one in group), 2)


def in_short(text: str) -> str:
    """Leave out of a text its long calculations, and the sentences that would make it too long.

    Args:
        text: A reason or a next step.

    Returns:
        The first sentences, with at most 220 characters together. Empty if the text is only a calculation.

    Example:
        >>> in_short("The stride is 1. The value is (-0.7)*255 + 0.2*220 + 0.1*150 + 0.3*240 + 0.5*50 = 32.5.")
        'The stride is 1.'
    """
    sentences: list[str] = []
    for sentence in _END_OF_SENTENCE.split(text):
        if len(_OPERATION.findall(sentence)) > _MOST_OPERATIONS:
            continue
        if sentences and len(" ".join((*sentences, sentence))) > _LONGEST:
            break
        sentences.append(sentence)
    return str(shortened(" ".join(sentences), _LONGEST))
