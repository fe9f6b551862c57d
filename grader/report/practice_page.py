"""One page with many practice cards, which works in a browser without a server.

The page chooses the next question by the model of `grader/practice/learner.py`, whose parameters it contains. Nobody
can read an answer in the source of the page: each card is compressed and sealed with a key stream, and opened when it
is asked. This is not a secret from somebody who runs the code of the page, and it need not be: nothing counts here.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from grader.mistakes.misconceptions import BY_ID
from grader.model.assessment import Finding
from grader.model.practice import PracticeCard, TrainedConcept
from grader.model.precision import Precision
from grader.report.page import render
from grader.report.practice import card_html, result_html
from grader.text.language import say

SCRIPT = "practice.js"
_BLOCK = 32  # bytes of a SHA-256 digest


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAnswer:
    """An answer to a card that is known in advance: the correct one, or a known mistake.

    Attributes:
        value: The answer as plain data.
        finding: Its result.
    """

    value: Any
    finding: Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCard:
    """A card with all its known answers.

    Attributes:
        card: The card.
        exposes: Ids of the misconceptions that it exposes.
        outcomes: The correct answer, and then the known mistakes.
    """

    card: PracticeCard
    exposes: frozenset[str]
    outcomes: tuple[KnownAnswer, ...]


def render_practice(
    title: str,
    concepts: Sequence[TrainedConcept],
    exposed: Mapping[str, frozenset[str]],
    cards: Sequence[PageCard],
    model: Mapping[str, Any],
) -> str:
    """Render the page in the language that is spoken.

    Args:
        title: Title of the course.
        concepts: The concepts, each after those that it builds on.
        exposed: Question -> ids of the misconceptions that its cards expose.
        cards: The cards, at least one for each question of the concepts.
        model: The parameters of the model of learning by name, which the page computes with.

    Returns:
        A self-contained page with a script.
    """
    salt = hashlib.sha256("\n".join(one.card.fingerprint for one in cards).encode()).hexdigest()[:16]
    known_mistakes = sorted({name for names in exposed.values() for name in names} & BY_ID.keys())
    data = {
        "salt": salt,
        "model": model,
        "concepts": [
            {"id": one.id, "title": one.title, "after": one.after, "questions": one.questions} for one in concepts
        ],
        "exposed": {question: sorted(names) for question, names in exposed.items()},
        "mistakes": {name: str(BY_ID[name].title) for name in known_mistakes},
        "words": dict(_words()),
        "cards": [
            {"question": one.card.name, "sealed": _sealed(_content(one), f"{salt}:{place}")}
            for place, one in enumerate(cards)
        ],
    }
    return render("practice_page.html", script=SCRIPT, title=title, concepts=concepts, data=_as_json(data))


def _as_json(data: Any) -> Markup:
    """JSON for a data block of a page: no character in it can end the block."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))


def _words() -> Iterator[tuple[str, str]]:
    yield "right", say("Right")
    yield "wrong", say("Not yet")
    yield "again", say("Look at your steps again, or show the answer.")
    yield "unreadable", say("Type a number, a calculation such as 28 - 5 + 1, or a list such as (24, 24, 6).")
    yield "new", say("not begun")
    yield "learning", say("learning")
    yield "mastered", say("mastered")
    yield "due", say("mastered, and due again")
    yield "repeated", say("Repeated mistake:")
    yield "done", say("You have mastered all concepts. Come back tomorrow for the first ones that are due.")


def _content(one: PageCard) -> bytes:
    """All that the page shows of a card, as JSON."""
    card = one.card
    right, *wrong = one.outcomes
    return json.dumps(
        {
            "title": card.question.title,
            "exercise": card.exercise_title,
            "asked": str(card_html(card)),
            "name": card.question.answer,
            "value": right.value,
            "allowed": _allowed(right.value, Precision.of(card.question.options)),
            "right": str(result_html(card.question, right.finding)),
            "wrong": [
                {
                    "value": outcome.value,
                    "shown": outcome.finding.shown_misconceptions,
                    "html": str(result_html(card.question, outcome.finding)),
                }
                for outcome in wrong
            ],
            "expected": str(next((outcome.finding.expected for outcome in wrong), right.finding.found)),
            "hint": card.question.hint,
            "exposes": sorted(one.exposes),
        },
        ensure_ascii=False,
    ).encode()


def _allowed(value: Any, precision: Precision) -> Any:
    """The largest difference that counts as right, for each number of an answer."""
    if isinstance(value, list):
        return [_allowed(part, precision) for part in value]
    return precision.allowed(value) if isinstance(value, int | float) else 0


def _sealed(content: bytes, key: str) -> str:
    """The content, compressed and combined with the SHA-256 digests of the key and of 0, 1, 2, ..., in base64."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = packer.compress(content) + packer.flush()
    blocks = range(-(-len(packed) // _BLOCK))
    stream = b"".join(hashlib.sha256(f"{key}:{block}".encode()).digest() for block in blocks)
    return base64.b64encode(bytes(one ^ other for one, other in zip(packed, stream, strict=False))).decode()
