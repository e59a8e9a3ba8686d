"""What a web page shows is what is read: no style, tab or script takes an article away, marks keep their meaning."""

import re
from pathlib import Path

import pytest

from corpus import Document, blocks, read_document

CASES = Path(__file__).parent / "data" / "cases"
WORDS = "<p>全市共有公园32座，其中区级公园9座。</p><p>建设资金由市、区两级财政按六四比例分担，各区政府配合。</p>"


def page(folder: Path, body: str, style: str = "") -> Document:
    head = f'<meta charset="utf-8"><title>公园通报</title><style>{style}</style>'
    (folder / "a.html").write_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "utf-8")
    return read_document(folder / "a.html", folder)


def left_out(document: Document) -> dict[str, int]:
    return {one.what: one.count for one in document.left_out}


@pytest.mark.parametrize("name", ["negmargin.html", "tabs.html"])
def test_an_article_is_read_whatever_its_style(name: str):
    assert "建设资金由市、区两级财政按六四比例分担。" in read_document(CASES / name, CASES).text


LIFTED = {
    "by a script": (f'<h1>通报</h1><div id="c" style="display:none">{WORDS}</div><script>show()</script>', ""),
    "a saved WeChat page": (f'<div id="js_content" style="visibility: hidden; opacity: 0;">{WORDS}</div>', ""),
    "by a class": (f'<div class="article">{WORDS}</div>', "body{opacity:0} .article{display:none}"),
    "in print": (f'<div class="article">{WORDS}</div>', "@media print{.article{display:none}}"),
    "moved up": (f'<div class="wrap">{WORDS}</div>', ".wrap{position:relative;margin-top:-120px;top:-120px}"),
    "a tab": (f'<a href="#b">解读</a><p>{"长" * 900}。</p><div id="b" style="display:none">{WORDS}</div>', ""),
    "a tab panel": (f'<p>{"长" * 900}。</p><div role="tabpanel" hidden>{WORDS}</div>', ""),
    "answers below questions": (
        f'<p>{"长" * 900}。</p><div class="item"><p>问</p><div class="answer">{WORDS}</div></div>',
        ".answer{display:none} .item.open .answer{display:block}",
    ),
    "details": (f"<details><summary>问</summary>{WORDS}</details>", ""),
    "without scripts": (f"<noscript>{WORDS}</noscript>", ""),
    "an aside of the article": (f"<article><p>正文。</p><aside>{WORDS}</aside></article>", ""),
    "two editors": (f'<div class="TRS_Editor"><p>{"长" * 90}。</p></div><div class="TRS_Editor">{WORDS}</div>', ""),
}


@pytest.mark.parametrize(("body", "style"), LIFTED.values(), ids=LIFTED.keys())
def test_words_that_a_person_sees_or_opens_are_read(tmp_path: Path, body: str, style: str):
    text = page(tmp_path, body, style).text
    assert "全市共有公园32座，其中区级公园9座。" in text
    assert "建设资金由市、区两级财政按六四比例分担，各区政府配合。" in text


def test_few_hidden_words_are_left_out_and_counted(tmp_path: Path):
    hidden = (
        '<div style="display:none">隐藏广告</div><p class="x">离屏</p><span style="font-size:0">零号</span>'
        '<p style="color:#ffffff">白字</p>'
    )
    document = page(tmp_path, WORDS + hidden, ".x{position:absolute;left:-9999px}")
    assert not any(words in document.text for words in ("隐藏广告", "离屏", "零号", "白字"))
    assert left_out(document) == {"hidden text": 10}


def test_white_words_on_a_colour_are_seen(tmp_path: Path):
    banner = '<div style="background:#06c"><h1 style="color:#fff">公园通报</h1></div>'
    assert "# 公园通报" in page(tmp_path, banner + WORDS).text


