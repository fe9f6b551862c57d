"""Data sets that Keras and scikit-learn download: their files, addresses, and the checksums that the two state."""

from functools import cache

from grader.model.dataset import DOWNLOADS, KERAS, DataSource, SourceFile
from grader.storage.known_weights import weights

_GOOGLE = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
_TORONTO = "https://www.cs.toronto.edu/~kriz/"
_FIGSHARE = "https://ndownloader.figshare.com/files/"

_KERAS = {
    "mnist": {"mnist.npz": "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1"},
    "fashion_mnist": dict.fromkeys(
        (
            "train-labels-idx1-ubyte.gz",
            "train-images-idx3-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz",
            "t10k-images-idx3-ubyte.gz",
        ),
        "",
    ),
    "imdb": {
        "imdb.npz": "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
        "imdb_word_index.json": "bfafd718b763782e994055a2d397834f",
    },
    "reuters": {
        "reuters.npz": "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
        "reuters_word_index.json": "4d44cc38712099c9e383dc6e5f11a921",
    },
    "boston_housing": {"boston_housing.npz": "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"},
    "california_housing": {
        "california_housing.npz": "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
    },
}
"""Name -> file -> checksum. Keras states none for Fashion-MNIST."""

_FOLDERS = {"fashion_mnist": f"{KERAS}/datasets/fashion-mnist"}

_CIFAR = {
    "cifar10": (
        "cifar-10-python.tar.gz",
        "cifar-10-batches-py-target",
        "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce",
    ),
    "cifar100": (
        "cifar-100-python.tar.gz",
        "cifar-100-python-target",
        "85cd44d02ba6437773c5bbd22e183051d648de2e7d6b014e1ef29b855ba677a7",
    ),
}
"""Name -> archive, the folder in which Keras looks for its contents, and checksum."""

_SCIKIT_LEARN = {
    "fetch_20newsgroups": """
        5975967 20news-bydate.tar.gz 8f1b2514ca22a5ade8fbb9cfa5727df95fa587f4c87b786e15c759fa66d95610
    """,
    "fetch_california_housing": """
        5976036 cal_housing.tgz aaa5c9a6afe2225cc2aed2723682ae403280c4a3695a2ddda4ffb5d8215ea681
    """,
    "fetch_covtype": """
        5976039 covtype.data.gz 614360d0257557dd1792834a85a1cdebfadc3c4f30b011d56afee7ffb5b15771
    """,
    "fetch_kddcup99": """
        5976045 kddcup99_data 3b6c942aa0356c0ca35b7b595a26c89d343652c9db428893e7494f837b274292
        5976042 kddcup99_10_data 8045aca0d84e70e622d1148d7df782496f6333bf6eb979a1b0837c42a9fd9561
    """,
    "fetch_lfw_people": """
        5976015 lfw-funneled.tgz b47c8422c8cded889dc5a13418c4bc2abbda121092b3533a83306f90d900100a
        5976012 pairsDevTrain.txt 1d454dada7dfeca0e7eab6f65dc4e97a6312d44cf142207be28d688be92aabfa
        5976009 pairsDevTest.txt 7cb06600ea8b2814ac26e946201cdb304296262aad67d046a16a7ec85d0ff87c
        5976006 pairs.txt ea42330c62c92989f9d7c03237ed5d591365e89b3e649747777b70e692dc1592
    """,
    "fetch_olivetti_faces": """
        5976027 olivettifaces.mat b612fb967f2dc77c9c62d3e1266e0c73d5fca46a4b8906c18e454d41af987794
    """,
}
"""Function of `sklearn.datasets` -> number of the file at its address, name, and checksum."""


@cache
def known_sources() -> dict[str, DataSource]:
    """Name -> data set: those of `keras.datasets`, of scikit-learn by function, and weights by file name."""
    sources = [DataSource(name, tuple(_of_keras(name, files))) for name, files in _KERAS.items()]
    sources += [DataSource(name, (_of_cifar(*facts),)) for name, facts in _CIFAR.items()]
    sources += [DataSource(name, tuple(_of_scikit_learn(name, lines))) for name, lines in _SCIKIT_LEARN.items()]
    sources += [DataSource(name, (file,)) for name, file in weights().items()]
    return {source.name: source for source in sources}


def _of_keras(name: str, files: dict[str, str]) -> list[SourceFile]:
    folder = _FOLDERS.get(name, f"{KERAS}/datasets")
    return [
        SourceFile(
            name=file,
            url=_GOOGLE + file,
            checksum=checksum,
            place=f"{folder}/{file}",
            optional=file.endswith("_word_index.json"),
        )
        for file, checksum in files.items()
    ]


def _of_cifar(archive: str, folder: str, checksum: str) -> SourceFile:
    return SourceFile(name=archive, url=_TORONTO + archive, checksum=checksum, unpacked=f"{KERAS}/datasets/{folder}")


def _of_scikit_learn(name: str, lines: str) -> list[SourceFile]:
    """Scikit-learn prepares what it downloads, so the sandbox shows it the download."""
    rows = [line.split() for line in lines.strip().splitlines()]
    return [
        SourceFile(name=file, url=_FIGSHARE + number, checksum=checksum, place=f"{DOWNLOADS}/{name}/{file}")
        for number, file, checksum in rows
    ]
