"""Groups that submit together: one submission counts for each member, and a change of groups needs only a regrade."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from grader import pipeline
from grader.course.layout import Course
from grader.course.variants import ReleasedVariants
from grader.errors import InputError
from grader.gradebook.results import Results
from grader.model.adjustment import Adjustment, AdjustmentKind
from grader.model.course_settings import LatePolicy, Per
from grader.model.submission import HandedIn, Platform, Source, Submission, Who
from grader.pipeline import deciding
from grader.pipeline.history import history
from grader.storage.csv_table import restored
from tests.conftest import notebook
from tests.fakes import Fake, hand_in, ignore

DEADLINE = datetime(2026, 5, 1, 12, tzinfo=UTC)
PAIRS = "group,student\nA,ada\nA,bob\nB,cleo\nB,dan\n"


class Class:
    """A class with groups: it grades what it is given, and reads the tables."""

    def __init__(self, course: Course, results: Results) -> None:
        self.course, self.results = course, results
        self.settings: dict[str, object] = {}
        self.fake = Fake()
        self._loaded: pipeline.Material | None = None

    def groups(self, text: str, slug: str = "") -> None:
        (self.course.solutions / slug / "groups.csv").write_text(text, encoding="utf-8")
        self._loaded = None

    def no_groups(self) -> None:
        (self.course.solutions / "groups.csv").unlink()
        self._loaded = None

    @property
    def material(self) -> pipeline.Material:
        self._loaded = self._loaded or pipeline.load(self.course, "tiny")
        settings = replace(self._loaded.settings, **self.settings)  # type: ignore[arg-type]
        return replace(self._loaded, settings=settings)

    def right(self, student: str, **fields: object) -> Submission:
        material = self.material
        key = next(question.id for question in material.exercise.questions if question.kind == "number")
        return replace(hand_in(material, student, int(material.key.answers[key])), **fields)  # type: ignore[arg-type]

    def wrong(self, student: str, **fields: object) -> Submission:
        return replace(hand_in(self.material, student, -17), **fields)  # type: ignore[arg-type]

    def grade(self, *submissions: Submission) -> dict[str, float]:
        pipeline.grade(self.material, submissions, self.results, self.fake, ignore)
        return self.table()

    def regrade(self) -> dict[str, float]:
        pipeline.regrade(self.material, self.results)
        return self.table()

    def table(self) -> dict[str, float]:
        """Student -> points."""
        text = (self.results.folder / "grades.csv").read_text()
        return {restored(row["student"]): float(row["points"] or -1) for row in csv.DictReader(io.StringIO(text))}

    def page(self, student: str) -> str:
        return (self.results.folder / self.folder(student) / "report.html").read_text()

    def folder(self, student: str) -> str:
        attempts = self.results.open(self.material.settings, "tiny").attempts(student, withdrawn=True)
        return attempts[student][0].folder

    def flags(self, student: str) -> list[str]:
        (mark,) = self.results.open(self.material.settings, "tiny").marks(student)
        return [flag.kind for flag in mark.assessment.flags]

    def adjust(self, student: str, kind: AdjustmentKind, **fields: object) -> None:
        decision = Adjustment(
            student=student, exercise="tiny", kind=kind, author="kim", reason="ill", at=datetime.now(UTC)
        )
        deciding.decide(self.material, self.results, [replace(decision, **fields)])  # type: ignore[arg-type]


@pytest.fixture
def group_class(small: Course, results: Results) -> Class:
    made = Class(small, results)
    made.groups(PAIRS)
    return made


def test_one_submission_marks_each_member_and_runs_once(group_class: Class) -> None:
    points = group_class.grade(group_class.right("ada"), group_class.wrong("dan"))
    assert sorted(points) == ["ada", "bob", "cleo", "dan"]
    assert points["ada"] == points["bob"] > points["cleo"] == points["dan"]
    assert len(group_class.fake.ran) == 2
    for student in ("ada", "bob"):
        assert "This is the submission of your group, A." in group_class.page(student)
        assert not {"cleo", "dan", "group, B"} & set(_words(group_class.page(student)))
    assert group_class.grade(group_class.right("ada"), group_class.wrong("dan")) == points
    assert len(group_class.fake.ran) == 2


def test_a_group_that_submits_under_its_name_is_no_student_itself(group_class: Class) -> None:
    assert sorted(group_class.grade(group_class.right("a"))) == ["ada", "bob"]
    assert sorted(group_class.grade(group_class.right("  A "))) == ["ada", "bob"]


def test_a_platforms_group_is_found_by_name(group_class: Class) -> None:
    source = Source(platform=Platform.MOODLE, who=Who.EITHER, name="B", number="101", place="B_101")
    assert sorted(group_class.grade(group_class.right("B", source=source))) == ["cleo", "dan"]


def test_a_student_who_is_in_no_group_works_alone(group_class: Class) -> None:
    points = group_class.grade(group_class.right("eve"), group_class.wrong("ada"))
    assert sorted(points) == ["ada", "bob", "eve"]
    assert "your group" not in group_class.page("eve")


def test_the_newest_submission_of_a_group_counts_for_each_member_and_is_flagged(group_class: Class) -> None:
    late, early = DEADLINE, DEADLINE - timedelta(hours=1)
    points = group_class.grade(
        group_class.right("ada", submitted_at=early), group_class.wrong("bob", submitted_at=late)
    )
    assert points == {"ada": 0, "bob": 0}
    assert group_class.flags("ada") == group_class.flags("bob") == ["several submissions of a group"]
    assert "several submissions" not in group_class.page("ada")


def test_if_it_is_not_known_which_is_the_newest_the_best_one_counts(group_class: Class) -> None:
    for right, wrong in (("ada", "bob"), ("bob", "ada")):
        points = group_class.grade(group_class.right(right), group_class.wrong(wrong))
        assert points["ada"] == points["bob"] > 0
        assert group_class.flags("bob") == ["several submissions of a group"]


def test_a_member_who_also_submits_alone_does_not_change_the_mark_of_the_group(group_class: Class) -> None:
    points = group_class.grade(
        group_class.right("A", submitted_at=DEADLINE - timedelta(hours=1)),
        group_class.wrong("ada", submitted_at=DEADLINE),
    )
    assert points["bob"] > points["ada"] == 0
    assert group_class.flags("ada") == ["several submissions of a group"]
    assert group_class.flags("bob") == []
    assert "your group" not in group_class.page("ada")


def test_overrides_are_for_one_member_and_survive_a_regrade(group_class: Class) -> None:
    group_class.grade(group_class.right("ada"))
    group_class.adjust("bob", AdjustmentKind.POINTS, points=0.5)
    group_class.adjust("ada", AdjustmentKind.COMMENT, text="Well done!")
    assert group_class.table()["bob"] == 0.5
    assert group_class.table()["ada"] > 0.5
    assert "Well done!" not in group_class.page("bob")
    assert group_class.regrade()["bob"] == 0.5


def test_the_latest_extension_of_a_member_holds_for_the_whole_group(group_class: Class) -> None:
    policy = LatePolicy(grace=timedelta(0), percent=50, per=Per.DAY, cap=100)
    group_class.settings = {"late": policy, "deadlines": {"tiny": DEADLINE}}
    full = group_class.grade(group_class.right("ada", submitted_at=DEADLINE))["ada"]
    late = group_class.right("dan", submitted_at=DEADLINE + timedelta(days=3))
    assert group_class.grade(group_class.right("ada", submitted_at=DEADLINE), late)["cleo"] < full
    group_class.adjust("cleo", AdjustmentKind.EXTENSION, until=DEADLINE + timedelta(days=7))
    assert group_class.table()["cleo"] == group_class.table()["dan"] == full
    assert group_class.regrade() == group_class.table()
    group_class.adjust("dan", AdjustmentKind.EXTENSION, until=DEADLINE + timedelta(days=1))
    assert group_class.table()["dan"] == full
    group_class.adjust("cleo", AdjustmentKind.EXTENSION, until=None)
    assert group_class.table()["cleo"] == group_class.table()["dan"] < full
    assert "kim" not in group_class.page("dan")


def test_a_regrade_follows_each_change_of_the_groups(group_class: Class) -> None:
    points = group_class.grade(group_class.right("ada"), group_class.wrong("cleo"))
    group_class.groups("group,student\nA,ada\nB,bob\nB,cleo\nA,eve\n")
    after = group_class.regrade()
    assert sorted(after) == ["ada", "bob", "cleo", "eve"]
    assert after["ada"] == after["eve"] == points["ada"]
    assert after["bob"] == after["cleo"] == points["cleo"]
    assert not (group_class.results.folder / group_class.folder("dan") / "report.html").exists()
    group_class.groups(PAIRS)
    assert group_class.regrade() == points
    group_class.no_groups()
    assert sorted(group_class.regrade()) == ["ada", "cleo"]
    assert "your group" not in group_class.page("ada")
    assert len(group_class.fake.ran) == 2


def test_groups_that_are_written_after_grading_replace_the_row_of_the_group(group_class: Class) -> None:
    group_class.no_groups()
    assert sorted(group_class.grade(group_class.right("Team 1"))) == ["Team 1"]
    folder = group_class.folder("Team 1")
    group_class.groups("group,student\nteam 1,ada\nteam 1,bob\n")
    assert sorted(group_class.regrade()) == ["ada", "bob"]
    assert not (group_class.results.folder / folder / "report.html").exists()


def test_an_exercise_may_have_other_groups_than_the_course(group_class: Class) -> None:
    group_class.groups("group,student\nX,ada\nX,dan\n", "tiny")
    assert sorted(group_class.grade(group_class.right("dan"))) == ["ada", "dan"]


ODD = ["Ada", "ada", "ADA", "Zoë", "<b>bold</b>", "O'Brien", "=cmd()", "陈 伟", "x; DROP TABLE students"]


def test_odd_names_and_names_that_differ_in_case_stay_apart(group_class: Class) -> None:
    rows = [("One", name) if number % 2 else ("Two", name) for number, name in enumerate(ODD)]
    text = io.StringIO()
    csv.writer(text).writerows([("group", "student"), *rows])
    group_class.groups(text.getvalue())
    points = group_class.grade(group_class.right("Ada"), group_class.wrong("ada"))
    assert sorted(points) == sorted(ODD)
    of_group: dict[str, set[float]] = {}
    for group, name in rows:
        of_group.setdefault(group, set()).add(points[name])
    assert of_group["Two"] == {points["Ada"]}
    assert of_group["One"] == {points["ada"]} == {0}
    assert "<b>bold</b>" not in group_class.page("<b>bold</b>")


def test_a_member_is_known_by_the_address_of_the_roster(group_class: Class) -> None:
    group_class.groups("group,student,email\nA,Ada Lovelace,ada@example.org\nA,Bob Babbage,bob@example.org\n")
    canvas = Source(platform=Platform.CANVAS, name="lovelaceada", number="1001")
    points = group_class.grade(group_class.right("bob@example.org"))
    assert sorted(points) == ["Ada Lovelace", "bob@example.org"]
    points = group_class.grade(group_class.wrong("Lovelace, Ada", source=replace(canvas, name="Lovelace, Ada")))
    assert sorted(points) == ["Ada Lovelace", "bob@example.org"]
    assert set(points.values()) == {0}


def test_members_of_a_group_are_not_flagged_for_the_same_file(group_class: Class) -> None:
    files = (HandedIn("model.keras", b"weights"),)
    group_class.grade(*(group_class.right(name, files=files) for name in ("ada", "bob", "cleo")))
    book = group_class.results.open(group_class.material.settings, "tiny")
    texts = {
        mark.student: [str(flag.text) for flag in mark.assessment.flags if "same file" in flag.kind]
        for mark in book.marks()
    }
    assert all(len(found) == 1 for found in texts.values())
    assert "bob" not in texts["ada"][0]
    assert "cleo" in texts["ada"][0]
    group_class.groups("group,student\nA,ada\nA,bob\nA,cleo\nA,dan\n")
    group_class.regrade()
    assert not [flag for name in ("ada", "bob", "cleo") for flag in group_class.flags(name) if "same" in flag]


@pytest.mark.parametrize("step", ["keep", "share", "mark"])
def test_a_grade_that_was_killed_goes_on_where_it_stopped(
    group_class: Class, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class Killed(BaseException):
        pass

    def stop(*_: object, **__: object) -> None:
        raise Killed

    places = {
        "keep": "grader.pipeline.grading.share",
        "share": "grader.pipeline.grading._students",
        "mark": "grader.pipeline.marker.Marker.assess_and_save",
    }
    with monkeypatch.context() as patch:
        patch.setattr(places[step], stop)
        with pytest.raises(Killed):
            group_class.grade(group_class.right("ada"), group_class.wrong("cleo"))
    points = group_class.grade(group_class.right("ada"), group_class.wrong("cleo"))
    assert sorted(points) == ["ada", "bob", "cleo", "dan"]
    assert points["ada"] == points["bob"] > points["dan"]


DRAWN = """
def draw(rng):
    return {"size": rng.randint(5, 10**9)}

