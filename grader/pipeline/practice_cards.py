"""Graders draw the cards that students practise with in the portal, because a card is drawn from a key.

A web process asks for cards with a small file in the results folder of the course. Graders draw a few cards at a time,
so that submissions never wait for them, until each question has `SPARE` cards more than the busiest student has used.
A card with the own numbers of a student is stored, too, but this student never gets it: in a large class, questions
with few possible numbers would otherwise have no card at all.
"""

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from grader.course.concepts import FILE as CONCEPTS
from grader.course.variants import ReleasedVariants, released_at
from grader.errors import GradebookError, GraderError
from grader.gradebook.drawing_requests import DrawingKind, DrawingRequest, DrawingRequests
from grader.gradebook.practice import Owners
from grader.model.portal import Role
from grader.model.practice import PracticeCard
from grader.model.practice_history import PracticeMap
from grader.pipeline.course_site import CourseSite
from grader.pipeline.practice import PracticeQuestions
from grader.storage import atomic, codec

SPARE = 5
"""So many cards of each question wait for the student who has used most of them."""
_AT_ONCE = 10
_MOST_MISSES = 20
"""After so many draws of numbers that are stored already, a question is taken to have no others."""
_SEED_BYTES = 16
_REQUEST = DrawingRequest(kind=DrawingKind.CARDS, student="")


def are_cards_coming(site: CourseSite) -> bool:
    """Ask graders for more cards.

    Returns:
        Whether it is worth waiting; False if there was nothing to practise when graders last looked.
    """
    return DrawingRequests(site.folder).ask(_REQUEST)


def note_new_numbers(site: CourseSite) -> bool:
    """Ask graders to note the numbers of all students again, because nobody may practise with their own.

    Returns:
        Whether they will; also if there are no cards, so that there is nothing to note.
    """
    return not _has_cards(site) or are_cards_coming(site)


def _has_cards(site: CourseSite) -> bool:
    return any(site.practice.stored(slug) for slug in site.slugs)


def practice_map(site: CourseSite) -> PracticeMap | None:
    """The concepts of the course; None if no grader has written them yet."""
    try:
        return codec.decode(PracticeMap, _map_path(site).read_bytes())
    except (FileNotFoundError, ValueError):  # or the machine stopped while it was written
        return None


def _map_path(site: CourseSite) -> Path:
    return site.folder / "practice-concepts.json"


