import hashlib
from pathlib import Path

import pytest

from grader.assess.engine import validate
from grader.course.layout import Course
from grader.course.specification import read_exercise
from grader.errors import SpecificationError
from grader.model.exercise import Leaderboard, Limits, SlideReference
from grader.model.key import AnswerKey
from grader.model.own_work import Concept, OwnWorkRules

HEAD = 'title = "T"\nsummary = "S"\nlecture = "L"\nslide = "P"\nseed = 3\n'
QUESTION = '[[questions]]\nid = "conv2"\ntitle = "C"\nkind = "number"\nanswer = "conv2"\npoints = 2\n'


def write(course: Course, text: str) -> None:
    (course.exercises / "small" / "exercise.toml").write_text(text, encoding="utf-8")


def problems(course: Course, text: str) -> list[str]:
    write(course, text)
    with pytest.raises(SpecificationError) as caught:
        read_exercise(course, "small")
    return [line.removeprefix("exercises/small/exercise.toml: ") for line in str(caught.value).split("\n")]


def test_an_exercise_is_read_with_options_limits_and_files(course: Course) -> None:
    data = course.exercises / "small" / "data"
    data.mkdir()
    (data / "x.npz").write_bytes(b"pixels")
    write(
        course,
        HEAD
        + "[limits]\ncell_seconds = 7\n"
        + '[[files]]\nname = "data/x.npz"\n'
        + QUESTION
        + 'tolerance = 0.5\nunit = "pixels"\n',
    )
    exercise = read_exercise(course, "small")
    assert exercise.questions[0].options == {"tolerance": 0.5, "unit": "pixels"}
    assert exercise.limits == Limits(cell_seconds=7)
    assert exercise.seed == 3
    assert exercise.files[0].sha256 == hashlib.sha256(b"pixels").hexdigest()
    assert exercise.files[0].path == data / "x.npz"


def test_a_question_takes_its_source_from_the_exercise_unless_it_has_its_own(course: Course) -> None:
    other = QUESTION.replace("conv2", "pool")
    write(course, HEAD + QUESTION + other + 'lecture = "M"\n' + QUESTION.replace("conv2", "dense") + 'slide = "Q"\n')
    sources = [question.source for question in read_exercise(course, "small").questions]
    assert sources == [SlideReference("L", "P"), SlideReference("M", ""), SlideReference("L", "Q")]


def test_negative_points_name_place_fact_and_remedy(course: Course) -> None:
    write(course, HEAD + QUESTION.replace("points = 2", "points = -1"))
    with pytest.raises(SpecificationError) as caught:
        read_exercise(course, "small")
    assert str(caught.value) == (
        "exercises/small/exercise.toml: question 'conv2': `points` must be 0 or more. Received: -1."
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("titel = 'T'\n" + HEAD + QUESTION, "the key 'titel' is not known. Did you mean 'title'? Available: "),
        (
            HEAD + "[limits]\nmemory = 3\n" + QUESTION,
            "limits: the key 'memory' is not known. Did you mean 'memory_mb'?",
        ),
        (HEAD + "[limits]\nmemory_mb = 0\n" + QUESTION, "limits: `memory_mb` must be more than 0. Received: 0."),
        (HEAD + "[limits]\ncell_seconds = inf\n" + QUESTION, "limits: `cell_seconds` must be a finite"),
        (HEAD + "[limits]\nprocesses = 2.5\n" + QUESTION, "limits: `processes` must be a whole number. Received: 2.5."),
        (HEAD + "limits = 3\n" + QUESTION, "`limits` must be a table. Received: 3."),
        (HEAD + '[[files]]\nname = "x"\nnam = "y"\n' + QUESTION, "file 'x': the key 'nam' is not known. Did you mean"),
        (HEAD + "[[files]]\nname = 3\n" + QUESTION, "file 1: `name` must be text in quotes. Received: 3."),
        (HEAD, "`questions` is missing. Add `questions = ...`."),
        (HEAD + "questions = []\n", "`questions` must have at least one entry. Received: []."),
        (HEAD + "questions = [3]\n", "entry 1 of questions must be a table. Received: 3."),
        (HEAD + "questions = 3\n", "`questions` must be a list. Received: 3."),
        (HEAD.replace('"T"', '""') + QUESTION, '`title` must not be empty. Received: "".'),
        (HEAD.replace("seed = 3", "seed = true") + QUESTION, "`seed` must be a whole number. Received: true."),
        (
            HEAD + QUESTION.replace("points = 2", 'points = "2"'),
            "question 'conv2': `points` must be a number. Received: \"2\".",
        ),
        (
            HEAD + QUESTION + "show_expected = 1\n",
            "question 'conv2': `show_expected` must be true or false. Received: 1.",
        ),
        (
            HEAD + QUESTION.replace('id = "conv2"', 'id = "Conv 2"'),
            "question 'Conv 2': `id` must be lower",
        ),
        (
            HEAD + QUESTION.replace('answer = "conv2"', 'answer = "2x"'),
            "question 'conv2': `answer` must be a valid name",
        ),
        (
            HEAD + QUESTION.replace('answer = "conv2"', 'answer = "if"'),
            "question 'conv2': `answer` must be a valid name",
        ),
        (
            HEAD + QUESTION + QUESTION,
            "question 'conv2': the id is used more than once. Give each question a different id.",
        ),
    ],
)
def test_each_mistake_has_its_line(course: Course, text: str, problem: str) -> None:
    assert any(line.startswith(problem) for line in problems(course, text)), problems(course, text)


