"""Cards for practice in the portal, and what students answered. No mark depends on them.

Graders draw cards, because that needs the key. A student answers a card once, and never sees the expected answer
before. All students of a course share its cards.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, delete, exists, func, insert, not_, select

from grader.gradebook.database import Database
from grader.gradebook.places import course_in, exercise_number
from grader.gradebook.portal_schema import accounts, memberships, practice_answers, practice_cards
from grader.gradebook.rows import VALUES_AT_ONCE, pairs, upsert
from grader.gradebook.schema import exercises
from grader.model.portal import Role
from grader.model.practice import PracticeCard
from grader.model.practice_history import CardPlace, PracticeAnswer, StoredCard
from grader.storage import codec

_MISCONCEPTIONS = tuple[str, ...]


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

    def add(self, cards: Sequence[PracticeCard], edition: str) -> None:
        """Store cards; one with the numbers of a stored card is left out.

        Args:
            cards: The cards.
            edition: Digest of the files that they were drawn from.
        """
        with self._database.writing() as connection:
            rows = [
                {
                    "exercise_id": exercise_number(connection, self._course, card.exercise),
                    "question": card.question.id,
                    "fingerprint": card.fingerprint,
                    "edition": edition,
                    "body": codec.encode_exactly(card).decode(),
                }
                for card in cards
            ]
            if rows:
                upsert(connection, practice_cards, rows, key=("exercise_id", "question", "fingerprint"), changed=())

    def remove_outdated(self, slug: str, edition: str, own_numbers: Mapping[str, Collection[str]]) -> None:
        """Remove the cards of an exercise that were drawn from other files, or that have a student's own numbers.

        Args:
            slug: The exercise.
            edition: Digest of its present files.
            own_numbers: Question -> fingerprints of the numbers that students have in the exercise.
        """
        query = self._in_course(
            select(
                practice_cards.c.id, practice_cards.c.question, practice_cards.c.fingerprint, practice_cards.c.edition
            ),
            practice_cards,
        )
        with self._database.reading() as connection:
            numbers = [
                row.id
                for row in connection.execute(query.where(exercises.c.slug == slug))
                if row.edition != edition or row.fingerprint in own_numbers.get(row.question, ())
            ]
        for start in range(0, len(numbers), VALUES_AT_ONCE):
            some = numbers[start : start + VALUES_AT_ONCE]
            with self._database.writing() as connection:
                connection.execute(delete(practice_cards).where(practice_cards.c.id.in_(some)))

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
        """The cards that a person has not answered, in the order in which they were drawn."""
        by_person = exists().where(_is_about_card(), practice_answers.c.account_id == account)
        query = self._in_course(
            select(practice_cards.c.id, practice_cards.c.question, exercises.c.slug), practice_cards
        )
        with self._database.reading() as connection:
            rows = connection.execute(query.where(not_(by_person)).order_by(practice_cards.c.id))
            return [CardPlace(number=row.id, exercise=row.slug, question=row.question) for row in rows]

    def card(self, number: int) -> StoredCard | None:
        """A card; None if there is none, or if it has been removed."""
        query = self._in_course(select(practice_cards, exercises.c.slug), practice_cards)
        with self._database.reading() as connection:
            row = connection.execute(query.where(practice_cards.c.id == number)).first()
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


_KEY = ("account_id", "exercise_id", "question", "fingerprint")


def delete_practice(connection: Connection, account: int, numbers: Sequence[int]) -> None:
    """Delete the answers of a person for some exercises.

    Args:
        connection: A transaction that writes.
        account: Number of the account.
        numbers: Numbers of the exercises.
    """
    of_person = practice_answers.c.account_id == account
    connection.execute(delete(practice_answers).where(of_person, practice_answers.c.exercise_id.in_(numbers)))


def _is_about_card() -> Any:
    names = ("exercise_id", "question", "fingerprint")
    return and_(*(practice_answers.c[name] == practice_cards.c[name] for name in names))


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
