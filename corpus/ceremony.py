"""What an official letter says for its form: salutations, thanks and set phrases, and the signature with its labels."""

from __future__ import annotations

import re

from corpus.normalise import PAGE_NUMBER

_DIGIT = "[〇○零ＯO一二三四五六七八九十]"
_DATE = rf"(?:\d{{4}}|{_DIGIT}{{4}})\s*年\s*(?:\d{{1,2}}|{_DIGIT}{{1,3}})\s*月\s*(?:\d{{1,2}}|{_DIGIT}{{1,3}})\s*日"
# The elements of a letter's foot and head by GB/T 9704 and the forms in use for replies, each before a colon.
_LABEL = (
    r"联\s*系\s*人|联系单位|经办人|承办人|承办单位|联系电话|联系方式|电\s*话|传\s*真|邮\s*编|邮政编码|电子邮箱|"
    r"办复类别|办理类别|答复类别|办理结果|公开方式|公开属性|公开类别|信息公开选项|签\s*发\s*人|[抄分]\s*送|校\s*对"
)
# What a register, a form or a page says of the document: 索引号：…, 浏览次数：…; and what else stands around it there.
REGISTER = (
    r"索\s*引\s*号|(?:信息)?分\s*类|(?:发布|发文|公开|制定)(?:机构|机关|单位|部门|日期|时间|字号)|(?:成文|印发|生成|生效|更新)(?:日期|时间)|"
    r"(?:信息|文章|稿件)?来\s*源|作\s*者|(?:责任)?编辑|(?:浏览|访问|点击|阅读)(?:次?数|量)|[文编]\s*号|文件编号|主\s*题\s*词|关\s*键\s*词|"
    r"(?:公开|办复|答复|办理)(?:方式|属性|形式|类别|结果)|是否公开|类\s*别|[时有]\s*效\s*性|密\s*级|份\s*号|紧急程度|签\s*发\s*人|语\s*种|"
    r"体\s*裁|字[号体](?:大小)?|打印日期"
)
_AROUND = re.compile(
    rf"[>\s|｜【\[（(]*(?:(?:{REGISTER})[】\]]?\s*[：:|]|分享(?:到|至)|(?:打印|关闭)(?:本[页文]|窗口|此[页文])?\s*(?:[】\])）|｜]|$)|"
    r"返回(?:顶部|首页|列表)|上一[篇条]|下一[篇条]|扫一扫|(?:主办|承办)(?:单位)?\s*[：:]|"
    r"附\s*件\s*\d*\s*[：:]?$|(?:[〔\[（(]?\d{4}[〕\]）)]?\s*年?)?\s*第\s*\d+\s*期$|"
    rf"(?:日期|时间)\s*[：:]\s*\d{{4}}.*(?:{REGISTER})\s*[：:])|"
    r".*(?:ICP\s*备|网安备|网站标识码|版权所有|技术支持\s*[：:])"
)
_LABELLED = re.compile(rf"^[（(【]?\s*(?:{_LABEL})(?:及[^：:\n]{{1,8}})?\s*[：:]")
_DATED = re.compile(rf"[（(]?{_DATE}(?:印发)?[）)]?")
_MARKED = re.compile(
    r"[（(]?此件(?:[^，。\n]{0,6}公开|公开发布).{0,10}|(?:[\u4e00-\u9fff]{2,6}[：:]\s*)?[（(]?[A-D]类?[）)]?|[（(](?:公章|印章|盖章)[）)]"
)
_SIGNED = re.compile(
    rf"(?:[\u4e00-\u9fff（）()、·\s]{{4,60}})?{_DATE}(?:印发)?|[（(](?:{_LABEL})[：:].*[）)]?", re.DOTALL
)
_ORGAN = re.compile(r"[\u4e00-\u9fff（）()、·\s]{4,60}")
_BODY = r"(?:政府|部门|单位|委员会|机构|[局办委厅处会院署]|中心|公司|企业|学校|街道|同志)[）)]?"
_SALUTATION = re.compile(
    rf"(?:尊敬的.{{0,60}}|(?:[市县区省镇乡]属|[市县区省镇乡](?:内|直))?各.{{0,60}}?{_BODY}|[^，,；;（(]{{1,40}}(?:代表|委员)(?:们|[（(].{{0,12}})?)[：:]|您好[！!。]?"
)
# 现就有关税收政策公告如下：; of 61 such ends in 599 notices each opens the document. Not 现行标准如下：.
_RECEIVED = re.compile(
    r"收悉|现.{0,20}[答函]复.{0,4}如下[：:。]?$|(?:^|[，,。；;])现(?![行有场阶在役状])[^，,。；;]{0,40}如下[：:。]?$"
)
_THANKED = re.compile(r"^(?:首先|再次|最后|衷心|诚挚|诚恳|非常|十分|同时|[，,地的])*感谢.{0,80}[！!。]?$")
_CLOSED = re.compile(
    r"^(?:特此|专此|此复|此致|敬礼|顺致|以上(?:答复|意见|回复)).{0,40}$|提出宝贵意见[。！]?$|"
    r"^(?:[^，。]{0,12}[，,])?(?:希望|欢迎|请)[^，。]{0,16}(?:多提|提出?(?:更|宝贵)|继续[^，。]{0,12}提)"
    r"[^，。]{0,8}(?:意见|建议)(?:[，,].{0,40})?[。！]?$"
)


def is_salutation(line: str) -> bool:
    """Whether a line only greets whom a letter is for: 尊敬的甲代表：, 各区人民政府：."""
    return "。" not in line and bool(_SALUTATION.fullmatch(line.strip()))


def is_date_line(line: str) -> bool:
    """Whether a line is a date and nothing else."""
    return bool(_DATED.fullmatch(line.strip()))


def is_label_line(line: str) -> bool:
    """Whether a line is an element of a letter's head or foot: 联系人：, 办复类别：, （此件主动公开）."""
    words = line.strip()
    return bool(_LABELLED.match(words) or _MARKED.fullmatch(words))


def is_around(line: str) -> bool:
    """Whether a line at either end is a register's or a page's: 来源：… 浏览次数：…, 打印本页, ICP备…号."""
    words = line.strip()
    return "。" not in words and bool(_AROUND.match(words) or PAGE_NUMBER.fullmatch(words))


def may_sign(line: str) -> bool:
    """Whether a line above a date can be the body that signs: words without punctuation."""
    return bool(_ORGAN.fullmatch(line.strip()))


def is_signature(sentence: str) -> bool:
    """Whether a sentence's span is no sentence but a signature that stands in the same line."""
    words = sentence.strip()
    return is_label_line(words) or bool(_SIGNED.fullmatch(words))


def is_ceremony(sentence: str) -> bool:
    """Whether a sentence is said for the form: that a suggestion was received, thanks, 特此答复."""
    words = re.sub(r"\s+", "", sentence)
    return bool(_RECEIVED.search(words) or _THANKED.match(words) or _CLOSED.search(words))
