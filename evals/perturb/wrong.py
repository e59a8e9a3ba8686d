"""Ways to make a true sentence wrong, one change at a time, most words kept.

``ERRORS`` change a fact: a number, unit, year, name, negation, direction, plan. ``CHANGES`` turn official wording
against itself: what was proposed is decided, who gives receives, a part is all, an exception, a condition or a clause
is gone, something is added, two sentences are one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

Error = Callable[[str, random.Random], Iterator[str]]
"""From a sentence and chance to sentences with another fact."""

Change = Callable[[str, random.Random, Sequence[str]], Iterator[str]]
"""From a sentence, chance, and the other sentences of its document to sentences that don't follow from it."""


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a pattern and what is put in its place: ``增长 下降; 以上 以下``."""
    rows = (row.split() for row in text.split(";"))
    return tuple((pattern, other) for pattern, other in rows)


_ARABIC = re.compile(r"(?<![\d.,+×〔A-Za-z-])\d+(?:\.\d+)?(?![\d,+×号〕]|\.\d|年(?!内|间|期|以)|月|日)")
_SPOKEN = re.compile(
    r"(?<![第百千万亿十零一二三四五六七八九])(?:[二两三四五六七八九]|[二三四五六七八九]?十[一二三四五六七八九]?)"
    r"(?=[个家条项名件日年倍次张位万]|千元|百元)"
)
_MEASURED = re.compile(r"(?<![\d.年月〔第+])(\d+(?:\.\d+)?)(万?[家个项人名条件元%]|亿元|平方公里)")
_SPOKEN_MEASURED = re.compile(
    r"(?<![第月\d零一二两三四五六七八九十百千])([一二两三四五六七八九十百千]+)(个月|个工作日|年|日|周岁|倍|人|万元|千元|元|次|小时)"
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?=年)")

_UNITS = _pairs(
    r"""
    (?<=\d)亿元 万元; (?<=\d)万元 亿元; 万亿元 亿元; (?<=[一二三四五六七八九十])万元 千元; 平方公里 平方米;
    (?<=\d)万平方米 平方米; (?<=\d)公里 米; (?<=\d)米 公里; (?<=\d)% 亿元; (?<=\d)% 个百分点; 个百分点 倍;
    (?<=\d)倍 %; (?<=[二三四五六七八九])倍 成; (?<=\d)家 万家; (?<=\d)家 人; (?<=\d)个(?!月|百分|工作) 万个;
    (?<=\d)项 亿元; (?<=\d)件 万件; (?<=\d)条 万元; (?<=\d)辆 万辆; (?<=\d)人 户; (?<=\d)万余?名 名;
    (?<=[\d两三四五六七八九十])个月 年; (?<=[三四五六七八九十])日内 个月内;
    (?<=[三四五六七八九十])年(?=[以内的有]) 个月; (?<=[三四五六七八九十])日(?=[以内的]) 年; 个月(?=[以内]) 日;
    (?<=\d)吨 公斤; (?<=\d)小时 分钟; (?<=\d)分钟 小时; (?<=\d)亿(?!元) 万; (?<=\d)美元 日元;
    (?<=\d)万(?=人|名|家|件) 亿; 周岁 个月; (?<=\d)公尺 公分; (?<=\d)位(?=[^数]) 万位
    """
)

_NEGATIONS = _pairs(
    """
    没有 有; 尚未 已经; 未能 能够; 不得 可以; 不能 能; 不再 继续; 不是 是; 不会 会; 不可 可; 不予 予以;
    不需 需; 不必 必须; 无需 需要; 未收录 收录了; 未注明 注明了; 不包括 包括; 不含 包含; 不适用 适用;
    不承担 承担; 不受 受; 无权 有权; 无效 有效; 可以 不可以; 应当 不应当; 能够 不能; 属于 不属于;
    适用于 不适用于; 有权 无权; 允许 不允许; 支持 不支持; 享有 不享有; 承担 不承担; 具有 不具有; 包括 不包括;
    必须 不必; 已经 尚未; 是由 不是由; 集聚了 没有集聚; 提供 不提供; 纳入 未纳入
    """
)

_DIRECTIONS = _pairs(
    r"""
    增长 下降; 下降 增长; 增加 减少; 减少 增加; 新增 减少; 提高 降低; 降低 提高; 上升 下降; 扩大 缩小;
    以上 以下; 以下 以上; 高于 低于; 低于 高于; 超过 不足; 不超过 超过; 不少于 不足; 超(?=\d) 不足; 首次 再次;
    禁止 允许; 允许 禁止; 有效 失效; 最大 最小; 最高 最低; 最早 最晚; 第一(?=[,，。]) 倒数第一; 之前 之后;
    以前 以后; 以后 以前; 开始 停止; 设立 撤销; 成立 解散; 提升 降低; 进口 出口; 优先(?!权) 暂缓; 加强 削弱;
    全部 部分; 有偿 无偿; 引进 迁出; 突破(?=\d) 不足; 公开 保密; 境内 境外; 多于 少于
    """
)

_PLANS = _pairs(
    r"""
    目标(?=通过|培育|打造|发布|引进|建成|战新) 已; 目标(?=为|是[^否]) 实绩;
    计划(?=在|于|到|建|新|投|把|将) 已经; 预计(?=[^\d将])(?!.{0,14}将) 已经; 力争 已经; 争取 已获;
    将(?=持续|继续|以|于|在|会|有|成为|建|对) 已; 拟(?=[^议定]) 已; 推动(?=\d{4}年|.{0,16}[超达]) 实现;
    推动(?=河套|战略) 已推动; 已经 计划; 已(?=[形取集构建纳备列发开完获在被于成]) 将; 推出 拟推出;
    新增 计划新增; 建成 计划建成; 入选 有望入选; 获得 有望获得; 成立(?=了|于|[,，。]) 计划成立;
    出台(?=[^以]) 拟出台; 印发(?=[^日以]) 拟印发; 通过(?=[,，。]) 预计通过; 公布(?=[,，。]) 拟公布;
    完成了 计划完成; 集聚(?=国家) 力争集聚; 达到 力争达到; 增长(?=\d) 预计增长; 实现了 力争实现;
    引进(?=[招]) 计划引进; 发表了? 计划发表; 当选 有望当选; 出版了? 计划出版; 启用 计划启用; 挂牌 拟挂牌;
    签署 计划签署; 批准 拟批准; 发文 拟发文; 落地(?=深) 预计落地; 列入 拟列入; (?<!提)升至 预计升至;
    突破(?=\d) 预计突破
    """
)

_TWICE = (
    "(?:计划|预计|将|力争|有望|拟|在|目标)[^，。；]{0,8}(?:计划|预计|将|力争|有望|拟)|"
    "已经?[^，。；]{0,6}(?:计划|力争|有望|预计|拟|将)"
)

_NAMES = _pairs(
    """
    海关总署 公安部; 财政部 商务部; 税务总局 市场监管总局; 国务院 全国人大; 福田 盐田; 深圳 珠海; 香港 澳门;
    广东省 福建省; 上海 天津; 北京 重庆; 河套 横琴; 皇岗口岸 蛇口口岸; 荣耀 小米; 华为 大疆; 大湾区 长三角;
    深圳数据交易所 贵阳大数据交易所; 区科技和工业信息化局 区住房和建设局; 量子科学中心 脑科学中心; WIPO UNESCO;
    科学园 数码港; 人大常委会 政协常委会; 人民法院 公安机关; 人民检察院 司法行政机关; 承包方 出租人;
    用人单位 工会组织; 劳动者 消费者; 保险人 托运人; 债权人 监护人; 商标局 专利局; 美国 法国; 日本 韩国;
    英国 德国; 中国 印度; 台湾 越南; 国家药监局 国家知识产权局; 南科大 中山大学; 晶泰 腾讯; 人民网 澎湃新闻;
    工业和信息化部 教育部; 发展改革 退役军人; 光明科学城 松山湖科学城
    """
)


# Facts


def numbers(text: str, rng: random.Random) -> Iterator[str]:
    """One number changed to one that the sentence doesn't have."""
    for match in _ARABIC.finditer(text):
        yield _put(text, match, _other_number(match[0], text, rng))
    for match in _SPOKEN.finditer(text):
        choices = [c for c in "二三四五六七八九" if c not in text and (c, match[0]) != ("二", "两")]
        if choices:
            yield _put(text, match, rng.choice(choices))


