"""Rows of tables in words, and under the header that is theirs, from every format."""

from __future__ import annotations

import pytest

from assistant.units import units_of_document
from corpus.parse import parse_text


@pytest.mark.parametrize(
    ("name", "cell", "shown"),
    [
        ("2021", "315.2", "2021为315.2"),
        ("2021年", "315.2", "2021年315.2"),
        ("PM2.5", "25", "PM2.5为25"),
        ("CO₂", "3.1", "CO₂为3.1"),
        ("2021", "-1.2", "2021为-1.2"),
        ("2021", "未统计", "2021未统计"),
        ("台数", "12", "台数12"),
    ],
)
def test_a_column_named_by_a_number_or_a_latin_word_does_not_run_on_into_its_cells(name: str, cell: str, shown: str):
    table = f"| 指标 | {name} |\n| --- | --- |\n| 常住人口 | {cell} |\n"
    assert [one.text for one in units_of_document(parse_text(table, "a.md"))] == [f"常住人口：{shown}。"]
