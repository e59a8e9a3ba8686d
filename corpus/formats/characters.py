"""Characters that are more than themselves, the same from every format: raised and struck ones, numerals, symbols.

10 with a raised 6 is 10⁶, never 106; a raised text that Unicode has no characters for is ``^(…)``. What is struck out
is left out, and counted. A box in a form is ☑ or ☐. A counter is 三, ③, iii, 叁 or 丙; Word writes ☑ as the letter R of
Wingdings 2, ≥ as a code of Symbol.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

_RAISED = str.maketrans("0123456789+-−–=()nix", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ⁿⁱˣ")
_LOWERED = str.maketrans("0123456789+-−–=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎")
_NO_POWER = re.compile(  # a note's mark or an ordinal, which nobody takes for a part of the number before it
    r"[^0-9A-Za-z]*|\[[^\[\]]{1,8}\]|[〔【［][^〔〕【】［］]{1,8}[〕】］]|st|nd|rd|th|TM", re.IGNORECASE
)
_EXTENT = re.compile(r"(\s*)(.*?)(\s*)", re.DOTALL)


def superscript(text: str) -> str:
    """Raised text: ``6`` is ⁶, ``n+1`` is ⁿ⁺¹, ``ab`` is ^(ab), ``[1]`` and ``①`` stay."""
    return _marked(text, _RAISED, "^({})")


def subscript(text: str) -> str:
    """Lowered text: ``2`` is ₂; what Unicode has no characters for stays (PM2.5), for it changes no number."""
    return _marked(text, _LOWERED, "{}")


def tick(checked: bool) -> str:
    """A box of a form, ticked or not."""
    return "☑" if checked else "☐"


def _marked(text: str, characters: dict[int, int], otherwise: str) -> str:
    found = _EXTENT.fullmatch(text)
    assert found is not None
    before, words, after = found.groups()
    if not words or _NO_POWER.fullmatch(words):
        return text
    converted = words.translate(characters)
    changed = all(new != old for old, new in zip(words, converted, strict=True))
    return before + (converted if changed else otherwise.format(words)) + after


_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"))
_ROMAN_ONES = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"


def numeral(number: int, number_format: str) -> str:
    """The number as Word writes it; an unknown format is written in digits."""
    return _FORMATS.get(number_format, str)(number)


def chinese(number: int, digits: str = _DIGITS, units: str = "十百千") -> str:
    """In full: 12 is 十二, 105 一百零五, 110 一百一十, 20050 二万零五十."""
    if not 0 < number < 10**16:
        return str(number)
    for size, name in ((10**8, "亿"), (10**4, "万")):
        if number >= size:
            high, low = divmod(number, size)
            gap = "零" if 0 < low < size // 10 else ""
            rest = chinese(low, digits, units) if low else ""
            return chinese(high, digits, units) + name + gap + (digits[1] + rest if rest[:1] == "十" else rest)
    places = [
        (int(digit), power) for power, digit in zip(range(len(str(number)) - 1, -1, -1), str(number), strict=True)
    ]
    written = ""
    for digit, power in places:
        if digit:
            written += digits[digit] + (units[power - 1] if power else "")
        elif written and not written.endswith("零"):
            written += "零"
    written = written.rstrip("零")
    return written[1:] if 10 <= number < 20 and units[0] == "十" else written


def _counting(number: int) -> str:
    """Up to 99 in full, from there digit by digit (chineseCounting): 105 is 一〇五."""
    return chinese(number) if number < 100 else _digital(number)


def _digital(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _legal(number: int) -> str:
    return chinese(number, _LEGAL, "拾佰仟")


def _roman(number: int) -> str:
    written = ""
    for value, letters in (*_ROMAN, *_ROMAN_ONES):
        written += letters * (number // value)
        number %= value
    return written


def _letters(number: int) -> str:
    """A to Z, then AA, BB: Word repeats the letter."""
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1) if number > 0 else str(number)


def _circled(number: int) -> str:
    for start, (first, last) in ((0x2460, (1, 20)), (0x3251, (21, 35)), (0x32B1, (36, 50))):
        if first <= number <= last:
            return chr(start + number - first)
    return str(number)


def _from(characters: str) -> Callable[[int], str]:
    return lambda number: characters[(number - 1) % len(characters)]


def _series(start: int, count: int) -> Callable[[int], str]:
    """Characters that Unicode has ready-made, such as ⑴ and ㈠, as far as they go."""
    return lambda number: chr(start + number - 1) if 0 < number <= count else str(number)


def _full_width(number: int) -> str:
    return "".join(chr(ord("０") + int(digit)) for digit in str(number))


_FORMATS: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "chineseCounting": _counting,
    "chineseCountingThousand": chinese,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": chinese,
    "japaneseCounting": chinese,
    "chineseLegalSimplified": _legal,
    "ideographLegalTraditional": _legal,
    "ideographDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "taiwaneseDigital": _digital,
    "ideographTraditional": _from(_STEMS),
    "ideographZodiac": _from(_BRANCHES),
    "ideographZodiacTraditional": lambda number: _STEMS[(number - 1) % 10] + _BRANCHES[(number - 1) % 12],
    "ideographEnclosedCircle": _series(0x3280, 10),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _series(0x2474, 20),
    "decimalEnclosedFullstop": _series(0x2488, 20),
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalHalfWidth": str,
    "numberInDash": lambda number: f"- {number} -",
    "none": lambda _: "",
}


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