def test_marks_keep_their_meaning(tmp_path: Path):
    document = page(
        tmp_path,
        "<p>日处理10<sup>6</sup>立方米，占地3500m<sup>2</sup>，PM<sub>2.5</sub>达标<sup>[1]</sup>。</p>"
        '<p>补贴<del>3万元</del>5万元，<s>36</s>12个月，<span style="text-decoration:line-through">旧</span>新。</p>'
        "<p>按<math><mfrac><mn>3</mn><mn>4</mn></mfrac></math>，<math><msup><mn>10</mn><mn>7</mn></msup></math>。</p>"
        "<p><input type=checkbox checked>公开<input type=checkbox>不公开<input value=张三></p>"
        "<table><tr><th>项</th><th>量</th></tr><tr><td>能力</td><td>10<sup>6</sup></td></tr></table>",
    )
    assert "日处理10⁶立方米，占地3500m²，PM2.5达标[1]。" in document.text
    assert "补贴5万元，12个月，新。" in document.text
    assert "按3/4，10⁷。" in document.text
    assert "☑公开☐不公开张三\n" in document.text
    assert "| 能力 | 10⁶ |" in document.text
    assert left_out(document) == {"struck text": 6}


def test_words_that_a_style_raises_or_strikes_are_so(tmp_path: Path):
    body = (
        '<p>能力10<span style="vertical-align: super">6</span>吨，CO<font class="d">2</font>，占地3m<i class="u">2</i>'
        '，补贴<b class="old">3万元</b>5万元。</p>'
    )
    style = ".d{vertical-align:sub;font-size:70%} .u{vertical-align:super} .old{text-decoration:line-through}"
    document = page(tmp_path, body, style)
    assert document.text == "能力10⁶吨，CO₂，占地3m²，补贴5万元。\n"
    assert left_out(document) == {"struck text": 3}


def test_a_table_with_its_caption_and_a_header_of_two_storeys(tmp_path: Path):
    table = (
        "<table><caption>各区公园</caption><tr><th rowspan=2>区</th><th colspan=2>公园</th></tr>"
        "<tr><th>数量</th><th>面积</th></tr><tr><td rowspan=2>福田区</td><td>5</td><td>120<ul><li>公顷</ul></td></tr>"
        "<tr><td>3</td><td>40</td></tr></table>"
    )
    text = page(tmp_path, f"<h1>统计</h1>{table}").text
    assert "各区公园\n\n| 区 | 公园数量 | 公园面积 |\n" in text
    assert text.endswith("| 福田区 | 3 | 40 |\n")


@pytest.mark.parametrize(
    "trail",
    [
        '<div class="nav"><a href="/">首页</a> &gt; <a href="/z">政务公开</a> &gt; 通知公告</div>',
        "<p>您的位置：<a href='/'>首 页</a>&nbsp;»&nbsp;<a href='/z'>信息公开</a></p>",
        "<div>当前位置：政务公开 > 通知公告</div>",
        "<ul class='breadcrumb'><li><a href='/'>首页</a></li><li>公告</li></ul>",
        "<div aria-label='Breadcrumb'><a href='/'>首页</a><span>公告</span></div>",
    ],
)
def test_the_way_to_a_page_is_no_text_of_it(tmp_path: Path, trail: str):
    said = "<p>公园位置：首页所示地图的东侧。</p><p>首页栏目改版。</p>"
    document = page(tmp_path, f"{trail}<h1>公园开放公告</h1>{said}{WORDS}")
    assert document.text.startswith("# 公园开放公告\n\n公园位置：首页所示地图的东侧。\n\n首页栏目改版。\n\n")


def test_lines_of_one_paragraph_are_blocks_of_their_own(tmp_path: Path):
    text = page(tmp_path, "<div>各区：<br><br>　　共有公园32座。<br/>　　一、要求<br>按比例分担。</div>").text
    assert text.split("\n\n") == ["各区：", "共有公园32座。", "一、要求", "按比例分担。\n"]


def test_a_frame_page_says_what_it_has_for_old_programs(tmp_path: Path):
    frames = f"<frameset><frame src=a><noframes><body>{WORDS}</body></noframes></frameset>"
    (tmp_path / "a.html").write_text(f"<html><head><title>框</title></head>{frames}</html>", "utf-8")
    assert "全市共有公园32座" in read_document(tmp_path / "a.html", tmp_path).text


@pytest.mark.parametrize(("form", "markers"), [("a", ["a.", "b."]), ("I", ["I.", "II."]), ("1", ["1.", "2."])])
def test_numbers_of_a_list(tmp_path: Path, form: str, markers: list[str]):
    text = page(tmp_path, f"<h1>题</h1><ol type={form}><li>公开。<li>透明。</ol>").text
    assert [line.split()[0] for line in text.split("\n\n")[1:]] == markers


