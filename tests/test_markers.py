"""Enumerators: what begins an item, and what number it has."""

from corpus.markers import inline_items, leading_marker, ordinal, strip_marker


def test_ordinals_of_every_numeral():
    """Chinese, Arabic, full-width and circled numerals all count; a full-width one once ended a sync."""
    assert [ordinal(n) for n in ("十二", "7", "１", "③", "二十", "一百零三")] == [12, 7, 1, 3, 20, 103]


def test_an_enumeration_counts_up_from_one():
    """一是 alone, or a stray （3）, is no enumeration."""
    assert inline_items("一是甲。二是乙。三是丙。") == [0, 4, 8]
    assert inline_items("（１）甲；（２）乙。") == [0, 5]
    assert inline_items("一是甲。") == []
    assert inline_items("见（3）项。") == []


def test_the_deeper_enumerator_has_the_greater_depth():
    """一、 is above （一） is above 1. is above （1）."""
    depths = [leading_marker(line).depth for line in ("一、总则", "（一）范围", "1. 对象", "（1）条件")]
    assert depths == sorted(depths)
    assert len(set(depths)) == 4


def test_stripping_keeps_what_is_said():
    """第X条 is part of the text; 一是 and （二） are not."""
    assert strip_marker("（二）一是优先办理") == "优先办理"
    assert strip_marker("第五条 公开是常态") == "第五条 公开是常态"
    assert strip_marker("一定要办") == "一定要办"
