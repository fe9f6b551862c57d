"""Cards for practice in the portal, and what students answered. No mark depends on them.

Graders draw cards, because that needs the key. A student answers a card once, and never sees the expected answer
before. All students of a course share its cards, but nobody gets a card with their own numbers.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, exists, func, insert, not_, select

from grader.gradebook.database import Database
from grader.gradebook.places import course_in, exercise_number
from grader.gradebook.portal_schema import (
    accounts,
    memberships,
    practice_answers,
    practice_cards,
    practice_owners,
)
from grader.gradebook.rows import VALUES_AT_ONCE, pairs, upsert
from grader.gradebook.schema import exercises
from grader.model.portal import Role
from grader.model.practice import PracticeCard
from grader.model.practice_history import CardPlace, PracticeAnswer, StoredCard
from grader.storage import codec

Owners = Mapping[str, Mapping[str, Collection[int]]]
"""Question -> fingerprint of numbers -> the accounts of the students who have these numbers in the exercise."""

_MISCONCEPTIONS = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Differences:
    """How the stored cards of an exercise differ from what they should be.

    Attributes:
        outdated: Numbers of the cards that were drawn from other files.
        owned_by_others: Numbers of the cards that stay, and whose numbers other students have now.
        new_pairs: Card and account of each student who has the numbers of these cards now.
    """

    outdated: frozenset[int]
    owned_by_others: frozenset[int]
    new_pairs: frozenset[tuple[int, int]]


_NO_DIFFERENCES = _Differences(outdated=frozenset(), owned_by_others=frozenset(), new_pairs=frozenset())


class PracticeBook:
    """The practice of one course.

    Args:
        database: The database of the portal.
        course: Name of the course in it.
    """

    def __init__(self, database: Database, course: str) -> None:
        self._database = database
        self._course = course

    # ---- Cards, which graders add and remove ------------------------------------------------------------------------

    def add(self, cards: Sequence[PracticeCard], edition: str, owners: Owners) -> None:
        """Store cards; one with the numbers of a stored card is left out.

        Args:
            cards: The cards.
            edition: Digest of the files that they were drawn from.
            owners: Who has numbers of their own; see `Owners`. They never get these cards.
        """
        with self._database.writing() as connection:
            for card in cards:
                row = {
                    "exercise_id": self._alone_with(connection, card.exercise),
                    "question": card.question.id,
                    "fingerprint": card.fingerprint,
                    "edition": edition,
                    "body": codec.encode_exactly(card).decode(),
                }
                upsert(connection, practice_cards, [row], key=_CARD, changed=())
                is_card = and_(*(practice_cards.c[name] == row[name] for name in _CARD))
                number = connection.execute(select(practice_cards.c.id).where(is_card)).scalar_one()
                _add_owners(
                    connection, {(number, one) for one in _owners_of(owners, card.question.id, card.fingerprint)}
                )

    def refresh(self, slug: str, edition: str, owners: Owners) -> None:
        """Remove the cards of an exercise that were drawn from other files, and note who has the numbers of the others.

        Args:
            slug: The exercise.
            edition: Digest of its present files.
            owners: Who has numbers of their own; see `Owners`.
        """
        with self._database.reading() as connection:
            if self._differences(connection, slug, edition, owners) == _NO_DIFFERENCES:
                return
        with self._database.writing() as connection:
            self._alone_with(connection, slug)
            differences = self._differences(connection, slug, edition, owners)
            for some in _portions([*differences.outdated, *differences.owned_by_others]):
                connection.execute(delete(practice_owners).where(practice_owners.c.card_id.in_(some)))
            for some in _portions(differences.outdated):
                connection.execute(delete(practice_cards).where(practice_cards.c.id.in_(some)))
            _add_owners(connection, differences.new_pairs)

    def _alone_with(self, connection: Connection, slug: str) -> int:
        """The number of an exercise, whose cards no other grader changes until the transaction ends."""
        number = exercise_number(connection, self._course, slug)
        connection.execute(select(exercises.c.id).where(exercises.c.id == number).with_for_update(key_share=True))
        return number

    def _differences(self, connection: Connection, slug: str, edition: str, owners: Owners) -> "_Differences":
        """What `refresh` has to change."""
        columns = practice_cards.c.id, practice_cards.c.question, practice_cards.c.fingerprint, practice_cards.c.edition
        query = self._in_course(select(*columns), practice_cards).where(exercises.c.slug == slug)
        owned = select(practice_owners.c.card_id, practice_owners.c.account_id).join(
            practice_cards, practice_cards.c.id == practice_owners.c.card_id
        )
        cards = list(connection.execute(query))
        pairs_now = {
            (row.card_id, row.account_id)
            for row in connection.execute(self._in_course(owned, practice_cards).where(exercises.c.slug == slug))
        }
        current = [row for row in cards if row.edition == edition]
        pairs_then = {(row.id, one) for row in current for one in _owners_of(owners, row.question, row.fingerprint)}
        outdated = frozenset(row.id for row in cards if row.edition != edition)
        changed = {number for number, _ in pairs_now ^ pairs_then}
        return _Differences(
            outdated=outdated,
            owned_by_others=frozenset(changed - outdated),
            new_pairs=frozenset(pair for pair in pairs_then if pair[0] in changed),
        )

    def stored(self, slug: str) -> Mapping[str, set[str]]:
        """Question of an exercise -> fingerprints of its cards."""
        query = self._in_course(select(practice_cards.c.question, practice_cards.c.fingerprint), practice_cards)
        cards: dict[str, set[str]] = {}
        with self._database.reading() as connection:
            for question, fingerprint in connection.execute(query.where(exercises.c.slug == slug)):
                cards.setdefault(question, set()).add(fingerprint)
        return cards

    def used(self, slug: str) -> Mapping[str, int]:
        """Question of an exercise -> the most of its cards that one student has answered."""
        per_student = (
            self._in_course(select(practice_answers.c.question, func.count().label("amount")), practice_answers)
            .where(exercises.c.slug == slug, exists().where(_is_about_card()))
            .group_by(practice_answers.c.question, practice_answers.c.account_id)
            .subquery()
        )
        query = select(per_student.c.question, func.max(per_student.c.amount)).group_by(per_student.c.question)
        with self._database.reading() as connection:
            return pairs(connection, query)

    # ---- What a student practises -----------------------------------------------------------------------------------

    def unanswered(self, account: int) -> list[CardPlace]:
        """The cards that a person may answer and has not, in the order in which they were drawn."""
        by_person = exists().where(_is_about_card(), practice_answers.c.account_id == account)
        query = self._in_course(
            select(practice_cards.c.id, practice_cards.c.question, exercises.c.slug), practice_cards
        )
        with self._database.reading() as connection:
            may_answer = not_(by_person) & not_(_is_owned_by(account))
            rows = connection.execute(query.where(may_answer).order_by(practice_cards.c.id))
            return [CardPlace(number=row.id, exercise=row.slug, question=row.question) for row in rows]

    def card(self, number: int, account: int) -> StoredCard | None:
        """A card; None if there is none, if it has been removed, or if it has the own numbers of this person."""
        query = self._in_course(select(practice_cards, exercises.c.slug), practice_cards)
        with self._database.reading() as connection:
            is_card = (practice_cards.c.id == number) & not_(_is_owned_by(account))
            row = connection.execute(query.where(is_card)).first()
        return _card(row) if row else None

    def answer(self, account: int, answer: PracticeAnswer) -> bool:
        """Store an answer of a person; returns whether it is the first one to this card, because only that counts."""
        with self._database.writing() as connection:
            row = {
                "exercise_id": exercise_number(connection, self._course, answer.exercise),
                "account_id": account,
                "question": answer.question,
                "fingerprint": answer.fingerprint,
                "written": answer.written,
                "is_right": answer.is_right,
                "exposes": codec.encode_exactly(answer.exposes).decode(),
                "misconceptions": codec.encode_exactly(answer.misconceptions).decode(),
                "at": answer.at,
            }
            # A person who sends a form twice at once waits here for the first one.
            connection.execute(select(accounts.c.id).where(accounts.c.id == account).with_for_update())
            is_same = and_(*(practice_answers.c[name] == row[name] for name in _KEY))
            if connection.execute(select(practice_answers.c.id).where(is_same)).first():
                return False
            connection.execute(insert(practice_answers).values(row))
            return True

    def answer_to(self, stored: StoredCard, account: int) -> PracticeAnswer | None:
        """The answer of a person to a card; None if there is none."""
        query = self._in_course(select(practice_answers, exercises.c.slug), practice_answers).where(
            practice_answers.c.account_id == account,
            exercises.c.slug == stored.exercise,
            practice_answers.c.question == stored.card.question.id,
            practice_answers.c.fingerprint == stored.card.fingerprint,
        )
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _answer(row) if row else None

    def answers(self, account: int) -> list[PracticeAnswer]:
        """All answers of a person, first to last."""
        query = self._in_course(select(practice_answers, exercises.c.slug), practice_answers)
        query = query.where(practice_answers.c.account_id == account)
        with self._database.reading() as connection:
            return [_answer(row) for row in connection.execute(query.order_by(practice_answers.c.id))]

    def answers_of_students(self) -> Mapping[int, list[PracticeAnswer]]:
        """Account -> answers, first to last, of each student of the course who has practised."""
        query = self._in_course(select(practice_answers, exercises.c.slug), practice_answers)
        is_member = and_(
            memberships.c.account_id == practice_answers.c.account_id,
            memberships.c.course_id == exercises.c.course_id,
            memberships.c.role == Role.STUDENT.value,
        )
        answers: dict[int, list[PracticeAnswer]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query.where(exists().where(is_member)).order_by(practice_answers.c.id)):
                answers.setdefault(row.account_id, []).append(_answer(row))
        return answers

    def _in_course(self, query: Select[Any], table: Any) -> Select[Any]:
        joined = query.join(exercises, exercises.c.id == table.c.exercise_id)
        return joined.where(exercises.c.course_id == course_in(self._course))


_CARD = ("exercise_id", "question", "fingerprint")
_KEY = ("account_id", *_CARD)


def delete_practice(connection: Connection, account: int, numbers: Sequence[int]) -> None:
    """Delete the answers of a person for some exercises.

    Args:
        connection: A transaction that writes.
        account: Number of the account.
        numbers: Numbers of the exercises.
    """
    of_person = practice_answers.c.account_id == account
    connection.execute(delete(practice_answers).where(of_person, practice_answers.c.exercise_id.in_(numbers)))
    of_exercises = select(practice_cards.c.id).where(practice_cards.c.exercise_id.in_(numbers))
    is_owner = practice_owners.c.account_id == account
    connection.execute(delete(practice_owners).where(is_owner, practice_owners.c.card_id.in_(of_exercises)))


def _is_about_card() -> Any:
    return and_(*(practice_answers.c[name] == practice_cards.c[name] for name in _CARD))


def _is_owned_by(account: int) -> Any:
    """Whether a card has the own numbers of a person."""
    return exists().where(practice_owners.c.card_id == practice_cards.c.id, practice_owners.c.account_id == account)


def _owners_of(owners: Owners, question: str, fingerprint: str) -> Collection[int]:
    return owners.get(question, {}).get(fingerprint, ())


def _add_owners(connection: Connection, pairs_to_add: Collection[tuple[int, int]]) -> None:
    rows = [{"card_id": card, "account_id": account} for card, account in sorted(pairs_to_add)]
    if rows:
        upsert(connection, practice_owners, rows, key=("card_id", "account_id"), changed=())


def _portions(cards: Collection[int]) -> Iterator[Sequence[int]]:
    numbers = sorted(cards)
    for start in range(0, len(numbers), VALUES_AT_ONCE):
        yield numbers[start : start + VALUES_AT_ONCE]


def _card(row: Row[Any]) -> StoredCard:
    card: PracticeCard = codec.decode(PracticeCard, row.body)
    return StoredCard(number=row.id, exercise=row.slug, card=card)


def _answer(row: Row[Any]) -> PracticeAnswer:
    return PracticeAnswer(
        exercise=row.slug,
        question=row.question,
        fingerprint=row.fingerprint,
        written=row.written,
        is_right=row.is_right,
        exposes=codec.decode(_MISCONCEPTIONS, row.exposes),
        misconceptions=codec.decode(_MISCONCEPTIONS, row.misconceptions),
        at=row.at,
    )
