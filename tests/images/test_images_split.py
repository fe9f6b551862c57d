"""The split: the same for the same seed, in proportion in each class, and no near-duplicates on two sides."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grader.images.split import conflicts, draw_subsets, grouped
from grader.model.images import Subset

SHARES = {Subset.HELDOUT: 0.2, Subset.VALIDATION: 0.15}
NONE = np.empty(0, np.int64)


@st.composite
def labelled_groups(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """Images of two to four classes in groups of near-duplicates, three groups a class or more, in any order."""
    labels: list[int] = []
    groups: list[int] = []
    classes = draw(st.integers(2, 4))
    for label in range(classes):
        for size in draw(st.lists(st.integers(1, 5), min_size=3, max_size=30)):
            groups += [max(groups, default=-1) + 1] * size
            labels += [label] * size
    order = np.array(draw(st.permutations(range(len(labels)))))
    return np.array(labels)[order], np.array(groups)[order], tuple("abcd"[:classes])


@given(labelled_groups(), st.integers(0, 1000))
def test_near_duplicates_stay_together_and_every_class_is_in_every_part(
    drawn_from: tuple[np.ndarray, np.ndarray, tuple[str, ...]], seed: int
) -> None:
    labels, groups, names = drawn_from
    subsets = draw_subsets(labels, groups, NONE, shares=SHARES, seed=seed, names=names)
    for group in np.unique(groups):
        assert len(set(subsets[groups == group].tolist())) == 1
    for label in range(len(names)):
        assert set(subsets[labels == label].tolist()) == {Subset.TRAINING, Subset.VALIDATION, Subset.HELDOUT}
    assert (subsets == draw_subsets(labels, groups, NONE, shares=SHARES, seed=seed, names=names)).all()


@given(st.lists(st.integers(20, 200), min_size=2, max_size=5), st.integers(0, 1000))
def test_single_images_are_split_in_proportion_in_each_class(counts: list[int], seed: int) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    subsets = draw_subsets(
        labels, np.arange(len(labels)), NONE, shares=SHARES, seed=seed, names=tuple("abcde"[: len(counts)])
    )
    for label, count in enumerate(counts):
        found = np.bincount(subsets[labels == label], minlength=3)
        assert found[Subset.HELDOUT] == round(0.2 * count)
        assert found[Subset.VALIDATION] == round(0.15 * count)


@given(labelled_groups(), st.integers(0, 1000))
def test_groups_fill_their_part_and_not_more(
    drawn_from: tuple[np.ndarray, np.ndarray, tuple[str, ...]], seed: int
) -> None:
    labels, groups, names = drawn_from
    subsets = draw_subsets(labels, groups, NONE, shares=SHARES, seed=seed, names=names)
    for label in range(len(names)):
        in_class = labels == label
        smallest = min(np.unique(groups[in_class], return_counts=True)[1])
        for subset, share in SHARES.items():
            target = max(1, round(share * np.count_nonzero(in_class)))
            found = np.count_nonzero(in_class & (subsets == subset))
            assert found <= target or len(np.unique(groups[in_class & (subsets == subset)])) == 1
            assert found <= max(target, 5)
            assert found >= min(smallest, 1)


def test_another_seed_draws_another_split_and_other_classes_change_nothing() -> None:
    labels = np.repeat([0, 1], 100)
    groups = np.arange(200)
    first = draw_subsets(labels, groups, NONE, shares=SHARES, seed=1, names=("a", "b"))
    assert (first != draw_subsets(labels, groups, NONE, shares=SHARES, seed=2, names=("a", "b"))).any()
    alone = draw_subsets(labels[:100], groups[:100], NONE, shares=SHARES, seed=1, names=("a",))
    assert (first[:100] == alone).all()


def test_what_is_bound_trains_and_so_does_its_group() -> None:
    labels, groups = np.repeat([0, 1], 20), np.repeat(np.arange(20), 2)
    bound = np.array([0, 22])
    subsets = draw_subsets(labels, groups, bound, shares=SHARES, seed=1, names=("a", "b"))
    assert (subsets[[0, 1, 22, 23]] == Subset.TRAINING).all()


@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_what_a_pair_connects_is_one_group(pairs: list[tuple[int, int]]) -> None:
    groups = grouped(20, np.array(pairs, dtype=np.int64).reshape(-1, 2))
    assert all(groups[one] == groups[other] for one, other in pairs)
    assert (groups <= np.arange(20)).all()
    unpaired = set(range(20)) - {index for pair in pairs for index in pair}
    assert all(groups[index] == index for index in unpaired)


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from(Subset)), min_size=2, max_size=20),
    st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30),
)
def test_after_conflicts_are_left_out_no_pair_is_on_two_sides(
    images: list[tuple[int, Subset]], drawn_pairs: list[tuple[int, int]]
) -> None:
    labels, subsets = np.array([label for label, _ in images]), np.array([subset for _, subset in images], np.int8)
    wanted = {(min(pair), max(pair)) for pair in drawn_pairs if len(set(pair)) == 2 and max(pair) < len(images)}
    pairs = np.array(sorted(wanted), dtype=np.int64).reshape(-1, 2)
    found = conflicts(labels, subsets, pairs)
    gone = set(found.left_out.tolist())
    for one, other in pairs.tolist():
        if not {one, other} & gone:
            assert subsets[one] == subsets[other]
            assert labels[one] == labels[other] or subsets[one] == Subset.TRAINING
    heldout = {int(row) for row in np.flatnonzero(subsets == Subset.HELDOUT)}
    alone = heldout - {row for pair in pairs.tolist() for row in pair if labels[pair[0]] != labels[pair[1]]}
    assert not alone & gone
