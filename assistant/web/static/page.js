// The page's behaviour: language, theme and text size, asking and stopping, citations, the source viewer.
// Python renders every text and owns every state but these; one delegated listener survives each re-rendering.
(() => {
  if (window.dafu) return;
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const root = document.documentElement;
  const kept = (key, value) => {
    try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value); } catch { return null; }
  };

  async function got(address, options) { // an answer; what is refused is an error by its status
    const answer = await fetch(address, options);
    if (!answer.ok) throw new Error(answer.status);
    return answer;
  }
  // How many characters, as Python counts them, stand in an element before a place in it
  function charactersBefore(element, node, at) {
    const before = document.createRange();
    before.selectNodeContents(element);
    before.setEnd(node, at);
    return [...before.toString()].length;
  }

  // Language, theme, size

  const texts = JSON.parse($("#texts")?.textContent || "{}"); // of each language, by key
  let language = texts[kept("dafu-language")] ? kept("dafu-language") : preferred();
  function preferred() {
    const wanted = navigator.languages?.[0] || "zh-CN";
    if (/^zh/i.test(wanted)) return /hant|-(hk|mo|tw)/i.test(wanted) ? "zh-Hant" : "zh-Hans";
    const ours = Object.keys(texts).find(one => one.toLowerCase().split("-")[0] === wanted.toLowerCase().split("-")[0]);
    if (ours && ours !== "en") return ours;
    return ours && !navigator.languages?.some(one => /^zh/i.test(one)) ? ours : "zh-Hans";
  }
  const say = (key, ...values) =>
    (texts[language]?.[key] ?? "").replace(/\{(\d)\}/g, (_, n) => values[n] ?? "");

  function translate(within = document) {
    for (const node of $$("[data-i]", within)) {
      const told = say(node.dataset.i, ...JSON.parse(node.dataset.a || "[]"));
      if (node.textContent !== told) node.textContent = told;
      node.lang = language;
    }
    for (const node of $$("[data-ia]", within)) {
      const at = node.dataset.ia.lastIndexOf(":");
      const values = JSON.parse(node.dataset.iaA || "[]");
      node.setAttribute(node.dataset.ia.slice(0, at), say(node.dataset.ia.slice(at + 1), ...values));
    }
    for (const node of $$("[data-ip]", within)) node.placeholder = say(node.dataset.ip);
    const page = $(".pages [aria-current]")?.dataset.i, title = page && page !== "nav.ask" ? say("title.of", say(page)) : say("title");
    document.title = document.title.replace(/^(\(\d+\) )?.*$/, (_, unread) => (unread || "") + title);
  }
  function setLanguage(code) {
    language = code;
    kept("dafu-language", code);
    root.lang = code;
    translate();
    mark("lang", code);
    scoped();
  }
  function setSize(size) { kept("dafu-size", size); root.dataset.size = size; mark("size", size); }
  function setTheme(theme) { root.dataset.theme = theme; document.body?.classList.toggle("dark", theme === "dark"); }
  function mark(name, value) {
    for (const button of $$(`button[data-${name}]`)) button.setAttribute("aria-pressed", button.dataset[name] === value);
  }
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const chosenTheme = () => kept("dafu-theme") || (systemDark.matches ? "dark" : "light");
  systemDark.addEventListener("change", () => setTheme(chosenTheme()));
  root.lang = language;
  root.dataset.size = kept("dafu-size") || "std";
  setTheme(chosenTheme());

  // What the page's parts tell

  let trigger = () => {};
  let by = ""; // the last event that a person caused
  let turn = 0; // whose evidence is shown
  const liveTurn = () => $("#live .turn");
  const busy = () => /^(search|read|compose|check)$/.test(liveTurn()?.dataset.state || "") || waiting;
  let waiting = false; // a question was sent and its first view has not come yet
  let seen = ""; // the newest turn that was scrolled to

  function updated(element) {
    root.lang = language; // Gradio goes by the browser when it starts, and by the system for the theme
    setTheme(chosenTheme());
    translate(element);
    mark("lang", language);
    mark("size", root.dataset.size);
    const part = element.closest("#live, #past, #cards, #cards-now, #conversations, #told");
    if (part?.id === "live") liveChanged();
    if (/^cards/.test(part?.id)) { showTurn(turn); if (wanted) requestAnimationFrame(reopen); }
    if (part?.id === "conversations") listChanged();
    if (part?.id === "told") told();
  }
  function listChanged() { // the address names the open conversation, so that a reload finds it again
    const open = $(".side")?.dataset.open ?? null;
    if (open === null) return;
    const mine = inConversation().map(([id]) => id); // files of another conversation cannot be asked here
    for (const id of [...scope.keys()]) if (/^given\/[0-9a-f]{16}\//.test(id) && !mine.includes(id)) scope.delete(id);
    scoped();
    address();
    news();
    if ($("#find")) { $("#find").value = sought; seek(); }
    if ($(".side .unread [aria-current]") && atRest() && !$(".form:not([hidden])")) turnTo("open", { conversation: open });
  }
  // The address names the open conversation and the citation whose source is open, so that a reload finds both again
  let source = ""; // of the open source: turn, dot, number
  let wanted = location.hash.match(/&s=(\d+\.\d+)$/)?.[1] || ""; // by the address that the page was opened with
  function address() {
    const open = $(".side")?.dataset.open;
    if (open === undefined) return;
    const place = open && (source || wanted) ? `&s=${source || wanted}` : "";
    history.replaceState(history.state, "", location.pathname + (open ? `#c=${open}${place}` : ""));
  }
  const byQuery = () => { const open = $(".side")?.dataset.open; return open ? `/?c=${open}` : "/"; }; // signing in keeps no fragment
  function reopen() {
    const [t, n] = wanted.split(".");
    const card = wanted && document.getElementById(`e${t}-${n}`);
    if (!card) return;
    wanted = "";
    showTurn(t);
    if (phone()) { back = $(`.body .cite[data-t="${t}"][data-n="${n}"]`); openSheet(); }
    openSource(card);
  }
  // What staff have answered and is not read: a badge on the drawer's button, and on the first page the way there
  let newest = 0; // so many of them stood there when the first page was last made
  function news() {
    const unread = $$(".side .unread").length, button = $("#mside");
    if (button) {
      button.dataset.n = unread || "";
      if (unread) button.setAttribute("aria-description", say("human.badge", unread)); else button.removeAttribute("aria-description");
    }
    document.title = (unread ? `(${unread}) ` : "") + say("title");
    if (unread === newest || !$("#live .empty:not(.given)") || !atRest() || stands !== turned) return;
    newest = unread;
    if ($$(".news li").length !== unread) turnTo("new");
  }
  function told() { // one line for the person, such as that staff have answered
    arrived(Number($("#told [data-step]")?.dataset.step || 0));
    const read = $("#told [data-gave]");
    if (read) {
      gave?.(read.dataset.id || "");
      gave = null;
      if (read.dataset.gave === "no") { complain(read.textContent); return; }
    }
    const line = $("#told [data-i]");
    if (!line) return;
    if (line.dataset.i === "err.held" && waiting) { // the question was not taken: it goes back into the box
      waiting = false;
      setBusy();
      if (!$("#ask").value) $("#ask").value = asked;
    }
    toast(line.cloneNode(true), $("#told [data-do]")?.cloneNode(true));
    if (line.dataset.i === "human.new") requestAnimationFrame(() => $$(".human").at(-1)?.scrollIntoView({ block: "center" }));
  }
  // Gradio cancels what is triggered while the page is on its way to another conversation, so a question waits for it
  let turned = 1; // changes of conversation that were asked for; the first is that the page opens
  let stands = 0; // the newest of them whose view stands there
  let waits = null; // the question
  let begun = false; // whether the first view stands there
  function turnTo(event, data = {}) {
    if (waits && !$("#ask").value) $("#ask").value = asked; // it was for the conversation that is being left
    waits = null;
    gave?.(null);
    gave = null;
    const step = turned += 1;
    trigger(event, { ...data, step });
    setTimeout(() => arrived(step), 4_000); // a view that got lost must not keep a question
  }
  function onceThere(act) { if (stands === turned) act(); else waits = act; }
  function arrived(step) {
    stands = Math.max(stands, step);
    if (stands !== turned || !waits) return;
    setTimeout(waits); // once Gradio is done with the view
    waits = null;
  }
  let sought = "";
  function seek() {
    sought = $("#find").value;
    const words = sought.trim().toLowerCase();
    for (const row of $$(".side .entry")) row.hidden = Boolean(words) && !$(".ct", row).textContent.toLowerCase().includes(words);
    for (const list of $$(".side ul")) list.previousElementSibling.hidden = !$(".entry:not([hidden])", list);
  }
  let halted = {}; // the answer that was stopped: a step of it that was on its way may still come after that view
  function liveChanged() {
    const now = liveTurn();
    if (now?.dataset.state === "stopped") halted = { id: now.dataset.id, html: now.innerHTML };
    else if (now && now.dataset.id === halted.id && busy()) { now.dataset.state = "stopped"; now.innerHTML = halted.html; }
    begun ||= Boolean(now || $("#live .empty"));
    waiting = false;
    const number = Number(now?.dataset.t || 0);
    if (!now) { turn = 0; seen = ""; showTurn(0); showCards(); $("#thread").scrollTop = 0; }
    else if (now.dataset.id !== seen) { seen = now.dataset.id; turn = number; showCards(); showTurn(turn); toTurn(now); }
    setBusy();
    announce(now);
  }
  function toTurn(article) {
    const thread = $("#thread");
    requestAnimationFrame(() => { thread.scrollTop += article.getBoundingClientRect().top - thread.getBoundingClientRect().top; });
  }
  function setBusy() {
    const on = Boolean(busy());
    $("#composer")?.classList.toggle("busy", on);
    if (!on) { const stuck = $("#live .turn[data-state=search] .strip"); stuck?.remove(); }
  }
  let announced = "";
  function announce(article) {
    const state = article?.dataset.state;
    const key = { search: "st.searching", read: "st.reading", compose: "st.writing", check: "st.checking" }[state];
    const told = article ? `${article.id}${state}` : "";
    if (told === announced || !$("#heard")) return;
    announced = told;
    $("#heard").textContent = key ? say(key) : $(".vline", article || document)?.textContent || "";
  }

  // Asking

  function ask(question) {
    const text = (question ?? $("#ask").value).trim();
    if (busy()) return;
    if (giving) { complain(say("gv.reading", giving)); eager = true; return; } // it stays in the box until then
    if (!text) { complain(say("err.empty")); return; }
    const longest = $("#ask").maxLength - 1;
    if (text.length > longest) { complain(say("err.long", longest)); return; }
    complain("");
    if (question === undefined || $("#ask").value.trim() === text) $("#ask").value = "";
    asked = text;
    begin("ask", { question: text, within: [...scope] });
  }
  // The documents that alone are asked, by id with their titles, until the page is left or all are asked again

  const scope = new Map(JSON.parse(sessionStorage.getItem("dafu-scope") || "[]"));
  function scoped() {
    sessionStorage.setItem("dafu-scope", JSON.stringify([...scope]));
    const list = $("#scope-list");
    if (!list) return;
    const chips = [...scope].slice(0, 3).map(([id, title]) => make("li", {}, make("span", { lang: "zh-Hans" }, title),
      make("button", { type: "button", class: "ib", "data-drop": id, "aria-label": say("sc.drop", title) }, "×")));
    if (scope.size > 3) chips.push(make("li", { class: "rest" }, say("sc.more.n", scope.size)));
    list.replaceChildren(...(scope.size ? [make("li", { class: "lab" }, say("sc.only"))] : []), ...chips);
    $("#scope-all").hidden = !scope.size;
    $("#scope").classList.toggle("on", scope.size > 0);
    given();
  }

  // Files that are dropped into the chat or chosen: each is read for the open conversation alone

  let giving = ""; // the name of the file in hand
  const atRest = () => !busy() && !giving; // the page may open a conversation by itself: that ends what is under way
  let eager = false; // a question waits for it
  let gave = null; // goes on once it was read or refused
  const files = new Map(); // those of this visit by the id that each got there: staff may keep them
  const inConversation = () => JSON.parse($(".side")?.dataset.given || "[]");
  function given() {
    const staff = $(".side")?.dataset.staff, alone = scope.size === 1;
    const chips = inConversation().map(([id, title]) => make("li", {}, make("span", { lang: "zh-Hans", title }, title),
      ...(alone && scope.has(id) ? [] : [make("button", { type: "button", class: "lnk", "data-only": id }, say("gv.only"))]),
      ...(staff ? [make("button", { type: "button", class: "lnk", "data-shelve": id }, say("gv.keep"))] : []),
      make("button", { type: "button", class: "ib", "data-ungive": id, "aria-label": say("gv.remove", title) }, "×")));
    if (giving) chips.push(make("li", { class: "rest" }, say("gv.reading", giving)));
    $("#given-list").replaceChildren(...chips);
  }
  async function upload(file) { // the name under which the server has it
    const response = await fetch("/ui/upload", { method: "POST", body: file });
    if (response.status === 413) throw new Error(say("file.size", $("#give-files")?.dataset.most));
    if (!response.ok) throw new Error(say(response.status === 429 ? "gv.day" : "dc.broken"));
    return (await response.json()).path;
  }
  async function give(list) {
    if (giving || busy()) { complain(say("gv.wait")); return; }
    complain("");
    const taken = new Set(), here = turned;
    for (const file of list) {
      giving = file.name;
      given();
      try {
        const token = await upload(file);
        if (turned !== here) throw new Error(say("dc.broken")); // it is for the conversation that was left
        const id = await new Promise(done => { gave = done; onceThere(() => trigger("give", { token, name: file.name })); setTimeout(done, 180_000, ""); });
        if (id === null) break; // another conversation was opened
        if (id) { files.set(id, file); taken.add(file); }
      } catch (error) { complain(error instanceof TypeError ? say("dc.broken") : error.message); }
    }
    giving = "";
    given();
    const all = eager && list.every(file => taken.has(file));
    eager = false;
    if (all) ask();
  }
  let keeping = false; // the file to be chosen is one to be kept
  function shelve(id) {
    if (files.has(id)) { take(files.get(id)); return; }
    toast(say("gv.again")); // after a reload the server has its text alone
    keeping = true;
    $("#give-files").click();
  }
  async function take(file) { // on the page of documents it is asked what the file is
    try { location.href = `/documents/#take=${await upload(file)}&name=${encodeURIComponent(file.name)}`; }
    catch (error) { complain(error instanceof TypeError ? say("dc.broken") : error.message); }
  }
  const carriesFiles = event => Boolean($("#give")) && [...(event.dataTransfer?.types || [])].includes("Files");
  for (const name of ["dragenter", "dragover"]) document.addEventListener(name, event => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    $("#chat").dataset.drop = say("gv.drop");
  });
  document.addEventListener("dragleave", event => { if (!event.relatedTarget) delete $("#chat")?.dataset.drop; });
  document.addEventListener("drop", event => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    delete $("#chat").dataset.drop;
    give([...event.dataTransfer.files]);
  });
  function choose() {
    $("#shelf")?.remove();
    const done = make("button", { type: "button", class: "btn pri" }), inner = make("div", { class: "listed" });
    const box = make("dialog", { id: "shelf", "aria-label": say("sc.h") }, make("h2", {}, say("sc.h")), inner, make("p", { class: "bar" }, done));
    const ticked = () => { done.textContent = say("sc.done", scope.size); for (const one of $$("[type=checkbox]", inner)) one.checked = scope.has(one.value); };
    const load = async form => {
      const query = form ? new URLSearchParams(new FormData(form)) : "";
      try {
        const text = await (await got(`/ui/shelf?${query}`)).text();
        const typed = $("input[type=search]", inner), at = document.activeElement === typed && typed ? typed.selectionStart : -1;
        inner.innerHTML = text;
        translate(inner);
        ticked();
        if (at >= 0) { const field = $("input[type=search]", inner); field.focus(); field.setSelectionRange(at, at); }
      } catch { box.close(); complain(say("err.net")); }
    };
    let pause = 0;
    inner.addEventListener("input", event => {
      if (event.target.type === "checkbox") {
        if (event.target.checked) scope.set(event.target.value, event.target.dataset.title); else scope.delete(event.target.value);
        ticked();
      } else { clearTimeout(pause); pause = setTimeout(() => load(event.target.form), 250); }
    });
    inner.addEventListener("submit", event => { event.preventDefault(); load(event.target); });
    inner.addEventListener("click", event => {
      const take = event.target.closest("[data-take]");
      if (take) { for (const [id, title] of JSON.parse(take.dataset.take)) scope.set(id, title); ticked(); }
    });
    done.addEventListener("click", () => box.close());
    box.addEventListener("close", () => { box.remove(); scoped(); $("#scope-choose").focus(); });
    $("#app").append(box);
    box.showModal();
    load();
  }
  function begin(event, data) {
    halted = {};
    waiting = true;
    setBusy();
    closeAll();
    onceThere(() => { waiting = true; setBusy(); trigger(event, data); pulse(); }); // again: the view it waited for took both back
  }
  let asked = "";
  async function there() { // whether the server is: "yes", "no", or "session" where one has to sign in anew
    try {
      const answer = await fetch("/ui/status");
      return answer.status === 401 || answer.redirected ? "session" : answer.ok ? "yes" : "no";
    } catch { return "no"; }
  }
  async function pulse() { // a server that is gone says nothing: while an answer is awaited, see that it is there
    const state = await there();
    if (state !== "yes") failed(state); else if (busy()) setTimeout(pulse, 3000);
  }
  function failed(told) {
    const article = liveTurn(), full = /busy|queue|full/i.test(told);
    gave?.("");
    gave = null;
    if (full && !begun) return; // the first view is asked for until it comes
    if (!busy()) {
      if (full && by) toast(say("err.full"));
      by = "";
      return;
    }
    by = "";
    waiting = false;
    if (article) { article.dataset.state = "failed"; $(".stripbox", article)?.replaceChildren(); }
    setBusy();
    complain(say(told === "session" ? "err.session" : full ? "err.busy" : "err.net"));
    if (!$("#ask").value) $("#ask").value = asked;
    if (told === "session") { sessionStorage.setItem("dafu-draft", $("#ask").value); setTimeout(() => location.replace(byQuery()), 3000); }
  }
  // Gradio tells of a lost connection, a full queue and a fault by a note of its own, in English; ours takes its place.
  new MutationObserver(changes => {
    for (const node of changes.flatMap(change => [...change.addedNodes])) {
      const note = node.nodeType === 1 && (node.matches(".toast-body") ? node : $(".toast-body", node));
      if (!note) continue;
      failed(note.textContent);
      $("button", note)?.click();
    }
  }).observe(root, { childList: true, subtree: true });
  // While such a note stands there, though unseen, Gradio makes no second one: a full queue is seen in its answer too.
  new PerformanceObserver(list => {
    if (list.getEntries().some(one => one.responseStatus === 503 && one.name.includes("/queue/join"))) failed("full");
  }).observe({ type: "resource" });
  function complain(text) {
    const place = $("#err");
    place.textContent = text;
    place.hidden = !text;
    if (text) $("#ask").focus();
  }
  function toast(told, undo) { // above the question box, whose controls stay in reach
    $(".toast")?.remove();
    const note = make("div", { class: "toast", role: "status" }, told, ...(undo ? [undo] : []));
    const box = $("#ask-box")?.getBoundingClientRect();
    if (box) note.style.bottom = `${innerHeight - box.top + 8}px`;
    document.body.append(note);
    setTimeout(() => note.remove(), undo ? 12_000 : Math.max(2_600, note.textContent.length * 180));
  }
  function make(tag, attributes, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  }

  // Evidence

  const phone = () => matchMedia("(max-width: 760px)").matches;
  function showTurn(number) {
    turn = Number(number);
    let count = 0;
    for (const set of $$(".evset")) {
      const on = Number(set.dataset.t) === turn;
      set.classList.toggle("shown", on);
      if (on) count = Number(set.dataset.count);
    }
    const button = $("#mev");
    if (button) { button.hidden = !count; $(".count", button).textContent = count; }
  }
  function focusCard(number, n) {
    showTurn(number);
    for (const lit of $$(".evq.on")) lit.classList.remove("on");
    const card = document.getElementById(`e${number}-${n}`);
    if (!card) return;
    card.classList.add("on");
    const pane = $("#evid");
    pane.scrollTop += card.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight * 0.28;
  }
  function lit(chip) {
    for (const one of $$(".cite.on")) one.classList.remove("on");
    if (chip) for (const one of $$(`.cite[data-t="${chip.dataset.t}"][data-n="${chip.dataset.n}"]`)) one.classList.add("on");
  }

  // The source viewer

  let sequence = []; // the quotes of the shown turn in the open document, in order of their numbers
  let at = 0;
  let back = null; // where the focus returns to from the drawer and the sheet
  let reader = null; // where it returns to from the source
  let read = 0; // sources opened so far: one that comes late must not take the place of the next
  async function openSource(place, opener = place) {
    const { doc, v, t } = place.dataset;
    const turned = read += 1;
    opened = { document: doc, v };
    unfind();
    reader = opener;
    const cards = $$(`.evset[data-t="${t}"] .evq[data-n]`).filter(card => card.dataset.doc === doc);
    sequence = cards.map(card => card.dataset);
    at = sequence.findIndex(quote => quote.s === place.dataset.s && quote.e === place.dataset.e);
    if (at < 0) { sequence = [place.dataset]; at = 0; }
    const query = new URLSearchParams({ document: doc, v });
    for (const quote of sequence) query.append("q", `${quote.s}-${quote.e}`);
    const view = viewer();
    view.replaceChildren(make("p", { class: "evnone" }, say("wait")));
    showSource();
    try {
      const response = await fetch(`/ui/source?${query}`);
      if (!response.ok && response.status !== 404) throw new Error(response.statusText); // that it is gone is said there
      const text = await response.text();
      if (turned !== read) return;
      view.innerHTML = text;
      translate(view);
      outlined();
    } catch {
      if (turned !== read) return;
      view.replaceChildren(make("p", { class: "notice" }, say("err.load")));
    }
    const mark = toQuote() || view;
    mark.tabIndex = -1;
    focusSoon(mark, 20, { preventScroll: true }); // reading goes on there, Escape leads back
  }
  function closeSource() {
    if (!$("#evid")?.classList.contains("reading")) return false;
    const held = $("#evid").contains(document.activeElement), opener = anew(reader), quote = sequence[at];
    showCards();
    if (quote?.n) focusCard(quote.t, quote.n);
    if (held) focusSoon(opener?.isConnected ? opener : $("#ph0 h2"));
    return true;
  }
  function anew(button) { // an answer that was rendered anew has another button for the same citation
    if (!button || button.isConnected || !button.matches(".cite")) return button;
    return $(`.cite[data-t="${button.dataset.t}"][data-n="${button.dataset.n}"]`);
  }
  function viewer() {
    if (!$("#srcview")) {
      $("#viewer").append(make("div", { id: "srcview", tabindex: "-1", role: "region", "data-ia": "aria-label:src" }));
      translate($("#viewer"));
    }
    return $("#srcview");
  }
  function toQuote() {
    const view = viewer();
    for (const one of $$("mark.cur", view)) one.classList.remove("cur");
    for (const one of $$(".para.hit", view)) one.classList.remove("hit");
    const marks = $$(`mark[data-q~="${at}"]`, view);
    for (const one of marks) { one.classList.add("cur"); one.closest(".para")?.classList.add("hit"); }
    $("#stepper").style.visibility = sequence.length > 1 ? "visible" : "hidden";
    $("#qat").dataset.i = "ev.at";
    $("#qat").dataset.a = JSON.stringify([at + 1, sequence.length]);
    translate($("#ph1"));
    const pane = $("#evid");
    pane.scrollTop = marks.length ? pane.scrollTop + marks[0].getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight * 0.33 : 0;
    const quote = sequence[at];
    source = quote?.n ? `${quote.t}.${quote.n}` : "";
    address();
    if (quote?.n) lit($(`.body .cite[data-t="${quote.t}"][data-n="${quote.n}"]`) || { dataset: quote });
    return marks[0];
  }
  function showSource() { $("#evid").classList.add("reading"); $("#viewer").classList.add("open"); $("#ph0").hidden = true; $("#ph1").hidden = $("#ph2").hidden = false; }
  function showCards() {
    if (!$("#ph0")) return;
    read += 1;
    source = "";
    address();
    $("#evid").classList.remove("reading"); $("#viewer").classList.remove("open"); $("#ph0").hidden = false; $("#ph1").hidden = $("#ph2").hidden = true;
    widen(false);
    unfind();
  }
  // The open document as a reader has it: outline, finding words, all of the window, screen by screen, paper

  let opened = {}; // the document and its version
  const isWide = () => Boolean($("#app")?.classList.contains("wide"));
  function outlined() { // stays in view above the text
    const toc = $(".toc", viewer());
    $("#rtoc").replaceChildren(...(toc ? [toc] : []));
    if (toc) { toc.open = isWide() && !narrow(); here(); }
  }
  const narrow = () => matchMedia("(max-width: 1179px)").matches;
  function goTo(link) {
    const list = link.closest(".toc"), place = document.getElementById(`at${link.dataset.go}`);
    if (!place) return;
    if (!isWide() || narrow()) list.open = false;
    place.scrollIntoView({ block: "start" });
    place.tabIndex = -1;
    place.focus({ preventScroll: true });
  }
  function here() { // which part of the outline is being read
    const pane = $("#evid"), atEnd = pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;
    const links = $$("#rtoc [data-go]"), edge = atEnd ? innerHeight - 40 : $("#pane-head").getBoundingClientRect().bottom + 24; // the last parts cannot come to the top
    const now = links.filter(one => document.getElementById(`at${one.dataset.go}`)?.getBoundingClientRect().top <= edge).at(-1);
    for (const one of links) if (one === now) one.setAttribute("aria-current", "true"); else one.removeAttribute("aria-current");
    if (isWide() && now) { // the list follows, the page does not
      const box = now.closest("ol"), top = now.offsetTop - box.clientHeight / 2;
      if (Math.abs(box.scrollTop - top) > box.clientHeight / 3) box.scrollTop = top;
    }
    const step = screenful();
    const pages = Math.max(1, Math.ceil((pane.scrollHeight - pane.clientHeight) / step) + 1);
    const page = atEnd ? pages : Math.min(pages, Math.floor(pane.scrollTop / step + 0.02) + 1);
    Object.assign($("#pgat").dataset, { i: "src.pg.at", a: JSON.stringify([page, pages]) });
    translate($("#pager"));
    $("#pgprev").disabled = page === 1;
    $("#pgnext").disabled = page === pages;
  }
  const screenful = () => Math.max(80, $("#evid").clientHeight - $("#pane-head").offsetHeight - $("#pager").offsetHeight - 28);
  function widen(on = !isWide()) {
    if (on === isWide()) return;
    const top = $("#pane-head").getBoundingClientRect().bottom;
    const kept = $$(".doc > [id], mark.cur", viewer()).find(one => one.getBoundingClientRect().bottom > top); // what is read stays in view
    $("#app").classList.toggle("wide", on);
    $("#rwide").setAttribute("aria-pressed", on);
    if ($("#rtoc .toc")) $("#rtoc .toc").open = on && !narrow();
    kept?.scrollIntoView({ block: "start" });
    if ($("#evid").classList.contains("reading")) here();
  }
  let matches = [], match = 0, looks = 0;
  function unfind() {
    looks += 1;
    matches = [];
    CSS.highlights?.clear();
    if ($("#rfind")) { $("#rfind").value = ""; $("#rmoves").hidden = true; }
  }
  async function findWords() {
    const words = $("#rfind").value.trim(), turned = looks += 1;
    if (!words) { unfind(); return; }
    let spans;
    try {
      ({ spans } = await (await got(`/ui/find?${new URLSearchParams({ ...opened, words })}`)).json());
    } catch { if (turned === looks) toast(say("err.load")); return; }
    if (turned !== looks) return;
    const holders = $$("[data-s]", viewer()).map(node => [Number(node.dataset.s), node]);
    matches = spans.map(span => between(holders, ...span)).filter(Boolean);
    const edge = $("#pane-head").getBoundingClientRect().bottom;
    match = Math.max(0, matches.findIndex(one => one.getBoundingClientRect().top >= edge)); // the first one from here on
    toMatch(0);
  }
  function between(holders, start, end) { // offsets into the document as a range of the page
    const from = spot(holders, start, false), to = spot(holders, end, true);
    if (!from || !to) return null;
    const range = document.createRange();
    range.setStart(...from);
    range.setEnd(...to);
    return range;
  }
  function spot(holders, offset, last) {
    const [start, holder] = holders.findLast(([s]) => (last ? s < offset : s <= offset)) || [];
    if (!holder) return null;
    let rest = offset - start;
    const nodes = document.createTreeWalker(holder, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      const signs = [...node.data];
      if (rest < signs.length || (last && rest === signs.length)) return [node, signs.slice(0, rest).join("").length];
      rest -= signs.length;
    }
    return null;
  }
  function toMatch(by) {
    $("#rmoves").hidden = false;
    $("#rprev").disabled = $("#rnext").disabled = matches.length < 2;
    match = matches.length ? (match + by + matches.length) % matches.length : 0;
    Object.assign($("#rat").dataset, matches.length ? { i: "src.find.n", a: JSON.stringify([match + 1, matches.length]) } : { i: "src.find.none", a: "[]" });
    translate($("#rmoves"));
    if (window.Highlight) {
      CSS.highlights.set("found", new Highlight(...matches));
      CSS.highlights.set("found-now", new Highlight(...matches.slice(match, match + 1)));
    }
    if (!matches.length) return;
    const pane = $("#evid"), box = matches[match].getBoundingClientRect(), head = $("#pane-head").getBoundingClientRect().bottom;
    if (box.top < head + 8 || box.bottom > pane.getBoundingClientRect().bottom - 60) pane.scrollTop += box.top - head - pane.clientHeight * 0.25;
  }
  function paper() {
    root.dataset.print = "source";
    addEventListener("afterprint", () => delete root.dataset.print, { once: true });
    window.print();
  }
  function step(by) { at = (at + by + sequence.length) % sequence.length; toQuote(); }
  function openSheet() {
    if (!phone()) { glow(); return; }
    $("#evid").classList.add("open");
    veil();
    ($("#ph0").hidden ? $("#evback") : $("#ph0 h2")).focus();
  }
  function glow() { // where the evidence stands in view already, the focus and a moment's light lead there
    const head = $("#ph0");
    head.classList.remove("glow");
    void head.offsetWidth; // the light begins anew
    head.classList.add("glow");
    $("h2", head).focus({ preventScroll: true });
  }
  function veil() {
    if ($(".veil")) return;
    const shade = make("div", { class: "veil" });
    shade.addEventListener("click", closeAll);
    $("#app").append(shade);
    $("#chat").inert = $("#mast").inert = true;
  }
  function closeAll() {
    const active = document.activeElement, held = !active || active === document.body || active.closest("#evid, #side");
    if (phone()) widen(false);
    $(".veil")?.remove();
    $("#evid")?.classList.remove("open");
    $("#side")?.classList.remove("open");
    if ($("#chat")) $("#chat").inert = $("#mast").inert = false;
    $("#mside")?.setAttribute("aria-expanded", "false");
    for (const one of $$("details:is(.export,.drop-down)[open]")) { one.open = false; if (one.contains(document.activeElement)) $("summary", one).focus(); }
    for (const form of $$(".form:not([hidden])")) if (form.contains(document.activeElement)) closeForm(form);
    if (held && anew(back)?.isConnected) anew(back).focus();
    back = null;
  }
  // What has just been opened is hidden for a frame or two more, and what is hidden takes no focus
  function focusSoon(element, frames = 20, options = {}) {
    element.focus(options);
    if (document.activeElement !== element && frames) requestAnimationFrame(() => focusSoon(element, frames - 1, options));
  }

  // The card of a number, on hover and on focus

  let timer = 0;
  function showCard(chip) {
    hideCard();
    const place = document.getElementById(`e${chip.dataset.t}-${chip.dataset.n}`);
    if (!place) return;
    const group = place.closest(".ev");
    const metas = $$(":scope > .meta", group).map(one => one.cloneNode(true));
    const where = $(".where", place);
    const card = make("div", { class: "card", role: "tooltip", id: "hovercard" },
      make("h4", {}, $("h3", group).textContent), ...metas,
      make("blockquote", {}, $(".qt mark", place).textContent),
      make("p", { class: "go" }, $(".path", where)?.textContent || "", make("span", {}, say("card.go"))));
    $("#app").append(card);
    chip.setAttribute("aria-describedby", "hovercard");
    const box = chip.getBoundingClientRect();
    card.style.left = `${Math.min(Math.max(12, box.left + box.width / 2 - card.offsetWidth / 2), innerWidth - card.offsetWidth - 12)}px`;
    const below = box.bottom + card.offsetHeight + 14 <= innerHeight;
    const sentence = chip.closest(".claim")?.getBoundingClientRect();
    card.style.top = `${below ? box.bottom + 8 : Math.max(8, (sentence?.top ?? box.top) - card.offsetHeight - 8)}px`;
    chip.closest(".claim")?.classList.add("lit");
  }
  function hideCard() {
    $("#hovercard")?.remove();
    for (const one of $$(".claim.lit")) one.classList.remove("lit");
    for (const one of $$("[aria-describedby=hovercard]")) one.removeAttribute("aria-describedby");
  }

  // Listeners

  const actions = [
    [".cite", chip => {
      clearTimeout(timer);
      hideCard();
      const place = document.getElementById(`e${chip.dataset.t}-${chip.dataset.n}`);
      if (!place) return;
      showTurn(chip.dataset.t);
      lit(chip);
      if (phone() && !chip.closest("#evid")) { back = chip; showCards(); openSheet(); focusCard(chip.dataset.t, chip.dataset.n); }
      else openSource(place, chip);
    }],
    ["[data-do=read]", button => openSource(button)],
    [".showev", button => { back = button; showTurn(button.dataset.t); showCards(); openSheet(); $("#evid").scrollTop = 0; }],
    ["#mev", button => { back = button; openSheet(); }],
    [".evx", () => closeAll()],
    ["#evback", () => {
      const quote = sequence[at];
      if (reader?.closest("#chat")) reader = quote?.n && $(`.evq[data-t="${quote.t}"][data-n="${quote.n}"] .cite`);
      closeSource();
    }],
    ["#qprev", () => step(-1)],
    ["#qnext", () => step(1)],
    ["#rprev", () => toMatch(-1)],
    ["#rnext", () => toMatch(1)],
    ["#rwide", () => widen()],
    ["#rprint", paper],
    ["#pgprev", () => $("#evid").scrollBy({ top: -screenful() })],
    ["#pgnext", () => $("#evid").scrollBy({ top: screenful() })],
    ["#mside", button => { back = button; $("#side").classList.add("open"); button.setAttribute("aria-expanded", "true"); veil(); focusSoon($("#side .new")); }],
    ["[data-lang]", button => setLanguage(button.dataset.lang)],
    ["button[data-size]", button => setSize(button.dataset.size)],
    [".theme", () => { const theme = root.dataset.theme === "dark" ? "light" : "dark"; kept("dafu-theme", theme); setTheme(theme); }],
    ["[data-ask]", button => { if (button.dataset.all) { scope.clear(); scoped(); } ask(button.dataset.ask); }],
    ["#scope-choose", choose],
    ["#scope-all", () => { scope.clear(); scoped(); $("#ask").focus(); }],
    ["[data-drop]", button => { scope.delete(button.dataset.drop); scoped(); $("#scope-choose").focus(); }],
    ["#give", () => { keeping = false; $("#give-files").click(); }],
    ["[data-only]", button => { const id = button.dataset.only, [, title] = inConversation().find(([one]) => one === id); scope.clear(); scope.set(id, title); scoped(); $("#ask").focus(); }],
    ["[data-shelve]", button => shelve(button.dataset.shelve)],
    ["[data-ungive]", button => { if (giving || busy()) complain(say("gv.wait")); else { turnTo("ungive", { document: button.dataset.ungive }); $("#ask").focus(); } }],
    ["[data-do=regive]", button => { $(".toast")?.remove(); turnTo("regive", { document: button.dataset.id }); }],
    ["[data-do=new]", () => { closeAll(); turnTo("new"); $("#ask").focus(); }],
    ["[data-do=more]", () => trigger("more", {})],
    ["[data-do=open]", button => { closeAll(); turnTo("open", { conversation: button.dataset.id }); }],
    ["[data-do=pin]", button => trigger("pin", { conversation: button.dataset.id, on: button.dataset.on })],
    ["[data-do=rename]", button => { const form = $(".renf", button.closest(".manage")); form.hidden = false; $("input", form).select(); }],
    ["[data-do=delete]", button => { turnTo("delete", { conversation: button.dataset.id }); $("#side .new")?.focus(); }],
    ["[data-do=keep]", () => trigger("keep", {})],
    ["[data-do=undelete]", button => { $(".toast")?.remove(); trigger("undelete", { conversation: button.dataset.id }); }],
    [".copy", button => copy(button.dataset.copy, button.dataset.told)],
    ["[data-do=link]", button => {
      button.closest("details").open = false;
      copy(`${location.origin}/ui/answer/${button.dataset.turn}`, "share.copied"); // at once: later the browser would not let it
      trigger("link", { turn: button.dataset.turn, on: "1" });
    }],
    ["[data-do=unlink]", button => { $(".toast")?.remove(); trigger("link", { turn: button.dataset.id, on: "" }); }],
    ["[data-do=print]", button => { button.closest("details").open = false; window.print(); }],
    [".again", button => { if (!busy()) begin("again", { turn: Number(button.dataset.t) }); }],
    [".judge", judge],
    [".unjudge", button => trigger("unjudge", { turn: Number(button.dataset.t) })],
    [".reason", button => button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") !== "true")],
    [".hand", button => openForm($(".handf", button.closest(".handbox")), button)],
    [".unhand", button => trigger("unhand", { turn: Number(button.dataset.t) })],
    [".formx", button => closeForm(button.closest("form"))],
    ["#keys-list", keys],
    [".re", ways],
    [".own", button => { $("#ask").value = $("h2", button.closest(".turn")).textContent; $("#ask").focus(); }],
    [".rwe", button => { const box = button.closest(".rw"); $(".rwv", box).hidden = true; $(".rwf", box).hidden = false; $("input", box).focus(); }],
    [".rwx", button => { const box = button.closest(".rw"); $(".rwv", box).hidden = false; $(".rwf", box).hidden = true; $(".rwe", box).focus(); }],
  ];
  function copy(text, told = "copied") {
    const done = () => toast(say(told));
    const byHand = () => { // a page on http has no clipboard of its own, and a browser may keep it from any page
      const box = make("textarea", { class: "sr" }), before = document.activeElement;
      box.value = text;
      document.body.append(box);
      box.select();
      const copied = document.execCommand("copy");
      box.remove();
      before?.focus();
      if (copied) done(); else toast(say("copy.no"));
    };
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, byHand); else byHand();
  }
  async function ways(button) { // questions near a refused one that have answers: each is tried before it is offered
    const article = button.closest(".turn"), box = $(".ways", article);
    const open = box.hidden;
    box.hidden = !open;
    button.setAttribute("aria-expanded", open);
    if (!open || box.childElementCount) return;
    box.replaceChildren(make("p", { class: "wait", "data-i": "no.ways.wait" }, say("no.ways.wait")));
    let found;
    try {
      found = await (await got(`/ui/ways/${$(".side").dataset.open}/${article.dataset.id}`)).text();
    } catch (error) {
      box.replaceChildren();
      box.hidden = true;
      button.setAttribute("aria-expanded", "false");
      complain(say(error.message === "429" ? "err.yours" : "err.net"));
      return;
    }
    box.innerHTML = found;
    translate(box);
    box.scrollIntoView({ block: "nearest" });
  }
  function judge(button) {
    const { t, verdict } = button.dataset;
    if (button.getAttribute("aria-pressed") === "true") trigger("unjudge", { turn: Number(t) });
    else if (verdict === "up") trigger("judge", { turn: Number(t), verdict });
    else openForm($(".fbf", button.closest(".af")), button);
  }
  let opener = null; // where the focus returns to from a form
  function openForm(form, button) {
    if (!form) { trigger("unjudge", { turn: Number(button.dataset.t) }); return; } // judged otherwise already
    opener = button;
    form.hidden = false;
    button.setAttribute("aria-expanded", "true");
    $("button, textarea", form).focus();
    form.scrollIntoView({ block: "nearest" });
  }
  function closeForm(form) {
    form.hidden = true;
    opener?.setAttribute("aria-expanded", "false");
    if (opener?.isConnected) opener.focus();
    opener = null;
  }
  function send(form) {
    const turn = Number(form.dataset.t), along = $("[name=along]:checked", form)?.value || "this";
    if (form.matches(".handf")) trigger("hand", { turn, along, note: $("textarea", form).value.trim() });
    else trigger("judge", {
      turn, along, verdict: "down", text: $("textarea", form).value.trim(),
      reasons: $$(".reason[aria-pressed=true]", form).map(one => one.dataset.reason),
    });
  }
  document.addEventListener("click", event => {
    for (const one of $$("details:is(.export,.drop-down)[open]")) if (!one.contains(event.target)) one.open = false;
    const listed = $("#rtoc .toc[open]");
    if (listed && !listed.contains(event.target) && (!isWide() || narrow())) listed.open = false;
    const file = event.target.closest("a.file"); // the address of a file is made when it is wanted: language and conversation change
    if (file) { file.href = `/ui/export/${$(".side").dataset.open}.${file.dataset.kind}?lang=${language}${file.dataset.turn ? `&turn=${file.dataset.turn}` : ""}`; file.closest("details").open = false; return; }
    const entry = event.target.closest("[data-go]");
    if (entry) { event.preventDefault(); goTo(entry); return; }
    if (event.target.closest("a[href^='#']")) { event.preventDefault(); $("#ask")?.focus(); return; }
    if (event.target.closest("a, summary")) return;
    const button = event.target.closest("button"); // a control is always one: what only surrounds it does nothing
    const act = button && actions.find(([selector]) => button.matches(selector))?.[1];
    if (act) { act(button); return; }
    const card = event.target.closest(".evq[data-doc]");
    if (card) { if (!getSelection().toString()) openSource(card); return; }
    const article = event.target.closest(".turn");
    if (article && Number(article.dataset.t) !== turn && !getSelection().toString()) showTurn(article.dataset.t);
  });
  document.addEventListener("toggle", event => { // what opens below the edge comes into view
    if (event.target.matches?.(".manage")) { $(".renf", event.target).hidden = true; if (event.target.open) $("button", event.target).focus(); }
    if (event.target.matches?.(".how, .manage") && event.target.open) event.target.scrollIntoView({ block: "nearest" });
    if (event.target.matches?.(".export") && event.target.open) { // and what opens beyond the top or the side, too
      const menu = $(".files", event.target);
      menu.style.translate = "";
      menu.classList.toggle("below", event.target.getBoundingClientRect().top - $("#thread").getBoundingClientRect().top < menu.offsetHeight + 8);
      menu.style.translate = `${Math.min(0, root.clientWidth - 12 - menu.getBoundingClientRect().right)}px`;
      menu.scrollIntoView({ block: "nearest" });
    }
  }, { capture: true });
  document.addEventListener("submit", event => {
    if (event.target.matches(".native")) return;
    event.preventDefault();
    if (event.target.matches(".form")) send(event.target);
    else if (event.target.matches(".renf")) trigger("rename", { conversation: event.target.dataset.id, title: $("input", event.target).value });
    else if (event.target.matches(".rwf")) ask($("input", event.target).value);
    else if (event.target.id === "composer") busy() ? trigger("stop", {}) : ask();
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape") {
      hideCard();
      if ($("dialog[open]")) return; // it closes itself
      const listed = event.target.closest?.(isWide() && !narrow() ? ".manage[open]" : ".toc[open], .manage[open]");
      if (listed) { listed.open = false; $("summary", listed).focus(); return; }
      if (event.target.id === "rfind" && event.target.value) { unfind(); return; }
      if (isWide()) { widen(false); return; }
      const reading = !phone() && (event.target === document.body || event.target.closest?.("#evid"));
      if (!reading || !closeSource()) closeAll();
    }
    if (event.target.id === "ask" && event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (!busy()) ask();
    }
    if (event.target.id === "rfind" && event.key === "Enter" && matches.length) { event.preventDefault(); toMatch(event.shiftKey ? -1 : 1); }
    shortcut(event);
  });
  // Keys: / to the question, Ctrl+K to the conversations, ↑ for the last question, ? for this list
  function shortcut(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && $("#side")) {
      event.preventDefault();
      if (getComputedStyle($("#side")).visibility === "hidden") $("#mside").click();
      focusSoon($("#find") || $("#side .new"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.id === "ask" && event.key === "ArrowUp" && !event.target.value) {
      const last = asked || $$(".turn h2").at(-1)?.textContent;
      if (last) { event.preventDefault(); event.target.value = last; }
    }
    if (typing || !$("#ask")) return;
    if (event.key === "/") { event.preventDefault(); closeAll(); $("#ask").focus(); }
    if (event.key === "?") { event.preventDefault(); keys(); }
  }
  const KEYS = [["/", "key.ask"], ["Ctrl K", "key.find"], ["↑", "key.last"], ["Enter", "key.send"], ["Shift Enter", "key.line"], ["Esc", "key.close"], ["?", "key.list"]];
  function keys() {
    $("#keyboard")?.remove();
    const rows = KEYS.flatMap(([key, told]) => [make("dt", {}, ...key.split(" ").map(one => make("kbd", {}, one))), make("dd", {}, say(told))]);
    const close = make("button", { type: "button", class: "btn sm" }, say("close"));
    const box = make("dialog", { id: "keyboard", "aria-label": say("key.h") }, make("h2", {}, say("key.h")), make("dl", {}, ...rows), close);
    close.addEventListener("click", () => box.close());
    box.addEventListener("close", () => box.remove());
    $("#app").append(box);
    box.showModal();
  }
  document.addEventListener("input", event => {
    if (event.target.id === "give-files") { const chosen = [...event.target.files]; event.target.value = ""; if (keeping) take(chosen[0]); else give(chosen); keeping = false; }
    if (event.target.id === "ask") complain("");
    if (event.target.id === "rfind") { clearTimeout(pausing); pausing = setTimeout(findWords, 200); }
    if (event.target.id === "find") { seek(); if ($("[data-do=more]")) trigger("more", {}); } // all of them are looked through
  });
  document.addEventListener("mouseover", event => {
    const chip = event.target.closest(".body .cite");
    clearTimeout(timer);
    if (chip && !phone()) timer = setTimeout(() => showCard(chip), 120);
    else if (!event.target.closest(".card")) timer = setTimeout(hideCard, 160);
  });
  document.addEventListener("focusin", event => {
    const chip = event.target.closest(".body .cite");
    if (chip?.matches(":focus-visible") && !phone()) showCard(chip); else hideCard();
  });
  let pausing = 0, drawn = 0;
  document.addEventListener("scroll", event => {
    hideCard();
    if (event.target.id !== "evid" || drawn || !event.target.classList.contains("reading")) return;
    drawn = requestAnimationFrame(() => { drawn = 0; here(); });
  }, { capture: true, passive: true });

  // What the server tells: how many documents there are, asked again where they change and when the page is come back to,
  // and how far a language model in preparation is

  let asking = 0;
  async function holdings() {
    clearTimeout(asking);
    if (document.hidden) return;
    let now = null;
    try { now = await (await got("/ui/status")).json(); } catch { return; }
    const place = $("#model"), held = $(".mast .asof"), [key, ...values] = now.model;
    if (place && key) {
      Object.assign(place.dataset, { i: key, a: JSON.stringify(values) });
      translate(place.parentElement);
      asking = setTimeout(holdings, 3000);
    } else if (place) { delete place.dataset.i; place.textContent = ""; }
    if (held) {
      held.dataset.a = JSON.stringify(now.holdings);
      held.parentElement.hidden = !now.holdings[0];
      translate(held.parentElement);
    }
  }
  document.addEventListener("visibilitychange", holdings);
  addEventListener("focus", holdings);

  // First questions are worked out beside the serving: a page opened before they were ready gets them then

  function offer(times = 0) {
    if ($(".sg") || times > 34) return;
    if ($("#live .empty:not(.given)") && atRest() && !document.hidden) turnTo("new");
    setTimeout(offer, times < 10 ? 2_000 : 5_000, times + 1);
  }

  // What staff write into a conversation is looked for while something waits for them

  function look() {
    if ($(".side[data-waiting]") && !busy() && !document.hidden && !$(".form:not([hidden])")) { trigger("look", {}); by = ""; }
  }
  setInterval(look, 15_000);

  window.dafu = {
    $, $$, make, say, toast, upload, there, got, charactersBefore, between,
    updated,
    look,
    holdings,
    masthead(element, fill) { // until it says who is there: a full queue may have refused it
      const ask = () => { if ($(".who", element)) return; fill("fill", {}); setTimeout(ask, 3_000); };
      ask();
    },
    wire(element, send) {
      trigger = (event, data) => { by = event; send(event, data); };
      translate(element);
      scoped();
      holdings();
      setTimeout(offer, 2_000);
      const kept = sessionStorage.getItem("dafu-draft"); // what was being asked when the sign-in ended
      if (kept) { $("#ask", element).value ||= kept; sessionStorage.removeItem("dafu-draft"); }
      if (!phone()) $("#ask", element).focus({ preventScroll: true });
      const wished = location.hash.match(/^#ask=(.+)$/)?.[1]; // a question that another page leads to
      if (wished) { try { $("#ask", element).value = decodeURIComponent(wished); } catch { /* not an address of ours */ } }
      const conversation = location.hash.match(/^#c=(\w+)/)?.[1] || new URLSearchParams(location.search).get("c") || "";
      const opening = () => { // until the first view stands there: a full queue may refuse it
        if (begun) return;
        trigger("start", { conversation, step: 1 });
        by = "";
        setTimeout(opening, 3_000);
      };
      opening();
    },
  };
})();