def _other_number(number: str, text: str, rng: random.Random) -> str:
    while True:
        at = rng.randrange(len(number))
        if not number[at].isdigit():
            continue
        digits = "123456789" if at == 0 else "0123456789"
        changed = number[:at] + rng.choice([d for d in digits if d != number[at]]) + number[at + 1 :]
        if not re.search(rf"(?<![\d.]){re.escape(changed)}(?![\d.])", text) and float(changed) != float(number):
            return changed


def years(text: str, rng: random.Random) -> Iterator[str]:
    """One year changed to a near one."""
    for match in _YEAR.finditer(text):
        near = [str(int(match[0]) + d) for d in (-2, -1, 1, 2)]
        yield _put(text, match, rng.choice([y for y in near if y not in text]))


def units(text: str, _rng: random.Random) -> Iterator[str]:
    """One unit changed so that the statement changes (亿元 to 万元, never 家 to 个)."""
    yield from _facts(text, _UNITS)


def names(text: str, rng: random.Random, titles: tuple[str, ...] = (), title: str = "") -> Iterator[str]:
    """One body, place or company replaced by another; the passage's own subject by another passage's."""
    yield from _facts(text, _NAMES)
    bare = re.sub(r"[（(].*", "", title)
    if titles and 2 <= len(bare) <= 8 and bare in text:
        yield text.replace(bare, rng.choice([t for t in titles if t not in text and t not in bare and bare not in t]))


