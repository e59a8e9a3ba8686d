"""Superscripts, subscripts and ticks have one form in canonical text."""

import pytest

from corpus.formats.characters import subscript, superscript, tick
from corpus.normalise import fold, fold_with_offsets


@pytest.mark.parametrize(
    ("raised", "shown"),
    [
        ("6", "⁶"),
        ("-3", "⁻³"),
        ("n+1", "ⁿ⁺¹"),
        (" 2 ", " ² "),
        ("ab", "^(ab)"),
        ("2.5", "^(2.5)"),
        ("[1]", "[1]"),
        ("①", "①"),
        ("*", "*"),
        ("th", "th"),
        ("注", "注"),
        ("", ""),
    ],
)
def test_a_raised_number_never_becomes_a_part_of_the_number_before_it(raised: str, shown: str):
    assert superscript(raised) == shown


@pytest.mark.parametrize(("lowered", "shown"), [("2", "₂"), ("2.5", "2.5"), ("i", "i"), ("", "")])
def test_a_lowered_text_stays_where_unicode_has_no_characters_for_it(lowered: str, shown: str):
    assert subscript(lowered) == shown


def test_a_box_is_ticked_or_not():
    assert tick(checked=True) + tick(checked=False) == "☑☐"


@pytest.mark.parametrize(
    ("text", "folded"), [("1.2×10⁶立方米", "1.2×10^6立方米"), ("3500m²", "3500m2"), ("10⁻³", "10^−3")]
)
def test_a_power_is_compared_as_one(text: str, folded: str):
    assert fold(text) == folded
    assert fold_with_offsets(text)[0] == folded


def test_each_part_of_a_power_has_its_place():
    assert fold_with_offsets("10⁶立")[1] == [0, 1, 2, 2, 3]
