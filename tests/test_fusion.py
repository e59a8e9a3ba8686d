"""Fusion: two legs' scores become one, by weights that depend on the question."""

from __future__ import annotations

import pytest

from index.fusion import FusionWeights, fuse
from index.hit import LegScore
from index.legs import Scored


def test_scores_are_scaled_within_each_leg_and_weighted():
    """Keyword scores are divided by their maximum, dense ones stretched between their extremes, then mixed."""
    lexical = [Scored("a", 8.0), Scored("b", 2.0)]
    dense = [Scored("c", 0.9), Scored("b", 0.85), Scored("a", 0.8)]

    fused = fuse(lexical, dense, 0.6)

    # a: .6 × 8/8 + .4 × 0; b: .6 × 2/8 + .4 × (.85 - .8)/(.9 - .8); c: .6 × 0 + .4 × 1
    assert [(one.key, pytest.approx(one.score)) for one in fused] == [("a", 0.6), ("c", 0.4), ("b", 0.35)]


def test_each_leg_says_where_it_had_the_chunk():
    """A hit carries the rank and raw score of each leg that found it, and nothing for one that did not."""
    fused = {one.key: one for one in fuse([Scored("a", 8.0)], [Scored("b", 0.9), Scored("a", 0.8)], 0.5)}

    assert fused["a"].legs == {"lexical": LegScore(1, 8.0), "dense": LegScore(2, 0.8)}
    assert fused["b"].legs == {"dense": LegScore(1, 0.9)}


def test_without_dense_hits_the_keyword_leg_decides():
    """With no encoder the order is the keyword leg's own."""
    assert [one.key for one in fuse([Scored("b", 3.0), Scored("a", 1.0)], [], 1.0)] == ["b", "a"]


def test_equal_scores_are_ordered_by_key():
    """The same question gives the same order, whatever order the legs found equals in."""
    lexical = [Scored("b", 1.0), Scored("a", 1.0)]
    assert [one.key for one in fuse(lexical, [], 1.0)] == ["a", "b"]


def test_equal_dense_scores_all_count_fully():
    """One dense hit alone, or several equals, have no spread to be scaled by: each is the best there is."""
    assert [one.score for one in fuse([], [Scored("a", 0.8), Scored("b", 0.8)], 0.25)] == [0.75, 0.75]


def test_nothing_found_is_nothing_fused():
    assert fuse([], [], 0.5) == []


@pytest.mark.parametrize(("share", "weight"), [(0.0, 0.0), (0.3, 0.2), (0.6, 0.4), (1.0, 0.4)])
def test_keyword_weight_grows_with_the_share_of_known_terms(share, weight):
    """No shared term, no say; it rises in proportion, and from ``shared`` on it is full."""
    assert FusionWeights(keyword=0.4, shared=0.6).for_share(share) == pytest.approx(weight)


def test_an_english_question_has_a_weight_of_its_own():
    assert FusionWeights(keyword=0.4, keyword_english=0.1).for_share(1.0, english=True) == 0.1