def negations(text: str, _rng: random.Random) -> Iterator[str]:
    """A negation put in or left out, never one beside another."""
    for wrong in _facts(text, _NEGATIONS):
        if not re.search(r"[不未无没][^，。；、]{0,3}不|予不|不得不|据不|不可以不", wrong):
            yield wrong


def directions(text: str, _rng: random.Random) -> Iterator[str]:
    """A word turned into its opposite."""
    yield from _facts(text, _DIRECTIONS)


def plans(text: str, _rng: random.Random) -> Iterator[str]:
    """A plan told as a result, or a result as a plan; no condition, where nothing is told as done."""
    if not re.search("如果|是否|若|应当|可以", text):
        planned = re.search("目标|计划|预计|力争|下一步", text) is not None
        for wrong in _facts(text, _PLANS):
            adds = len(wrong) > len(text) + 1
            if not re.search(_TWICE, wrong) and not (planned and adds):
                yield wrong


def swaps(text: str, _rng: random.Random) -> Iterator[str]:
    """Two numbers of the same unit that change places; two that are only listed say the same in either order."""
    for pattern in (_MEASURED, _SPOKEN_MEASURED):
        for first, second in pairwise(pattern.finditer(text)):
            middle = text[first.end(1) : second.start(1)]
            listed = re.fullmatch("[、，和或者及与]*", text[first.end() : second.start()])
            if first[2] == second[2] and first[1] != second[1] and not listed:
                yield text[: first.start(1)] + second[1] + middle + first[1] + text[second.end(1) :]


def _facts(text: str, pairs: tuple[tuple[str, str], ...]) -> Iterator[str]:
    taken: set[int] = set()
    for pattern, other in pairs:
        match = re.search(pattern, text)
        if match and match.start() not in taken and not _inside_name(text, match.start()):
            taken.update(range(match.start(), match.end()))
            yield _put(text, match, other)


def _inside_name(text: str, at: int) -> bool:
    """Whether the place is inside a title or term, where a changed word is a changed name."""
    before = text[:at]
    return before.count("《") > before.count("》") or before.count("“") > before.count("”")