def answers(given):
    return {QUESTION: given["size"], OTHER: "same"}
"""


@pytest.mark.parametrize("owner", ["group", "declared", "notebook"])
def test_a_group_has_the_numbers_of_its_name_or_of_one_member(group_class: Class, owner: str) -> None:
    questions = sorted(group_class.material.exercise.questions, key=lambda one: one.kind != "number")
    question, other = questions[0].id, questions[1].id
    path = group_class.course.solution_folder("tiny") / "key.py"
    path.write_text(DRAWN.replace("QUESTION", repr(question)).replace("OTHER", repr(other)))
    folders = {name: name for name in ("ada", "bob", "cleo", *(["A"] if owner == "group" else []))}
    variants = ReleasedVariants(group_class.course, "tiny").add(folders)
    group_class.groups(f"group,student,numbers\nA,ada,\nA,bob,{'yes' if owner == 'declared' else ''}\n")
    whose = {"group": "A", "declared": "bob", "notebook": "bob"}[owner]
    material = group_class.material
    answer = material.keys.key(variants[whose].seed).answers[question]
    name = questions[0].answer
    cells = notebook(f'variant = "{variants[whose].code}"\n{name} = {answer}')
    submission = replace(hand_in(material, "ada", 1), content=cells)
    points = group_class.grade(submission)
    assert points["ada"] == points["bob"] > 0
    assert group_class.flags("bob") == []
    assert len(group_class.fake.ran) == 1
    assert group_class.regrade() == points


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("group,student\nA,ada\nB,ada\n", "groups.csv: lines 2 and 3 put 'ada' into two groups."),
        ("student\nada\n", "has no column `group`"),
        ("group\nA\n", "has no column `student`"),
        ("group,student,numbers\nA,ada,x\nA,bob,x\n", "the group 'A' uses the numbers of two members"),
    ],
)
def test_a_file_that_contradicts_itself_stops_with_its_lines(group_class: Class, text: str, message: str) -> None:
    group_class.groups(text)
    with pytest.raises(InputError) as stopped:
        group_class.grade(group_class.right("ada"))
    assert message in str(stopped.value)
    assert str(stopped.value).startswith("solutions/groups.csv: ")


def test_history_says_for_which_group_and_by_whom(group_class: Class) -> None:
    group_class.grade(group_class.right("ada"))
    lines = history(group_class.material, group_class.results, "bob").lines
    assert ". Submitted for the group A by ada" in lines[0].what
    group_class.groups("group,student\nA,ada\nA,eve\n")
    group_class.regrade()
    lines = history(group_class.material, group_class.results, "bob").lines
    assert lines[0].what.endswith(". It does not count, because the student is no longer in this group")


def _words(page: str) -> Mapping[str, None]:
    return dict.fromkeys(page.replace("<", " ").replace(">", " ").split())
