"""Which places a text names."""

import pytest

from corpus.places import places


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("深圳市福田区的企业", ["深圳", "福田"]),
        ("用上海关的办法", []),
        ("上海关于建议办理的规定", ["上海"]),
        ("上海市的规定", ["上海"]),
        ("规划出台前走过哪几步", []),
        ("各大城市当中", []),
    ],
)
def test_names_are_not_cut_out_of_other_words(text: str, names: list[str]):
    """上海关 speaks of the customs and 出台前 of no county."""
    assert [place.name for place in places(text)] == names