def _put(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


ERRORS: dict[str, Error] = {
    "number": numbers, "unit": units, "year": years, "negation": negations, "direction": directions, "plan": plans,
    "swap": swaps,
}  # fmt: skip


# Wording

_DECIDED = (
    ("建议", "决定"), ("提出", "通过"), ("探索", "完成"), ("试点", "全面推行"), ("研究", "决定"), ("鼓励", "要求"),
    ("支持", "承担"), ("申请", "批准"), ("推动", "完成"), ("推进", "完成"), ("引导", "责令"), ("提倡", "强制"),
    ("可以", "已经"), ("应当", "已经"), ("编制", "批准"), ("争取", "获得"), ("拟", "已"), ("要求", "同意"),
)  # fmt: skip
_MODAL = (
    ("应当", "可以"),
    ("可以", "应当"),
    ("不得", "一般不"),
    ("必须", "可以"),
    ("有权", "有责任"),
    ("能够", "必须"),
)
_PART = (
    ("有关", "所有"), ("部分", "全部"), ("主要", "全部"), ("相关", "所有"), ("多数", "全部"), ("其他", "一切"),
    ("重点", "全部"), ("符合条件的", "所有"), ("一些", "所有"), ("个别", "所有"), ("若干", "全部"), ("等", "共"),
)  # fmt: skip
_QUANTIFIERS = (
    ("县级以上", "各级"), ("任何", "有的"), ("以上", "以内"), ("以下", "以上"), ("各级", "市级"), ("各类", "某类"),
    ("以内", "以外"), ("全部", "部分"), ("所有", "有些"), ("任何", "某些"), ("每年", "有时"), ("或者", "并且"),
    ("和", "或者"), ("、", "或者"),
)  # fmt: skip
_ADDED = ("全市", "所有", "免费", "首次", "已", "全部", "立即", "无条件", "由区政府", "优先", "永久", "单独", "依申请")
_APPENDED = (
    "，已全部完成", "，不予公开", "，资金已拨付到位", "，但企业除外", "，由市财政全额承担", "，居民普遍满意",
    "，并已通过验收", "，有效期五年", "，逾期不予受理", "，具体由街道负责", "，全国领先", "，下一步将全面推广",
)  # fmt: skip
_BODIES = re.compile(
    "[市区县省]?(?:人民政府|公安机关|行业主管部门|行政主管部门|主管部门|行政部门|管理机构|经营者|消费者|用人单位|劳动者|驾驶员|乘客|职工代表大会|"
    "工会|理事会|监事会|医疗机构|发包方|承包方|申请人|当事人|收集、运输单位|管理责任人|单位|个人|街道办事处|企业|居民委员会|建设单位|供热单位|热用户|"
    "海关总署|财政部|国务院|香港|深圳|福田区|代表|常委会|机构|部门|公民|市民)"
)
_GOES_ON = (
    "因此，", "同时，", "但是，", "为此，", "当年，", "该项目", "上述单位", "其中，", "届时，", "2024年，该单位",
    "这些", "新增",
)  # fmt: skip
_TOGETHER = (
    "按照下列顺序办理：", "凭下列材料办理手续：", "应当采取下列方式之一公告：", "符合下列条件，可以申请：",
    "满足以下要求后可以免税：",
    "不属于下列情形之一的，应当公开：", "费用为下列各项之和：", "资金1200万元用于以下项目：",
    "全年采取五项措施：", "除下列情形外，均应受理：", "下列事项由甲、乙两局分别负责：", "只有下列单位可以申请：",
    "委员会由下列人员组成：", "没有下列行为之一的，免予处罚：",
)  # fmt: skip
_HIDDEN = ("\u202e", "\u2066", "\u202d", "\u200f")
_CHARACTERS = "沪渝津皖鄂闽甘内外上下东西南北新旧公私国民增减收支进出买卖借贷主客男女大小多少高低长短前后左右早晚"

_LIMITS = re.compile(
    "依法|按照规定|及时|逐步|一般|原则上|本市|可以|应当|经批准|符合条件的|有关|主要|书面|定期|必要时|约|近|超过?|不少于|至少|累计|预计|目标|计划|相关|规定的"
)


def _by(pairs: Sequence[tuple[str, str]]) -> Change:
    """Each word that is found for the other one of its pair."""

    def change(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
        for word, other in pairs:
            for found in re.finditer(word, text):
                yield _put(text, found, other)

    return change


def roles(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Two that act on each other exchanged."""
    found = [one for one in _BODIES.finditer(text) if len(one[0]) > 1]
    for first, second in pairwise(found):
        between = text[first.end() : second.start()]
        if first[0] != second[0] and not re.fullmatch(r"[、和及与以或者]*", between):
            yield text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def added(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A word put in front of a clause."""
    places = [0, *(found.end() for found in re.finditer("[，；]", text))]
    at = rng.choice(places)
    yield text[:at] + rng.choice(_ADDED) + text[at:]


def appended(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A clause put behind."""
    yield text.rstrip("。；") + rng.choice(_APPENDED) + "。"


def exception(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without the exception: 除…外, …除外, 但…, a bracket that takes something out."""
    for pattern in (
        r"除[^，。；]{2,40}外，",
        r"[，；][^，；。]{2,40}除外",
        r"[，；]但[^。；]{2,60}",
        r"(?<!^)（[^（）]{2,30}）",
        r"(?:只|仅)",
    ):
        for found in re.finditer(pattern, text):
            yield text[: found.start()] + text[found.end() :]


def condition(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without the condition that the sentence begins with."""
    found = re.match(r"[^。；]{4,60}?(?:的|后|前|时|中|内|下)，", text)
    if found and len(text) - found.end() >= 8:
        yield text[found.end() :]


def clause(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without one of its clauses."""
    parts = re.split("(?<=，)", text)
    if len(parts) > 2 and "；" not in text:
        at = rng.randrange(len(parts))
        left = "".join(parts[:at] + parts[at + 1 :])
        yield left.rstrip("，。") + "。"


def order(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Two clauses exchanged."""
    parts = text.rstrip("。").split("，")
    if len(parts) > 2 and "；" not in text and parts[-1] != parts[-2]:
        yield "，".join([*parts[:-2], parts[-1], parts[-2]]) + "。"


def spliced(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """The beginning of one sentence with the end of another."""
    begins = text.partition("，")[0]
    for other in others:
        _, comma, ends = other.partition("，")
        if comma and text not in {begins, other} and ends not in text and begins not in other:
            yield f"{begins}，{ends}"
            return


def exchanged(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Two quoted names, or what two clauses begin with, in each other's place."""
    quoted = list(re.finditer(r"[“《][^“”《》]{2,20}[”》]", text))
    begins = list(re.finditer(r"(?:^|(?<=[，；]))[\u4e00-\u9fff]{2}(?=[\u4e00-\u9fff]{4})", text))
    for found in (quoted, begins):
        for first, second in pairwise(found):
            between = text[first.end() : second.start()]
            if first[0] != second[0] and not re.fullmatch(r"[、和及与以或者]*", between):
                yield text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def exclusive(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """What is said of some said of them alone, and the only one as one of several."""
    for pattern, other in (("应当", "只应当"), ("可以", "只能"), ("由", "只由"), ("包括", "只包括"), ("是指", "仅指")):
        if (at := text.find(pattern)) >= 0:
            yield text[:at] + other + text[at + len(pattern) :]


def hidden(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A number that is shown otherwise than it is written, or with a raised or circled digit beside it."""
    for found in re.finditer(r"\d{2,}", text):
        turned = rng.choice(_HIDDEN) + found[0][::-1] + "\u202c"
        raised = found[0][:-1] + "⁰¹²³⁴⁵⁶⁷⁸⁹"[int(found[0][-1])]
        circled = found[0][:-1] + "⓪①②③④⑤⑥⑦⑧⑨"[int(found[0][-1])]
        parted = f"{found[0][0]} {found[0][1:]}"
        yield text[: found.start()] + rng.choice([turned, turned, raised, circled, parted]) + text[found.end() :]


def character(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """One character of a word as another one: 深港 as 沪港."""
    places = [at for at, one in enumerate(text) if re.match(r"[\u4e00-\u9fff]", one) and one not in "的了和与及之"]
    if places:
        at = rng.choice(places)
        yield text[:at] + rng.choice([one for one in _CHARACTERS if one != text[at]]) + text[at + 1 :]


def left_word(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """Without one word that limits: a time, a degree, a place."""
    for found in _LIMITS.finditer(text):
        yield text[: found.start()] + text[found.end() :]


def framed(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """The statement in a frame that takes it back."""
    yield rng.choice(("并非", "没有证据表明", "尚不能认定", "有人误以为", "原计划", "曾经")) + text


def cut(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[str]:
    """A condition as a sentence of its own, so that what follows holds without it."""
    for found in re.finditer("(?<=的)，(?=[^，。；]{4,})", text):
        yield text[: found.start()] + rng.choice("。；") + text[found.end() :]


def gap(text: str, rng: random.Random, others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """A sentence that goes on from the one before it, behind another one: (sentences, quote)."""
    whole = [one for one in (text, *others) if one.endswith("。") and len(one) > 12][:3]
    if len(whole) == 3 and whole[0] == text:
        first, second, third = whole
        third = rng.choice(_GOES_ON) + third
        yield first + third, first + second + third


def items(passage: str, rng: random.Random) -> Iterator[tuple[str, str]]:
    """Some items of a list of which its lead says something only together: (sentence, quote)."""
    _, *listed = [line.strip() for line in passage.split("\n") if line.strip()]
    if len(listed) > 1:
        lead = rng.choice(_TOGETHER)
        some = sorted(rng.sample(range(len(listed)), rng.randint(1, len(listed) - 1)))
        yield (lead + "".join(listed[n] for n in some)).rstrip("；。") + "。", "\n\n".join((lead, *listed))


CHANGES: dict[str, Change] = {
    # what is proposed or allowed told as done; a duty as a permission; some as all; another range
    "decided": _by(_DECIDED), "modality": _by(_MODAL), "part": _by(_PART), "quantifier": _by(_QUANTIFIERS),
    "roles": roles, "added": added,
    "appended": appended, "exception": exception, "condition": condition, "clause": clause, "order": order,
    "spliced": spliced, "exchanged": exchanged, "exclusive": exclusive, "hidden": hidden, "character": character,
    "left_word": left_word, "framed": framed, "cut": cut,
}  # fmt: skip
HELD_OUT = frozenset({"roles", "spliced"})
"""Kinds that nothing is tuned on."""
APART = ("gap", "items")
"""Kinds that change the quote too."""
