"""Traditional characters as people type them, which come back as the Simplified ones they were made of."""

from __future__ import annotations

import pytest

from corpus.normalise import fold, fold_with_offsets, simplify, traditional


@pytest.mark.parametrize(
    ("simplified", "typed"),
    [
        ("户外广告、销户", "戶外廣告、銷戶"),
        ("账户和台账", "帳戶和台帳"),
        ("老年群体", "老年群體"),
        ("卫生、床位、温度", "衛生、床位、溫度"),
        ("税务说明、脱贫", "稅務說明、脫貧"),
        ("为了着力启动这里的帐篷", "為了着力啟動這裏的帳篷"),
    ],
)
def test_words_are_written_as_hong_kong_and_taiwan_type_them(simplified: str, typed: str):
    assert traditional(simplified) == typed
    assert simplify(typed) == simplified


@pytest.mark.parametrize(
    ("typed", "written"),
    [("帳戶", "账户"), ("賬戶", "账户"), ("帐户", "账户"), ("衞生署", "卫生署"), ("櫃枱", "柜台"), ("營帳", "营帐")],
)
def test_a_word_is_found_however_it_is_typed(typed: str, written: str):
    assert fold(typed) == fold(written)
    folded, offsets = fold_with_offsets(f"〔{typed}〕")
    assert folded == f"〔{written}〕"
    assert offsets == list(range(len(folded)))