def test_all_mistakes_are_reported_at_once(course: Course) -> None:
    text = HEAD + '[[files]]\nname = "none"\n' + QUESTION.replace("points = 2", "points = -1") + QUESTION + "hint = 3\n"
    assert len(problems(course, text)) == 4


@pytest.mark.parametrize("name", ["../key.py", "/etc/passwd", "data\\x", "C:x", "data/../../x"])
def test_a_file_outside_of_the_folder_is_refused(course: Course, name: str) -> None:
    found = problems(course, HEAD + f"[[files]]\nname = '{name}'\n" + QUESTION)
    assert found == [f"file '{name}': must be a path inside small/, with '/' and without '..'."]


def test_a_symbolic_link_is_no_public_file(course: Course, tmp_path: Path) -> None:
    (course.exercises / "small" / "data").symlink_to(tmp_path)
    found = problems(course, HEAD + '[[files]]\nname = "data/secret"\n' + QUESTION)
    assert found == [
        "file 'data/secret': is a symbolic link, or is in a folder that is one. Store the file itself there."
    ]


def test_a_missing_file_a_folder_and_a_file_listed_twice_are_named(course: Course) -> None:
    (course.exercises / "small" / "data").mkdir()
    listed = "".join(f'[[files]]\nname = "{name}"\n' for name in ("gone", "data", "a", "A", "notebook.ipynb"))
    found = problems(course, HEAD + listed + QUESTION)
    assert "file 'gone': does not exist. Add it, or remove the name." in found
    assert "file 'data': is not a regular file. Name a file." in found
    assert "file 'a': is listed more than once. List it once." in found
    assert "file 'notebook.ipynb': is part of every exercise. Remove it." in found


def test_bad_toml_names_its_line(course: Course) -> None:
    assert problems(course, HEAD + "points = \n")[0].startswith("line 6: invalid value. Correct it to valid TOML.")
    assert problems(course, HEAD + "x = [1,")[0].startswith("end of the file: ")


def test_a_byte_order_mark_is_no_part_of_the_specification(course: Course) -> None:
    path = course.exercises / "small" / "exercise.toml"
    before = read_exercise(course, "small")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_exercise(course, "small") == before


def test_a_file_that_is_not_utf8_names_its_line(course: Course) -> None:
    (course.exercises / "small" / "exercise.toml").write_bytes(b'title = "T"\nsummary = "\xff"\n')
    with pytest.raises(SpecificationError, match=r"line 2: is not UTF-8\. Save the file as UTF-8\."):
        read_exercise(course, "small")


def test_an_exercise_says_which_files_students_may_hand_in(course: Course) -> None:
    write(course, HEAD + '[hand_in]\nfiles = ["*.keras", "net.h5"]\nmax_mb = 8\n' + QUESTION)
    hand_in = read_exercise(course, "small").hand_in
    assert hand_in.most_bytes == 8 * 2**20
    assert [name for name in ("a.keras", "A.KERAS", "net.h5", "b.h5", "keras") if hand_in.takes(name)] == [
        "a.keras",
        "A.KERAS",
        "net.h5",
    ]


def test_without_a_table_only_the_notebook_is_handed_in(course: Course) -> None:
    write(course, HEAD + QUESTION)
    assert not read_exercise(course, "small").hand_in.takes("model.keras")


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ("files = []", "hand_in: `files` must have at least one entry. Received: []."),
        ('files = ["models/*.keras"]', "without folders"),
        ('files = ["../x"]', "without folders"),
        ('files = [".env"]', "without folders"),
        ('files = ["*.ipynb"]', "must not name notebooks or archives, because these are always read"),
        ('files = ["*.keras"]\nmax_mb = 200', "hand_in: `max_mb` must be at most half of `disk_mb`"),
        ('files = ["*.keras"]\nmax_mb = 0', "must be more than 0"),
        ('files = ["*.keras"]\nmax = 3', "Did you mean 'max_mb'?"),
    ],
)
def test_what_students_cannot_hand_in_is_refused(course: Course, table: str, problem: str) -> None:
    [found] = problems(course, HEAD + f"[hand_in]\n{table}\n" + QUESTION)
    assert problem in found


