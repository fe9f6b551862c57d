"""Installing packages in a notebook: answered at once, without a network."""

import pytest

from grader.execute.inside.installs import answer

HERE = "numpy: version "
GONE = "no-such-thing: not available here. The grader does not install packages.\n"


@pytest.mark.parametrize(
    "command",
    [
        "pip install numpy",
        "pip3 install -q numpy",
        "pip install --upgrade 'numpy>=1.2'",
        "pip install numpy==1.19.5 --user",
        "python -m pip install numpy",
        "/opt/venv/bin/python3 -m pip install numpy",
        "sudo pip install numpy",
        "uv pip install numpy",
        "conda install -y numpy",
        "conda install -c conda-forge numpy",
        "mamba install numpy",
        "pip install numpy > /dev/null",
        "pip install numpy 2>&1 | tail -1",
        "pip install 'numpy",
        "  pip install -i https://example.org/simple numpy",
    ],
)
def test_a_package_that_is_here_is_named_with_its_version(command: str) -> None:
    text = answer(command)
    assert text
    assert text.startswith(HERE)
    assert text.count("\n") == 1


def test_each_package_gets_a_line() -> None:
    text = answer("pip install numpy no-such-thing && pip install no-such-thing")
    assert text
    assert text.splitlines(keepends=True)[1:] == [GONE, GONE]


@pytest.mark.parametrize("command", ["pip install", "pip install -r requirements.txt", "pip install ./folder"])
def test_an_install_without_names_is_answered_too(command: str) -> None:
    assert answer(command) == "The grader does not install packages.\n"


@pytest.mark.parametrize(
    ("name", "known"), [("sklearn", "scikit-learn"), ("tensorflow-gpu", "tensorflow"), ("PIL", "pillow")]
)
def test_other_names_of_packages_are_known(name: str, known: str) -> None:
    assert answer(f"pip install {name}") == (answer(f"pip install {known}") or "").replace(known, name, 1)


@pytest.mark.parametrize(
    "command", ["pip list", "pip show numpy", "ls", "echo pip install x", "pip install numpy; ls", "git clone x", ""]
)
def test_other_commands_are_left_to_the_shell(command: str) -> None:
    assert answer(command) is None