class CardDrawer:
    """Draws cards when students need more; only graders have one.

    Args:
        site: The course.
        tell: Receives a sentence about each problem, for the person who runs the grader.
    """

    def __init__(self, site: CourseSite, tell: Callable[[str], None]) -> None:
        self._site, self._tell = site, tell
        self._requests = DrawingRequests(site.folder)
        self._editions: dict[str, str] = {}
        self._released: list[int] = []  # when students last got numbers, for each exercise
        self._questions = PracticeQuestions(site.course)
        self._own: dict[tuple[str, str], dict[str, str]] = {}  # exercise, seed -> fingerprints of its questions
        self._misses: Counter[tuple[str, str]] = Counter()
        self._broken: set[str] = set()
        self._in_map: frozenset[str] | None = None  # the exhausted questions in the map; None if it is not written

    def draw_some(self) -> int:
        """Draw a few cards if a web process has asked for some.

        Returns:
            How many cards were stored or students' numbers computed, or 1 if nothing else is left to do for the
            request; 0 without one.
        """
        try:
            self._look_for_new_numbers()
            return self._draw() if self._requests.is_waiting(_REQUEST) else 0
        except GradebookError as error:  # another grader may have the database just now
            self._tell(f"No cards for practice were drawn. {error}")
            self._requests.fail(_REQUEST)
            return 0

    def _look_for_new_numbers(self) -> None:
        """Note the numbers that students got since this was last done, also outside the portal."""
        released = [released_at(self._site.course, slug) for slug in self._site.slugs]
        if released != self._released and note_new_numbers(self._site):
            self._released = released

    def _draw(self) -> int:
        self._read_changes()
        steps = 0
        for slug in self._site.slugs:
            steps += self._draw_of(slug, _AT_ONCE - steps)
            if steps >= _AT_ONCE:
                break
        if steps:  # what was done may make more possible
            return steps
        exhausted = frozenset(f"{slug}/{name}" for (slug, name), count in self._misses.items() if count >= _MOST_MISSES)
        if self._in_map != exhausted and not self._broken:
            self._write_map(exhausted)
        if _has_cards(self._site):
            self._requests.done(_REQUEST)
        else:
            self._requests.fail(_REQUEST)
        return 1

    def _read_changes(self) -> None:
        """Read the keys again if a file that cards are drawn from has changed."""
        concepts = self._site.course.settings_folder / CONCEPTS
        editions = {slug: self._site.edition(slug) for slug in self._site.slugs}
        editions[CONCEPTS] = concepts.read_text(errors="replace") if concepts.is_file() else ""
        if editions != self._editions:
            self._editions, self._questions = editions, PracticeQuestions(self._site.course)
            self._own, self._misses, self._broken, self._in_map = {}, Counter(), set(), None

    def _write_map(self, exhausted: frozenset[str]) -> None:
        """Write the concepts for web processes, which cannot read which questions a key draws numbers for."""
        self._in_map = exhausted
        try:
            known = PracticeMap(
                concepts=self._questions.concepts(), exposed=self._questions.exposed(), exhausted=exhausted
            )
        except GraderError as error:
            self._tell(f"{self._site.course.settings_folder}: the concepts for practice cannot be used. {error}")
            return
        atomic.write(_map_path(self._site), codec.encode_exactly(known), lasting=False)

    def _draw_of(self, slug: str, most: int) -> int:
        """Draw cards of one exercise, once the numbers of all its students are known.

        Returns:
            How many cards were stored, or how many students' numbers were computed; 0 if the key is broken.
        """
        if slug in self._broken:
            return 0
        try:
            questions = [question.id for question in self._questions.questions(slug)]
            if seeds := self._seeds_without_numbers(slug)[:most]:
                self._own |= {(slug, seed): self._questions.fingerprints(slug, seed) for seed in seeds}
                return len(seeds)
            owners = self._owners(slug)
            practice, edition = self._site.practice, self._editions[slug]
            practice.refresh(slug, edition, owners)
            stored, used = practice.stored(slug), practice.used(slug)
            new = (
                card
                for name in questions
                for card in islice(
                    self._new(slug, name, stored.get(name, set())),
                    max(SPARE + used.get(name, 0) - len(stored.get(name, ())), 0),
                )
            )
            cards = list(islice(new, most))
            practice.add(cards, edition, owners)
            return len(cards)
        except GradebookError:
            raise
        except GraderError as error:
            self._broken.add(slug)
            self._tell(f"{slug}: no cards for practice were drawn. {error}")
            return 0

    def _new(self, slug: str, question: str, others: set[str]) -> Iterator[PracticeCard]:
        """Cards of a question, with numbers that no stored card has, until no more are found.

        Args:
            slug: The exercise.
            question: Id of the question.
            others: Fingerprints of these numbers.
        """
        drawn = set(others)
        while self._misses[slug, question] < _MOST_MISSES:
            card = self._questions.card(slug, question, secrets.token_hex(_SEED_BYTES))
            if card.fingerprint in drawn:
                self._misses[slug, question] += 1
            else:
                self._misses[slug, question] = 0
                drawn.add(card.fingerprint)
                yield card

    def _seeds_without_numbers(self, slug: str) -> list[str]:
        """The seeds of students whose numbers have not been computed; in a large class this takes minutes in all."""
        return [seed for _, seed in self._seeds(slug) if (slug, seed) not in self._own]

    def _owners(self, slug: str) -> Owners:
        """The students of the course who have numbers of their own in an exercise."""
        owners: dict[str, dict[str, list[int]]] = {}
        for account, seed in self._seeds(slug):
            for question, fingerprint in self._own[slug, seed].items():
                owners.setdefault(question, {}).setdefault(fingerprint, []).append(account)
        return owners

    def _seeds(self, slug: str) -> list[tuple[int, str]]:
        """Account and seed of each student of the course who has numbers of their own in an exercise."""
        given_out, members = ReleasedVariants(self._site.course, slug), self._site.accounts.members(Role.STUDENT)
        return [(member.account, variant.seed) for member in members for variant in given_out.variants(member.student)]
