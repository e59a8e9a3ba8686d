// 审核: fetches the queue and a question, saves and checks while somebody types, and turns a selection into a citation.
// Python renders every text; the answer's own text belongs to the field that it is typed in, and to nothing else.
(() => {
  if (window.dafuReview) return;
  const { $, $$, make, got } = window.dafu;
  const BASE = "/review/desk";
  const PAUSE = 400, RETRY = 5000, LOOK = 20_000; // milliseconds
  const wanted = { which: "all", order: "most", text: "" };
  let open = null; // { key, review, revision, state, citations }
  let shown = 0; // counts openings: what comes late for another question is dropped

  const told = (key, ...values) => make("span", { "data-i": key, "data-a": JSON.stringify(values) });
  function put(place, html) {
    place.innerHTML = html;
    window.dafu.updated(place);
  }
  function news(content, kind = "") {
    const place = $("#rv-case .news");
    if (!place) return;
    place.className = `news ${kind}`;
    if (typeof content === "string") place.innerHTML = content; else place.replaceChildren(...[content].filter(Boolean));
    window.dafu.updated(place);
    if (place.childElementCount) place.scrollIntoView({ block: "nearest" });
  }
  async function get(path, parameters = {}) {
    const answer = await got(`${BASE}/${path}?${new URLSearchParams(parameters)}`).catch(error => {
      if (error.message === "401") location.reload(); // signed out
      throw error;
    });
    return answer.headers.get("content-type").includes("json") ? answer.json() : answer.text();
  }
  async function post(path, body) {
    const headers = { "Content-Type": "application/json" };
    return (await got(`${BASE}/${path}`, { method: "POST", headers, body: JSON.stringify(body) })).json();
  }

  // The queue

  async function list() {
    const html = await get("list", { ...wanted, open: open?.key || "" }).catch(() => null);
    const place = $("#rv-list");
    if (html === null || !place) return;
    const focused = document.activeElement?.closest?.("#rv-list [data-key], #rv-list [data-which], #rv-order");
    const [name, value] = focused?.id ? ["id", focused.id] : focused?.dataset.key ? ["data-key", focused.dataset.key] : ["data-which", focused?.dataset.which];
    const scrolled = place.scrollTop;
    put(place, html);
    place.scrollTop = scrolled;
    if (focused) $$(`#rv-list [${name}]`).find(one => one.getAttribute(name) === value)?.focus({ preventScroll: true });
  }

  // One question

  async function pick(key, { quiet = false } = {}) {
    await leave();
    const turn = ++shown;
    const answer = await get("case", { key }).catch(() => null);
    if (!answer || turn !== shown) return;
    showCase(answer);
    history.replaceState(null, "", `#q=${encodeURIComponent(key)}`);
    document.body.classList.add("rv-open");
    if (!quiet) { tab("find"); hideSource(); prefill(); $("#rv-case .t")?.focus({ preventScroll: true }); $("#rv-sheet").scrollTop = 0; }
    list();
  }
  function showCase(answer) {
    put($("#rv-sheet"), answer.case);
    put($("#rv-tp-log"), answer.log);
    const article = $("#rv-case");
    open = article && {
      key: article.dataset.key, review: article.dataset.review, revision: Number(article.dataset.revision),
      state: article.dataset.state, citations: answer.citations, courtesies: answer.courtesies,
    };
    caret = null;
    grow();
    restore();
  }
  function prefill() { // what was asked is what is searched first
    const field = $("#rv-find"), question = $("#rv-question")?.value || "";
    if (!field || !question) return;
    field.value = question;
    find();
  }
  async function leave() { // nothing that was typed is left behind
    clearTimeout(pause);
    if (dirty) save();
    await saving;
  }
  function back() {
    leave();
    document.body.classList.remove("rv-open");
    $("#rv-list [aria-current]")?.focus();
  }

  // Typing: saved and checked after each pause, one request after the other

  let pause = 0, dirty = false, saving = Promise.resolve(), caret = null, serial = 0;
  const kept = key => `dafu-review-${key}`;
  function typed() {
    if (!open) return;
    dirty = true;
    serial += 1;
    try { localStorage.setItem(kept(open.key), JSON.stringify({ ...content(), revision: open.revision })); } catch { /* full or forbidden */ }
    clearTimeout(pause);
    pause = setTimeout(save, PAUSE);
    grow();
  }
  const content = () => ({ question: $("#rv-question").value, text: $("#rv-text").value, citations: open.citations, courtesies: open.courtesies });
  function save(over = false) {
    clearTimeout(pause);
    saving = saving.then(() => send(over));
    return saving;
  }
  async function send(over) {
    const to = open, at = serial;
    if (!to || !$("#rv-text") || $("#rv-text").readOnly || !(dirty || over)) return;
    mark(told("rv.saving"));
    let answer;
    try {
      answer = await post("save", { key: to.key, review: to.review, revision: to.revision, over, ...content() });
    } catch {
      mark(told("rv.unsaved"), "bad");
      if (open === to) pause = setTimeout(save, RETRY);
      return;
    }
    if (open !== to) return;
    if (answer.check) put($("#rv-check"), answer.check);
    if (answer.conflict || answer.wrong) {
      mark();
      dirty = Boolean(answer.conflict);
      news(answer.conflict || answer.wrong, "bad");
      return;
    }
    Object.assign(to, { review: answer.review, revision: answer.revision });
    if (serial === at) { dirty = false; to.citations = answer.citations; forget(to.key); }
    put($(".saved"), answer.saved);
    $(".saved").className = "saved";
    if (over) news("");
    if (to.state !== answer.state) { to.state = answer.state; list(); }
  }
  function mark(node, kind = "") {
    const place = $(".saved");
    if (!place) return;
    place.className = `saved ${kind}`;
    place.replaceChildren(...(node ? [node] : []));
    window.dafu.updated(place);
  }
  function forget(key) { try { localStorage.removeItem(kept(key)); } catch { /* forbidden */ } }
  function restore() { // what a crash of the browser kept from being saved
    let left = null;
    try { left = open && JSON.parse(localStorage.getItem(kept(open.key)) || "null"); } catch { return; }
    const area = $("#rv-text");
    if (!left || !area || area.readOnly || left.text === area.value) { if (open) forget(open.key); return; }
    if (left.revision !== open.revision) { news(yours(left.text)); forget(open.key); return; }
    area.value = left.text;
    open.citations = left.citations;
    open.courtesies = left.courtesies || [];
    $("#rv-question").value = left.question;
    news(told("rv.restored"));
    typed();
  }
  const yours = text => make("details", { open: "" }, make("summary", {}, told("rv.yours")), make("pre", {}, text));
  async function theirs() { // their version takes the field; mine stays to be read and copied
    const mine = $("#rv-text").value, key = open.key;
    dirty = false;
    forget(key);
    const answer = await get("case", { key }).catch(() => null);
    if (!answer) return;
    showCase(answer);
    news(yours(mine));
  }
  function grow() {
    const area = $("#rv-text");
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.max(area.scrollHeight + 2, 100)}px`;
  }

  // Decisions

  let acting = false; // what comes of it is a newer version, and one's own
  async function act(button) {
    if (!open) return;
    acting = true;
    try { await done(button); } finally { acting = false; }
  }
  async function done(button) {
    const name = button.dataset.act, to = open;
    const remark = button.closest(".ask")?.querySelector("textarea")?.value || "";
    const open_to_all = Boolean($("#rv-public")?.checked);
    for (const one of $$("#rv-case .acts button")) one.disabled = true;
    await leave();
    if (dirty) { for (const one of $$("#rv-case .acts button")) one.disabled = false; return; } // not saved: told already
    const body = { key: to.key, review: to.review, revision: to.revision, act: name, remark, public: open_to_all };
    const answer = await post("act", body).catch(() => ({ unsaved: true }));
    for (const one of $$("#rv-case .acts button")) one.disabled = false;
    if (open !== to) return;
    if (answer.unsaved) { news(told("rv.unsaved"), "bad"); return; }
    if (answer.wrong) { news(answer.wrong, "bad"); return; }
    shown += 1;
    showCase(answer);
    history.replaceState(null, "", `#q=${encodeURIComponent(answer.key)}`);
    news(answer.told, "good");
    list();
  }
  async function assign() {
    const to = open, due = $("#rv-due");
    if (!to || !due.validity.valid) return;
    const focused = document.activeElement?.id;
    const answer = await post("assign", { key: to.key, owner: $("#rv-owner")?.value || "", due: due.value || null }).catch(() => ({ unsaved: true }));
    if (open !== to) return;
    if (answer.unsaved || answer.wrong) { news(answer.wrong || told("rv.unsaved"), "bad"); return; }
    const place = $("#rv-case .assign");
    if (answer.assigned && place) { place.outerHTML = answer.assigned; window.dafu.updated($("#rv-case")); if (focused) document.getElementById(focused)?.focus(); }
    if (answer.log) put($("#rv-tp-log"), answer.log);
    list();
  }
  async function preview() { // what is typed is saved first, so that it is what will be sent
    const to = open;
    await leave();
    if (open !== to || dirty) return;
    const html = await get("preview", { review: to.review }).catch(() => null);
    if (html === null) { news(told("rv.unsaved"), "bad"); return; }
    put($("#rv-preview > div"), html);
    $("#rv-preview").showModal();
  }
  function ask(button, on) {
    const box = on ? $(`#rv-ask-${button.dataset.for}`) : button.closest(".ask");
    box.hidden = !on;
    $(`[data-for="${box.id.slice(7)}"]`)?.setAttribute("aria-expanded", on);
    (on ? $("textarea", box) : $(`[data-for="${box.id.slice(7)}"]`))?.focus();
  }

  // Search and source

  let looking = 0;
  let reading = false; // a source was opened since words were last typed, so that what they find waits behind it
  async function find() {
    const turn = ++looking, words = $("#rv-find").value;
    const html = await get("find", { q: words }).catch(() => "");
    if (turn !== looking) return;
    if (!reading) hideSource();
    put($("#rv-hits"), html);
    $("#rv-hits").ariaBusy = "false";
    reachable($("#rv-hits"));
  }
  async function source(place) {
    const { doc, v, from, to } = place.dataset;
    const parameters = new URLSearchParams({ document: doc, v, q: `${from}-${to}` });
    const answer = await got(`/ui/source?${parameters}`).catch(() => null);
    if (!answer) return;
    tab("find");
    const box = $("#rv-source"), pick = $(".pick", box);
    Object.assign(pick.dataset, { doc, v });
    put(pick, await answer.text());
    $("#rv-hits").hidden = reading = true;
    box.hidden = false;
    for (const one of $$("mark", box)) one.classList.add("cur");
    reachable(box);
    $("mark", box)?.scrollIntoView({ block: "center" });
    if (matchMedia("(max-width: 60rem)").matches) box.scrollIntoView({ block: "start" });
  }
  function hideSource() {
    const box = $("#rv-source");
    if (!box) return;
    box.hidden = true;
    $("#rv-hits").hidden = reading = false;
    hideBar();
  }
  function reachable(box) { // without a mouse a paragraph is chosen as a whole
    for (const one of $$(".pick [data-s]", box)) one.tabIndex = 0;
  }
  function tab(name) {
    for (const one of $$("#rv-side [role=tab]")) {
      const chosen = one.dataset.tab === name;
      one.setAttribute("aria-selected", chosen);
      one.tabIndex = chosen ? 0 : -1;
      $(`#rv-tp-${one.dataset.tab}`).hidden = !chosen;
    }
  }

  async function deeds() { // what was done since the question was opened is in it too
    const to = open, answer = to && await get("case", { key: to.key }).catch(() => null);
    if (answer && open === to) put($("#rv-tp-log"), answer.log);
  }

  // A selection → exact offsets. Every [data-s] holds exactly the document's characters from there on; offsets count
  // code points, as Python does, not the units of a script's strings.

  function offsets(range, box) {
    const held = $$("[data-s]", box).filter(one => range.intersectsNode(one) && one.textContent);
    if (!held.length) return null;
    const first = held[0], last = held.at(-1), before = window.dafu.charactersBefore;
    const start = Number(first.dataset.s) + (first.contains(range.startContainer) ? before(first, range.startContainer, range.startOffset) : 0);
    const end = Number(last.dataset.s) + (last.contains(range.endContainer) ? before(last, range.endContainer, range.endOffset) : [...last.textContent].length);
    return end > start ? [start, end] : null;
  }
  function selection() {
    const now = getSelection();
    if (!now.rangeCount || now.isCollapsed) return null;
    const range = now.getRangeAt(0);
    const node = range.commonAncestorContainer;
    const box = (node.nodeType === 1 ? node : node.parentElement).closest(".pick");
    const found = box && offsets(range, box);
    return found && { doc: box.dataset.doc, v: box.dataset.v, from: found[0], to: found[1], words: shownWords(range), range };
  }
  function shownWords(range) { // as it is read: without the line breaks of the export
    const piece = range.cloneContents();
    for (const one of $$(".x, .n", piece)) one.remove();
    return piece.textContent.replace(/\s*\n\s*/g, "").trim();
  }
  const STOPS = "。！？；\n";
  function sentence(node, at) { // a click takes the sentence
    const one = (node.nodeType === 1 ? node : node.parentElement).closest(".pick [data-s]");
    if (!one) return;
    const words = [...one.textContent];
    let start = window.dafu.charactersBefore(one, node, at), end = start;
    while (start > 0 && !STOPS.includes(words[start - 1])) start -= 1;
    while (end < words.length && !STOPS.includes(words[end])) end += 1;
    const range = window.dafu.between([[0, one]], start, Math.min(end + 1, words.length));
    getSelection().removeAllRanges();
    if (range) getSelection().addRange(range);
  }
  function wholeParagraph(one) {
    getSelection().selectAllChildren(one);
    showBar();
    $("#rv-bar button")?.focus();
  }

  let chosen = null; // the selection that the bar stands beside
  function showBar() {
    const area = $("#rv-text"), box = $("#rv-bar");
    chosen = area && !area.readOnly ? selection() : null;
    box.hidden = !chosen;
    if (!chosen) return;
    const around = [...chosen.range.getClientRects()].at(-1) || chosen.range.getBoundingClientRect();
    box.style.left = `${Math.max(8, Math.min(around.left, innerWidth - box.offsetWidth - 8))}px`;
    box.style.top = `${Math.min(around.bottom + 6, innerHeight - box.offsetHeight - 8)}px`;
  }
  function hideBar() { chosen = null; $("#rv-bar").hidden = true; }

  // A citation → its number in the text

  function cite(place, words = "") {
    const area = $("#rv-text");
    if (!open || !area || area.readOnly) return;
    const slice = [place.doc, place.v, Number(place.from), Number(place.to)];
    let number = open.citations.findIndex(one => one.every((value, n) => value === slice[n])) + 1;
    if (!number) number = open.citations.push(slice);
    if (words) insert(sentenceEnd(area, true), `${separator(area)}${/[。！？!?]$/.test(words) ? words : `${words}。`}[${number}]`);
    else {
      const at = sentenceEnd(area, false);
      const marks = area.value.slice(0, at).match(/(?:\[\d+\])*$/)[0];
      if (!marks.includes(`[${number}]`)) insert(at, `[${number}]`);
    }
    hideBar();
    getSelection().removeAllRanges();
    typed();
    save();
  }
  const separator = area => { const before = area.value.slice(0, sentenceEnd(area, true)); return before && !before.endsWith("\n") ? "\n" : ""; };
  function sentenceEnd(area, whole) { // the end of the sentence at the cursor, behind its marks; of its line for a new one
    const text = area.value;
    let at = Math.min(caret ?? text.length, text.length);
    if (whole) { while (at < text.length && text[at] !== "\n") at += 1; return at; }
    const ended = at > 0 && /[。！？!?；;\]]/.test(text[at - 1]);
    if (!ended) while (at < text.length && !/[。！？!?；;\n]/.test(text[at])) at += 1;
    if (!ended && at < text.length && text[at] !== "\n") at += 1;
    const marks = text.slice(at).match(/^(?:\[\d+\])+/);
    return at + (marks ? marks[0].length : 0);
  }
  function insert(at, words) {
    const area = $("#rv-text");
    area.focus({ preventScroll: true });
    area.setSelectionRange(at, at);
    if (!document.execCommand("insertText", false, words)) area.setRangeText(words, at, at, "end"); // the first can be undone
    caret = area.selectionEnd;
  }
  function uncite(number) {
    const area = $("#rv-text");
    if (!open || !area || area.readOnly) return;
    open.citations.splice(number - 1, 1);
    area.value = area.value.replace(/\[(\d+)\]/g, (mark, n) => Number(n) === number ? "" : Number(n) > number ? `[${n - 1}]` : mark);
    typed();
    save();
  }
  function toSentence(button) { // offsets in code points → units of the field
    const area = $("#rv-text"), points = [...area.value];
    const units = n => points.slice(0, n).join("").length;
    area.focus();
    area.setSelectionRange(units(Number(button.dataset.from)), units(Number(button.dataset.to)));
    caret = area.selectionEnd;
  }

  // Others

  async function look() {
    if (document.hidden) return;
    list();
    const to = open;
    if (!to) return;
    const answer = await get("here", { key: to.key, review: to.review }).catch(() => null);
    if (!answer || open !== to) return;
    const place = $("#rv-case .here");
    if (place && place.outerHTML !== answer.here) { place.outerHTML = answer.here; window.dafu.updated($("#rv-case")); }
    if (to.review && answer.revision > to.revision && !dirty && !acting && !$("#rv-case .news .newer")) {
      const button = make("button", { type: "button", class: "btn sm", "data-do": "reload" }, told("rv.theirs"));
      news(make("div", { class: "newer" }, told("rv.newer", answer.who || "—"), " ", button), "bad");
    }
  }

  const actions = {
    open: one => pick(one.dataset.key),
    filter: one => { wanted.which = one.dataset.which; list(); },
    act, close: one => one.closest("dialog").close(), ask: one => ask(one, true), unask: one => ask(one, false),
    polite: one => { open.courtesies.push(one.dataset.said); typed(); save(); },
    unpolite: one => { open.courtesies = open.courtesies.filter(said => said !== one.dataset.said); typed(); save(); },
    preview, source, cite: one => cite(one.dataset), uncite: one => uncite(Number(one.dataset.n)),
    citesel: () => chosen && cite(chosen), citein: () => chosen && cite(chosen, chosen.words),
    show: one => $(`#rv-q${one.dataset.n}`)?.scrollIntoView({ block: "nearest" }),
    at: toSentence, hits: hideSource, tab: one => { tab(one.dataset.tab); if (one.dataset.tab === "log") deeds(); }, back,
    over: () => { dirty = true; save(true); }, theirs, reload: () => open && pick(open.key, { quiet: true }),
  };

  function wire() {
    const page = $("#review");
    page.addEventListener("click", event => {
      const button = event.target.closest("[data-do]");
      if (button && actions[button.dataset.do] && button.tagName === "BUTTON") { event.preventDefault(); actions[button.dataset.do](button); return; }
      if (event.target.closest(".pick [data-s]") && getSelection().isCollapsed) {
        const now = getSelection();
        if (now.anchorNode) { sentence(now.anchorNode, now.anchorOffset); showBar(); }
      }
    });
    page.addEventListener("input", event => {
      if (event.target.matches("#rv-text, #rv-question")) typed();
      if (event.target.id === "rv-find") { reading = false; $("#rv-hits").ariaBusy = "true"; clearTimeout(looking_soon); looking_soon = setTimeout(find, 350); }
      if (event.target.id === "rv-owner") assign();
      if (event.target.id === "rv-order") { wanted.order = event.target.value; list(); }
    });
    page.addEventListener("change", event => { if (event.target.id === "rv-due") assign(); });
    page.addEventListener("submit", event => event.preventDefault());
    document.addEventListener("selectionchange", () => {
      const area = $("#rv-text");
      if (area && document.activeElement === area) { caret = area.selectionEnd; return; }
      if (!document.activeElement?.closest?.("#rv-bar")) clearTimeout(barSoon), barSoon = setTimeout(showBar, 120);
    });
    document.addEventListener("keydown", keys);
    document.addEventListener("visibilitychange", () => { if (document.hidden && dirty) save(); });
    addEventListener("pagehide", () => navigator.sendBeacon?.(`${BASE}/gone`));
    addEventListener("hashchange", opened);
    setInterval(look, LOOK);
  }
  let looking_soon = 0, barSoon = 0;
  function keys(event) {
    if (event.key === "Escape") { hideBar(); getSelection().removeAllRanges(); return; }
    const inField = event.target.matches?.("input, textarea, select");
    if (event.key === "/" && !inField) { event.preventDefault(); tab("find"); $("#rv-find").focus(); return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "rv-text") { event.preventDefault(); $("#rv-case .acts > .pri")?.click(); return; }
    if (event.key === "Enter" && event.target.matches?.(".pick [data-s]")) { event.preventDefault(); wholeParagraph(event.target); return; }
    if (/^Arrow(Down|Up)$/.test(event.key) && event.target.matches?.(".ql button")) {
      event.preventDefault();
      const rows = $$(".ql button"), at = rows.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      rows[at]?.focus();
    }
    if (/^Arrow(Left|Right)$/.test(event.key) && event.target.matches?.("[role=tab]")) { const other = $$("#rv-side [role=tab]").find(one => one !== event.target); tab(other.dataset.tab); other.focus(); }
  }
  const opened = () => { const key = location.hash.match(/^#q=(.+)$/)?.[1]; if (key && decodeURIComponent(key) !== open?.key) pick(decodeURIComponent(key)); };

  window.dafuReview = {
    look,
    start() {
      wire();
      tab("find");
      list().then(opened);
    },
  };
})();