BOARD = QUESTION.replace("conv2", "net").replace("number", "accuracy")


def test_students_are_asked_about_their_own_work_only_if_the_exercise_says_so(course: Course) -> None:
    write(course, HEAD + QUESTION)
    assert read_exercise(course, "small").own_work is None
    write(course, HEAD + "[own_work]\n" + QUESTION)
    assert read_exercise(course, "small").own_work == OwnWorkRules()
    table = (
        '[own_work]\nquestions = 5\npoints = 0.5\nminutes = 10\nconcepts = ["weights"]\nconfusion_matrix = "conv2"\n'
    )
    write(course, HEAD + table + QUESTION)
    assert read_exercise(course, "small").own_work == OwnWorkRules(
        questions=5, points=0.5, minutes=10, concepts=(Concept.WEIGHTS,), confusion_matrix="conv2"
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("questions = 0", "own_work: `questions` must be 1 or more. Received: 0."),
        ("points = -1", "own_work: `points` must be 0 or more. Received: -1."),
        ("minutes = 0", "own_work: `minutes` must be more than 0. Received: 0."),
        (
            "minuts = 5",
            "own_work: the key 'minuts' is not known. Did you mean 'minutes'? Available: concepts, confusion_matrix, "
            "minutes, points, questions.",
        ),
        (
            'concepts = ["wieghts"]',
            'own_work: entry 1 of concepts must be the name of a concept. Received: "wieghts". '
            "Did you mean 'weights'? Available: batches, evaluation, output-size, parameters, receptive-field, "
            "training, weights.",
        ),
        (
            'confusion_matrix = "conv"',
            "own_work: `confusion_matrix` must be the answer of a question. Received: \"conv\". Did you mean 'conv2'? "
            "Available: conv2.",
        ),
        (
            'concepts = ["evaluation"]',
            'own_work: the concept "evaluation" needs a confusion matrix. Set `confusion_matrix` to the answer that is '
            "one, or remove the concept.",
        ),
    ],
)
def test_a_wrong_setting_of_own_work_names_place_fact_and_remedy(course: Course, line: str, problem: str) -> None:
    assert problems(course, f"{HEAD}[own_work]\n{line}\n{QUESTION}") == [problem]


def test_a_leaderboard_has_pseudonyms_unless_it_says_otherwise(course: Course) -> None:
    write(course, HEAD + '[leaderboard]\nquestion = "net"\n' + BOARD)
    assert read_exercise(course, "small").leaderboard == Leaderboard("net", pseudonyms=True)
    write(course, HEAD + '[leaderboard]\nquestion = "net"\nnames = "student"\n' + BOARD)
    assert read_exercise(course, "small").leaderboard == Leaderboard("net", pseudonyms=False)
    write(course, HEAD + BOARD)
    assert read_exercise(course, "small").leaderboard is None


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (
            'question = "net"\nnames = "real"',
            "leaderboard: `names` must be 'pseudonym' or 'student'. Received: \"real\".",
        ),
        ("names = 'student'", "leaderboard: `question` is missing. Add `question = ...`."),
    ],
)
def test_a_leaderboard_of_another_form_is_refused(course: Course, table: str, problem: str) -> None:
    found = problems(course, HEAD + f"[leaderboard]\n{table}\n" + QUESTION + BOARD)
    assert any(line.startswith(problem) for line in found), found


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("conv2", "leaderboard: question 'conv2' is of kind 'number'. Name one of kind 'accuracy'. Available"),
        ("nett", "leaderboard: question 'nett' does not exist. Name one of kind 'accuracy'. "),
    ],
)
def test_a_leaderboard_without_an_accuracy_is_refused(course: Course, name: str, problem: str) -> None:
    write(course, HEAD + f'[leaderboard]\nquestion = "{name}"\n' + QUESTION + BOARD)
    found = validate(read_exercise(course, "small"), AnswerKey(answers={}, slips={}, heldout={}, references={}))
    assert any(line.startswith(f"exercises/small/exercise.toml: {problem}") for line in found), found


def test_reports_show_the_class_only_where_the_exercise_says_so(course: Course) -> None:
    write(course, HEAD + "[report]\nshow_class = true\n" + QUESTION)
    assert read_exercise(course, "small").show_class
    write(course, HEAD + QUESTION)
    assert not read_exercise(course, "small").show_class
