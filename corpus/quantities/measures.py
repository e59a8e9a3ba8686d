"""The units, scales and bounds that numbers are written with, and their normal forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

Bound = Literal["", "min", "max", "about", "several", "from", "to"]


def one_of(choices: Iterable[str]) -> str:
    """A pattern for any of the words, the longest first; a hyphen stands for a blank too."""
    longest_first = sorted(choices, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\-", r"[\s-]") for word in longest_first)


def words(text: str) -> frozenset[str]:
    """The words of a text, separated by blanks."""
    return frozenset(text.split())


COUNTERS = words(
    """
    个 家 条 项 名 位 所 间 件 张 套 台 辆 只 头 户 座 栋 幢 处 次 场 期 届 批 种 类 款 章 节 篇 部 本 册 份 宗
    笔 起 例 支 组 对 双 架 艘 列 趟 班 片 块 根 棵 株 口 层 级 等 轮 步 门 枚 颗 粒 道 站 线 强 大 字 页 集 首
    曲 幅 届次 号 颗星 人次 人 家次 票 席 代 世 世纪 年代 番 局 盘 胜 负 分 球 度 环 城 村 镇 县 市 省 国 语 维
    核 室 厅 床 亩次 万户 艺 周年 街道 社区 地块 楼宇 顺序 顺位 校 院 馆 店 厂 港 机 卷 集群 领域 行业 方面 阶段
    回 把 顶 阵 股 丛 尊 记 发 遍 声 面 边 角 点 段 句 行 版 季 岛 河 山 战 县区
    """
)

NEVER_SPOKEN = words(
    """
    分 方面 面 边 角 点 行 号 国 城 等 道 语 线 声 世 机 发 起 记 回 本 港 院 校 山 河 岛 战 局 部 股 支 对 层
    代 强
    """
)
"""Counters that after a Chinese numeral make another word as a rule: 十分, 三方面, 四面."""

_MEASURES = """
    元 1 元 人民币 元人民币 圆 yuan rmb cny 块钱
    美元 1 美元 美金 usd dollars
    港元 1 港元 港币 hkd 元港币
    欧元 1 欧元 euro euros
    日元 1 日元 日圆
    英镑 1 英镑 pounds
    新台币 1 新台币 台币 元新台币
    % 1 % percent 个百分比
    % 0.1 ‰
    % 10 成
    个百分点 1 个百分点 百分点
    倍 1 倍 times
    平方米 1 平方米 m2 平米 平方公尺
    平方米 10000 公顷
    平方米 1000000 平方公里 平方千米 km2
    亩 1 亩
    立方米 1 立方米 m3 方
    米 1 米 公尺 meters metres
    米 1000 公里 千米 km kilometers kilometres
    米 0.01 厘米 公分 cm
    米 0.001 毫米 mm
    海里 1 海里
    英里 1 英里 miles
    英尺 1 英尺
    千克 1 千克 公斤 kg
    千克 0.001 克
    千克 1000 吨 公吨
    升 1 升
    千瓦 1 千瓦 kw
    千瓦 1000 兆瓦 mw
    千瓦时 1 千瓦时 kwh
    马力 1 马力
    年 1 年 周年 years 载
    月 1 个月 个多月 months
    周 1 周 星期 个星期 weeks 个周
    日 1 日 天 days
    工作日 1 个工作日 工作日
    小时 1 小时 个小时 hours
    分钟 1 分钟 minutes
    秒 1 秒 秒钟 seconds
    摄氏度 1 摄氏度 ℃ °c
    人 1 人 名 位 people persons
    岁 1 岁 周岁
    时 1 时 点钟
"""


def _measures(table: str) -> dict[str, tuple[str, Fraction]]:
    rows = (line.split() for line in table.strip().splitlines())
    return {name: (base, Fraction(factor)) for base, factor, *names in rows for name in names}


MEASURES = _measures(_MEASURES)
"""For each way to write a measure its base unit and factor: 公里 is 1000 米, 成 is 10 %."""

SCALES = {
    "百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8, "万亿": 10**12,
    "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip

_BOUNDS: dict[Bound, str] = {
    "min": """
        超过 超 逾 突破 多于 大于 高于 不少于 不低于 不小于 至少 最少 起码 满 more-than over at-least exceeding
        exceeds 余 多 以上 及以上 之多
    """,
    "max": """
        不超过 不多于 不高于 不大于 不得超过 至多 最多 少于 低于 小于 不足 不到 不满 未满 未达 less-than up-to
        at-most 以下 及以下 以内 之内 内
    """,
    "about": "接近 将近 近 约为 大约 约 大概 nearly about around approximately 左右 上下",
    "several": "数 几 好几 上",
}
BOUNDS: dict[str, Bound] = {word: bound for bound, text in _BOUNDS.items() for word in text.split()}

BEHIND = ("及以上", "以上", "及以下", "以下", "以内", "之内", "内", "左右", "上下", "之多")
"""Words of bound that stand behind the unit."""