def test_a_text_that_begins_with_a_rule_has_no_front_matter():
    document = read_document(CASES / "hr_first.md", CASES)
    assert document.metadata.title == "关于供气的通知"
    assert "居民用气价格为每立方米3.5元。" in document.text


@pytest.mark.parametrize("front", ["# 内部\naccess: internal", "{access: internal}", '"access": internal'])
def test_front_matter_that_says_who_reads_is_never_taken_for_text(tmp_path: Path, front: str):
    (tmp_path / "a.md").write_text(f"---\n{front}\n---\n\n# 办法\n\n第一条。\n", "utf-8")
    assert read_document(tmp_path / "a.md", tmp_path).metadata.access == "internal"


def test_a_date_that_old_word_marks_ends_no_sentence(tmp_path: Path):
    text = page(tmp_path, "<p>自<st1:chsdate>2024年5月8日</st1:chsdate>起施行。<o:p></o:p></p>").text
    assert "自2024年5月8日起施行。" in text


@pytest.mark.parametrize(
    "above", ["", "<tr><td colspan=3>各区公园</td></tr><tr><td colspan=3>单位：座</td></tr>"], ids=["bare", "titled"]
)
def test_titles_inside_a_table_are_no_header(tmp_path: Path, above: str):
    head = "<tr><th>区</th><th colspan=2>公园</th></tr><tr><th></th><th>大型</th><th>小型</th></tr>"
    head = head.replace("th", "td") if above else head
    text = page(tmp_path, f"<h1>统计</h1><table>{above}{head}<tr><td>福田区</td><td>5</td><td>6</td></tr></table>").text
    assert "| 区 | 公园大型 | 公园小型 |\n| --- | --- | --- |\n| 福田区 | 5 | 6 |" in text


def test_words_in_a_sentence_that_are_hidden_stay_so_on_a_short_page(tmp_path: Path):
    """No script lifts a word in a sentence, white letters, or what stands beside the page."""
    hidden = (
        '<p>中标单位为甲公司<span class="h">内定乙公司</span><span class="w">底价三百万</span>，价格五百万元。</p>'
        '<p style="position:absolute;left:-9999px">飞出的话</p><p class="b">当事人'
        '<span style="background-color: #000; color: #000">李某花</span><b class="k">东门</b>。</p>'
    )
    document = page(tmp_path, hidden, ".h{display:none} .w{color:#fff} .k{color:black;background:black}")
    assert document.text == "中标单位为甲公司，价格五百万元。\n\n当事人。\n"
    assert left_out(document) == {"hidden text": 19}


@pytest.mark.parametrize(
    ("body", "style", "head"),
    [
        ('<p class="b"><span class="w">白字在色块上。</span></p>', ".b{background:#1f4e79} .w{color:#fff}", ""),
        ('<p class="w">白字在别处定的底色上。</p>', ".w{color:#fff}", '<link rel="stylesheet" href="a.css">'),
        ('<p class="w">白字在黑页上。</p>', "body{background:#000} .w{color:white}", ""),
    ],
)
def test_white_words_that_a_sheet_puts_on_a_colour_are_seen(tmp_path: Path, body: str, style: str, head: str):
    assert "白字在" in page(tmp_path, head + body, style).text


def test_a_page_inside_the_page_is_read_and_one_that_lies_elsewhere_is_told(tmp_path: Path):
    frames = (
        '<iframe srcdoc="&lt;p&gt;公园每天六时开放。&lt;/p&gt;"></iframe><iframe src="a_files/frame.html"></iframe>'
        '<iframe src="https://example.org/count" width="0" height="0"></iframe><iframe src="b" hidden></iframe>'
        '<object data="附件.pdf"></object>'
        '<img src="扫描.jpg"><img src="a.gif" width="16"><a href="/"><img src="b.png"></a>'
    )
    document = page(tmp_path, f"<p>开放时间如下：</p>{frames}<p>特此通知。</p>")
    assert document.text == "开放时间如下：\n\n公园每天六时开放。\n\n特此通知。\n"
    assert left_out(document) == {"embedded files": 2, "pictures": 1}


