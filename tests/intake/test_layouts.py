import pytest

from grader.intake.layouts import Owner, owner


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("doejane_1001_20034_keras-cnn.ipynb", Owner("doejane", "1001")),
        ("doejane_LATE_1001_20034_keras-cnn.ipynb", Owner("doejane", "1001", late=True)),
        ("doejane_1001_20034_keras-cnn-1.ipynb", Owner("doejane", "1001", attempt=1)),
        ("doejane_LATE_1001_20034_my_own_name-12.ipynb", Owner("doejane", "1001", attempt=12, late=True)),
        ("doejane_1001_20034_work/hw.ipynb", Owner("doejane", "1001")),
        ("Jane Doe_77_assignsubmission_file_/hw.ipynb", Owner("Jane Doe", "77")),
        ("Jane_van_Doe_77_assignsubmission_file_/hw/hw.ipynb", Owner("Jane_van_Doe", "77")),
        ("Jane Doe_77_assignsubmission_file_hw.ipynb", Owner("Jane Doe", "77")),
        ("week_1_2_alice.ipynb", Owner("week_1_2_alice")),
        ("alice.ipynb", Owner("alice")),
        ("alice.b.ipynb", Owner("alice.b")),
        ("alice/any name.ipynb", Owner("alice")),
        ("alice/keras-cnn/notebook.ipynb", Owner("alice")),
        ("../../x.ipynb", Owner("x")),
        ("mallory_13_2224_sub/bob_12_assignsubmission_file_/hw.ipynb", Owner("mallory", "13")),
        ("Mallory_13_assignsubmission_file_/bob_12_2223_hw-9.ipynb", Owner("Mallory", "13")),
        ("week 3/doejane_1001_20034_hw.ipynb", Owner("doejane", "1001")),
    ],
)
def test_a_path_tells_who_handed_it_in(path: str, expected: Owner) -> None:
    assert owner(path.split("/")) == expected
