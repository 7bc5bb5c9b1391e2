"""Counts of nested work add up to one count that only grows and ends at its total."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from treasury_sim.domain.progress import Progress, parts, seconds_left

Tree = list["Tree"]
TREES: st.SearchStrategy[Tree] = st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=4), max_leaves=20)


def work(tree: Tree, progress: Progress) -> None:
    for inner, within in parts(tree, progress):
        work(inner, within)


@given(TREES.filter(bool))
def test_a_count_of_counts_only_grows_and_ends_at_its_total(tree: Tree) -> None:
    seen: list[tuple[int, int]] = []
    work(tree, lambda done, total: seen.append((done, total)))
    done = [count for count, _ in seen]
    assert done == sorted(done)
    assert {total for _, total in seen} == {1_000 * len(tree)}
    assert (done[0], done[-1]) == (0, 1_000 * len(tree))


def test_a_part_of_a_part_by_hand() -> None:
    seen: list[tuple[int, int]] = []
    stages = parts(("run", "report"), lambda done, total: seen.append((done, total)))
    _, running = next(stages)
    running(1, 4)
    running(0, 0)  # of a number of steps that is not known
    next(stages)
    assert seen == [(0, 2_000), (250, 2_000), (0, 2_000), (1_000, 2_000)]


def test_time_left_by_hand() -> None:
    assert seconds_left(3, 12, 6.0) == 18.0
    assert seconds_left(12, 12, 6.0) == 0.0
    assert seconds_left(0, 12, 6.0) is None
    assert seconds_left(3, 0, 6.0) is None