@pytest.mark.parametrize(
    ("style", "body"),
    [
        (".x{font-size:0} .y{font-size:16px}", f'<div class="x"><div class="y">{WORDS}</div></div>'),
        (".x{color:inherit;background:inherit}", f'<div class="x">{WORDS}</div>'),
        (".x{color:#ffff00;background:#fff}", f'<div class="x">{WORDS}</div>'),
        (".x{color:#fff} .x{color:#333}", f'<div class="x">{WORDS}</div>'),
        ("@import url(a.css); .x{color:#fff}", f'<div class="x">{WORDS}</div>'),
    ],
)
def test_words_that_a_style_only_seems_to_hide_are_read(tmp_path: Path, style: str, body: str):
    """Inline blocks, inherited colours, colours that begin alike, a later rule, a sheet that is not here."""
    assert "全市共有公园32座" in page(tmp_path, body, style).text


@pytest.mark.parametrize("rule", ["tr:first-child{background:#036}", "@media screen{tr{background:#036}}"])
def test_white_headers_of_a_dark_row_stay(tmp_path: Path, rule: str):
    """The row's ground is set by a rule for some rows, or for some screens."""
    rows = "<table><tr><th>区</th><th>公园</th></tr><tr><td>福田</td><td>5</td></tr></table>"
    assert "| 区 | 公园 |" in page(tmp_path, f"<p>各区公园情况如下。</p>{rows}", f"{rule} th{{color:#fff}}").text


@pytest.mark.parametrize("title", ["深圳政府在线_供水公告", "供水公告 - 深圳政府在线"])
def test_a_site_named_in_the_title_is_no_part_of_it(tmp_path: Path, title: str):
    """Before it or behind: the page's heading tells which is which."""
    page = (
        f"<title>{title}</title><body><header>深圳政府在线</header><article><h1>供水公告</h1>{WORDS}</article></body>"
    )
    (tmp_path / "a.html").write_text(page, "utf-8")
    assert read_document(tmp_path / "a.html", tmp_path).metadata.title == "供水公告"


def test_menus_and_what_shares_a_page_are_no_text_of_it(tmp_path: Path):
    """By their class or id; what has a sentence in it is the page's."""
    body = (
        "<ul class=nav><li><a>首页</a></li><li><a>机构职能</a></li></ul><h1>居住证指南</h1><p>半年以上可以申领。</p>"
        "<div class='share-box'>分享：<a>微信</a></div><p class=footnote>注：工本费十元。</p>"
        "<div class='main share'>共享单车须登记。</div>"
        "<div title=header><p>某市公报</p></div><p class=MsoFooter>- 1 -</p>"
        "<div id='page-foot'><a>关于我们</a>|<a>网站地图</a></div>"
    )
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8><body>{body}</body>", "utf-8")
    assert read_document(tmp_path / "a.html", tmp_path).text == (
        "# 居住证指南\n\n半年以上可以申领。\n\n注：工本费十元。\n\n共享单车须登记。\n"
    )


RATES = "<table border=1><tr><td>级别</td><td>起付线</td></tr><tr><td>一级</td><td>200</td></tr></table>"
PLACED = {
    "in one": f"<table><tr><td><h1>通知</h1><p>起付线如下。</p>{RATES}</td></tr></table>",
    "in two": f"<table><tr><td><table><tr><td><p>起付线如下。</p>{RATES}</td></tr></table></td></tr></table>",
    "beside a menu": f"<table><tr><td>栏目</td><td><h1>通知</h1>{RATES}</td></tr></table>",
    "in a list": f"<table><tr><td><ul><li>起付线如下。</li></ul><h2>标准</h2>{RATES}</td></tr></table>",
}


@pytest.mark.parametrize("body", PLACED.values(), ids=PLACED)
def test_a_table_in_a_table_that_places_it_keeps_its_rows(tmp_path: Path, body: str):
    assert "| 级别 | 起付线 |\n| --- | --- |\n| 一级 | 200 |" in page(tmp_path, body).text


