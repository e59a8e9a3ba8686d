"""Characters of symbol fonts, by their codes: Word writes ☑ as the letter R of Wingdings 2, ≥ as a code of Symbol."""

from __future__ import annotations

# From code 32 on; a space stands for what is a picture, or nothing. After the tables of the Unicode Consortium, where a
# box of any size is □ and a tick or cross in one is ☑ or ☒.
_FONTS = {
    "symbol": (
        " !∀#∃%&∍()*+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}~ "
        "                                €ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓"
        "◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
    ),
    "wingdings": (
        "  ✂✁     ✆            ⌛       ✇✍ ✌   ☜☞☝☟ ☺ ☹    ✈☼ ❄ ✞ ✠✡☪☯ ☸♈♉♊♋♌♍♎♏♐♑♒♓  ⚫ ■□□❑❒ ⧫◆❖⬩⌧⮹⌘    ▯"
        " ➀➁➂➃➄➅➆➇➈➉ ➊➋➌➍➎➏➐➑➒➓        ∙•⬝○     ▪□  ★    ⯐⌖⯎⯏⯑✪✰            ⮰⮱⮲⮳⮴⮵⮶⮷          ⌫⌦⮘⮚⮙⮛⮈⮊⮉⮋ "
        "               ⇦⇨⇧⇩⬄⇳⬁⬀⬃⬂  ✗✓☒☑"
    ),
    "wingdings 2": (
        "     ✄✀                                        ✗✓☒☑☒☒⮾⮿ ⦸    ‽           ⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿ "
        "☉ ☽☾⸿✝               ⋅ ⦁●○   ⊙⦿  ◾■□    ▣    ⬩⬥◇ ◈    ⬪⬧◊ ◖◗⯊⯋⯀⯁⬟⯂⬣⬢⯃⯄                          "
        "           ✶    ✹  ✯  ⯌⯍※⁂"
    ),
    "webdings": (
        "                   ⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺                                  ⮔✔ □   ■      ⬤    ❓   ⛳⦸⊖  ⏐   "
        "       ⛷                ✯                                                                ☁      "
        "        Ⓟ♿"
    ),
}
_FIRST = 0x20
_PRIVATE = 0xF000  # where the codes of symbol fonts stand among characters


def is_symbol_font(font: str) -> bool:
    """Whether the letters of a font are pictures."""
    return font.strip().lower() in _FONTS


def symbols(text: str, font: str) -> str:
    """A text as a symbol font shows it: what the font has no sign for stays, so that it can be told as unreadable."""
    table = _FONTS.get(font.strip().lower(), "")
    return "".join(_symbol(ord(one), table) or one for one in text)


def _symbol(code: int, table: str) -> str:
    at = (code - _PRIVATE if _PRIVATE <= code < _PRIVATE + 0x100 else code) - _FIRST
    return table[at].strip() if 0 < at < len(table) else ""