def test_one_row_of_cells_only_places_them(tmp_path: Path):
    """A menu and an article beside each other; one row with header cells is a table."""
    text = page(tmp_path, f"<table><tr><td>栏目导航</td><td>{WORDS}</td></tr></table>").text
    assert "\n\n全市共有公园32座，其中区级公园9座。\n\n建设资金" in text
    assert "| 区 | 5 |" in page(tmp_path, "<p>公园</p><table><tr><th>区</th><td>5</td></tr></table>").text


MENU = "<div class=top><a>首页</a><a>政务公开</a></div><table><tr><td><b>栏目导航</b></td></tr>"
MENU += "<tr><td><a>领导之窗</a></td></tr><tr><td><a>政策文件</a></td></tr><tr><td><a>统计数据</a></td></tr></table>"


def test_short_links_above_the_article_are_no_text_and_no_title_of_it(tmp_path: Path):
    text = page(tmp_path, f"{MENU}<div>供水公告</div><p>自四月一日起停水。</p><p><a>甲站</a> <a>乙站</a></p>").text
    assert text == "供水公告\n\n自四月一日起停水。\n\n甲站 乙站\n"


@pytest.mark.parametrize(
    "links",
    [
        "<ul><li><a>市教育局</a></li><li><a>市民政局</a></li></ul>",
        "<h1>附件</h1><p><a href='a.doc'>附件1</a> <a href='b.xls?x=1'>附件2</a></p>",
        "<p><a href='a.doc'>附件1</a> <a href='b.xls?x=1'>附件2</a></p><p>请下载后填写。</p>",
        "<p><a>关于做好参保工作的通知</a> <a>关于调整水价的通知</a></p><p>以上文件有效。</p>",
    ],
    ids=["a page of links", "below a heading", "files", "titles"],
)
def test_links_that_say_something_stay(tmp_path: Path, links: str):
    words = re.findall(r"<a[^>]*>([^<]+)", links)
    assert [one for one in words if one not in page(tmp_path, links).text] == []


def test_what_stands_aside_is_no_text_unless_it_says_something(tmp_path: Path):
    text = page(
        tmp_path, f"{WORDS}<aside>热点推荐<ul><li>中考政策发布</li></ul></aside><aside>注：含市管公园。</aside>"
    ).text
    assert "热点" not in text
    assert text.endswith("注：含市管公园。\n")


@pytest.mark.parametrize("name", ["展开更多", "老人免票吗？"])
def test_what_names_details_answers_nothing(tmp_path: Path, name: str):
    document = page(tmp_path, f"{WORDS}<details><summary>{name}</summary><p>拨打12345。</p></details>")
    found = {document.text[one.start : one.end]: one for one in blocks(document)}
    assert found[name].kind == "heading"
    assert found["拨打12345。"].heading == (name,)


def test_the_foot_of_a_page_is_furniture_above_a_heading_of_links(tmp_path: Path):
    document = page(tmp_path, f"{WORDS}<p>扫一扫在手机打开当前页</p><p>上一篇：水价公告</p><div>相关链接：</div>")
    kinds = {document.text[one.start : one.end]: one.kind for one in blocks(document)}
    assert kinds["扫一扫在手机打开当前页"] == kinds["上一篇：水价公告"] == "furniture"


TITLES = {
    "declared and a line": (
        "<meta name=ArticleTitle content=关于停水的通知>",
        "<p>今天是12月1日</p><p>某市</p><p>专栏</p><p>要闻</p><h1>关于停水的通知</h1>",
        "关于停水的通知",
    ),
    "a heading says more": (
        "<title>政策解读_某市人民政府</title>",
        "<h2>《供水办法》政策解读</h2>",
        "《供水办法》政策解读",
    ),
    "of another page": (
        "<meta name=ArticleTitle content=关于停水的通知>",
        "<h1>供水公告</h1><p>见关于停水的通知一文</p>",
        "供水公告",
    ),
}


@pytest.mark.parametrize(("head", "body", "title"), TITLES.values(), ids=TITLES)
def test_a_title_that_the_page_declares_is_believed_where_a_line_is_it(
    tmp_path: Path, head: str, body: str, title: str
):
    (tmp_path / "a.html").write_text(f"<meta charset=utf-8>{head}<body>{body}{WORDS}</body>", "utf-8")
    assert read_document(tmp_path / "a.html", tmp_path).metadata.title == title
