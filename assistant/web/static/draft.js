// 起草: what a person does becomes events of the page, one at a time and in order; sentences are edited where they
// stand, and their marks change without touching words or caret. Python renders everything else.
(() => {
  if (window.dafuDraft) return;
  const { $, $$, make, say, toast, there } = window.dafu;

  // Events, one at a time: each is answered by a pulse with its number

  let trigger = () => {};
  const waiting = [];
  let asked = null;
  let counted = 0;
  const page = Math.random().toString(36).slice(2);
  function send(ev, data = {}, event = "act") {
    waiting.push({ ev, data, event });
    proceed();
  }
  function proceed() {
    if (asked || !waiting.length) return;
    asked = waiting.shift();
    if (asked.ev === "edit") {
      asked.sent = Object.fromEntries(Object.entries(dirty).filter(([, text]) => text.trim()));
      if (!Object.keys(asked.sent).length) { asked = null; proceed(); return; }
      asked.data = { edits: asked.sent };
      saving();
    }
    asked.seq = `${page}-${++counted}`;
    trigger(asked.event, { sent: { ...asked.data, ev: asked.ev, seq: asked.seq } });
    watch(asked);
  }
  function watch(item) { // a server that is gone says nothing
    setTimeout(async () => {
      if (asked !== item) return;
      const state = await there();
      if (asked !== item) return;
      if (state === "yes") watch(item); else lost(state);
    }, 8000);
  }
  async function lost(state) { // what was typed is kept here; once the server is back the page begins anew and finds it
    banner(state === "session" ? "dr.e.session" : "dr.e.net");
    while (await there() === "no") await new Promise(next => setTimeout(next, 3000));
    if (state !== "session") location.reload();
  }
  function banner(key) {
    $("#dr-lost")?.remove();
    const line = make("p", { id: "dr-lost", class: "err", role: "alert" }, say(key));
    if (key === "dr.e.session") line.append(" ", make("a", { href: location.href, class: "lnk" }, location.pathname));
    $("#drafting").prepend(line);
  }
  function saving() {
    const line = $("#dr-bar .saved");
    if (line) line.textContent = say("dr.saving");
  }

  // The address names the open draft, so that a reload finds it again

  const open = () => new URLSearchParams(location.search).get("d") || "";
  let told = null;
  function pulse(element) {
    const at = $("[data-seq]", element);
    if (!at) return;
    const item = asked?.seq === at.dataset.seq ? asked : null;
    const gone = !at.dataset.open && open() && item && !/^(start|list|discard)$/.test(item.ev);
    if (gone) { location.reload(); return; } // the server began anew and knows nothing of this page
    if (at.dataset.open !== open()) {
      history.replaceState(null, "", at.dataset.open ? `?d=${at.dataset.open}` : location.pathname);
      recovered = "";
      source();
    }
    for (const [id, text] of Object.entries(item?.sent || {})) if (dirty[id] === text) delete dirty[id];
    if (item) asked = null;
    told = JSON.parse(at.dataset.marks || "null");
    marks();
    remember();
    if (at.dataset.follow && !waiting.length && !asked) send("follow", {}, "follow");
    recover();
    proceed();
  }

  // Clicks and fields

  document.addEventListener("click", event => {
    const local = event.target.closest("[data-js]");
    if (local) { event.preventDefault(); if (local.dataset.js === "back") source(); else source(local); return; }
    const fill = event.target.closest("[data-fill]");
    if (fill) { typed(document.getElementById(`s${fill.dataset.fill}`), fill.textContent); return; }
    const button = event.target.closest("button[data-ev]");
    if (!button || button.disabled) return;
    event.preventDefault();
    const { ev, ...data } = button.dataset;
    if (ev === "stop") { trigger("stop", {}); return; }
    flush();
    const form = button.closest("form");
    if (form) Object.assign(data, Object.fromEntries([...new FormData(form)].filter(([, one]) => typeof one === "string")));
    if (ev === "cut") {
      const area = $("textarea", button.closest("li"));
      data.caret = [...area.value.slice(0, area.selectionStart)].length;
    }
    button.closest("details.drop-down")?.removeAttribute("open");
    if (ev === "draft") send(ev, data, "draft");
    else if (ev === "again") send(ev, { again: data.id }, "draft");
    else send(ev, data);
  });
  document.addEventListener("submit", event => {
    const { submit, id } = event.target.dataset;
    if (submit) { event.preventDefault(); send(submit, { id, ...Object.fromEntries(new FormData(event.target)) }); }
  });
  document.addEventListener("change", event => {
    const { change, upload, ...data } = event.target.dataset;
    if (change) send(change, { ...data, value: event.target.value });
    if (upload && event.target.files[0]) receive(upload, event.target.files[0]);
  });
  document.addEventListener("keydown", event => {
    if (event.key === "Enter" && event.target.matches?.(".s, .about input, .split input")) { event.preventDefault(); event.target.blur?.(); }
    if (event.key === "Escape") $("#dr-cite")?.remove();
  });
  async function receive(ev, file) {
    const line = $(".reading");
    if (line) { line.hidden = false; line.dataset.a = JSON.stringify([file.name]); line.textContent = say("dr.reading", file.name); }
    const token = await window.dafu.upload(file).catch(() => ""); // the server says by its size why there is none
    if (line) line.hidden = true;
    $("#dr-file").value = "";
    send(ev, { token, name: file.name, size: file.size });
  }
  let dropped = ""; // by the words on it, the menu that stands open: what is saved meanwhile draws it anew
  const menu = one => $("summary [data-i]", one)?.dataset.i || "";
  document.addEventListener("toggle", event => {
    if (!event.target.matches?.("details.drop-down")) return;
    if (event.target.open) dropped = menu(event.target); else if (dropped === menu(event.target)) dropped = "";
  }, true);
  function fresh(element) { // Gradio keeps the fields when it renders anew, with what was typed into them
    window.dafu.updated(element);
    for (const one of $$("details.drop-down", element)) if (dropped && menu(one) === dropped) one.open = true;
    for (const one of $$("input:not([type=file]), textarea", element)) {
      if (one === document.activeElement || one.hasAttribute("data-keep")) continue;
      one.value = one.defaultValue;
      one.checked = one.defaultChecked;
    }
    if (element.closest("#dr-sheet")) marks();
  }

  // A request dragged to another place

  let dragged = null;
  document.addEventListener("dragstart", event => {
    dragged = event.target.closest?.(".grip")?.closest("li") || null;
    if (dragged) { event.dataTransfer.setData("text/plain", dragged.dataset.id); event.dataTransfer.setDragImage(dragged, 12, 12); }
  });
  const target = event => dragged && event.target.closest?.(".split > li");
  document.addEventListener("dragover", event => {
    const row = target(event);
    if (!row) return;
    event.preventDefault();
    for (const one of $$(".split > li")) one.classList.toggle("over", one === row);
  });
  document.addEventListener("drop", event => {
    const row = target(event);
    if (!row) return;
    event.preventDefault();
    send("place", { id: dragged.dataset.id, to: $$(".split > li").indexOf(row) });
  });
  document.addEventListener("dragend", () => { dragged = null; for (const one of $$(".split > li.over")) one.classList.remove("over"); });

  // Sentences

  const sentence = node => (node?.nodeType === 1 ? node : node?.parentElement)?.closest("[data-s].s");
  const dirty = {};
  let selected = "";
  let timer;
  document.addEventListener("input", event => {
    const one = sentence(event.target);
    if (!one) return;
    dirty[one.dataset.s] = one.textContent;
    remember();
    if (!event.isComposing) later();
  });
  document.addEventListener("compositionend", event => { if (sentence(event.target)) later(); });
  function later() { clearTimeout(timer); timer = setTimeout(flush, 400); }
  function flush() {
    clearTimeout(timer);
    if (Object.keys(dirty).length && !waiting.some(one => one.ev === "edit")) send("edit");
  }
  function typed(node, text) {
    if (!node) return;
    node.textContent = text;
    dirty[node.dataset.s] = text;
    remember();
    flush();
  }
  document.addEventListener("focusin", event => {
    const one = sentence(event.target);
    if (!one) return;
    const kind = told?.sentences[one.dataset.s]?.k;
    if (one.isContentEditable && (kind === "blank" || kind === "field")) getSelection().selectAllChildren(one); // typed over at once
    if (one.dataset.s === selected) return;
    selected = one.dataset.s;
    light();
    flush();
    send("pick", { id: selected });
  });
  document.addEventListener("focusout", event => {
    const one = sentence(event.target);
    if (!one?.isContentEditable || one.textContent.trim()) return;
    delete dirty[one.dataset.s];
    remember();
    const known = told?.sentences[one.dataset.s];
    if (known?.k === "field" || known?.k === "filled") one.textContent = known.t; // a placeholder is not deleted by emptying it
    else send("delete", { id: one.dataset.s });
  });
  const light = () => { for (const one of $$("#dr-sheet .s")) one.classList.toggle("sel", one.dataset.s === selected); };

  // What the check says

  const SHAPES = { ok: "dot", hand: "dot hand", check: "dot half", none: "dot ring", bad: "dot bad", stock: "dot tpl" };
  const word = verdict => (verdict === "bad" ? "dr.m.bad" : `dr.${verdict}`);
  function marks() {
    if (!told) return;
    $$("#dr-sheet .s").forEach((node, n) => {
      const one = told.sentences[node.dataset.s];
      if (!one) return;
      node.className = `s ${one.k} v-${one.v}${one.in ? " internal" : ""}`;
      if (node.isContentEditable) node.setAttribute("aria-label", say("dr.s", n + 1, say(`dr.${one.v}`)));
      if (dirty[node.dataset.s] !== undefined && node.textContent !== dirty[node.dataset.s]) node.textContent = dirty[node.dataset.s];
    });
    told.paragraphs.forEach((one, n) => margin($(`#dr-sheet [data-p="${n}"]`), one));
    if (!asked && !waiting.length) {
      const other = String(told.selected) !== selected;
      selected = String(told.selected);
      if (other && document.activeElement?.dataset?.s !== selected) reveal(document.getElementById(`s${selected}`));
    }
    light();
  }
  function margin(node, { v, c, n, in: inside }) {
    if (!node) return;
    const left = $(".mg.l", node), right = $(".mg.r", node);
    const key = JSON.stringify([v, c, n, inside, document.documentElement.lang]);
    if (left.dataset.key === key && left.childNodes.length + right.childNodes.length) return;
    left.dataset.key = key;
    left.replaceChildren();
    right.replaceChildren();
    if (v !== "stock") {
      left.append(make("i", { class: SHAPES[v] }), make("span", { class: `vw ${v}`, "data-i": word(v) }, say(word(v))));
    }
    if (inside) left.append(make("span", { class: "vin" }, say("dr.m.in")));
    if (n) left.append(make("span", { class: "nt", title: say("dr.notes") }, "※"));
    for (const { n: number, t, ...place } of c) {
      const chip = make("button", { type: "button", class: "num", "aria-label": say("dr.source.of", number, t) }, String(number));
      Object.assign(chip.dataset, place, { js: "source" });
      right.append(chip);
    }
  }
  function reveal(node) {
    const desk = node?.closest("#dr-sheet");
    if (!desk) return;
    const box = node.getBoundingClientRect(), frame = desk.getBoundingClientRect();
    if (box.top < frame.top + 20 || box.bottom > frame.bottom - 40) desk.scrollBy({ top: box.top - frame.top - frame.height / 3 });
  }

  // What was typed when the browser or the connection broke

  const place = () => `dafu-letter-${open()}`;
  function remember() {
    if (!told || !open()) return;
    try {
      if (Object.keys(dirty).length) localStorage.setItem(place(), JSON.stringify({ revision: told.revision, edits: dirty }));
      else localStorage.removeItem(place());
    } catch { /* a full or forbidden store loses only this net */ }
  }
  let recovered = "";
  function recover() {
    if (!told || recovered === open()) return;
    recovered = open();
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(place()) || "null"); } catch { return; }
    if (kept?.revision !== told.revision) return; // somebody, or another window, went on from there
    for (const [id, text] of Object.entries(kept.edits)) {
      const node = document.getElementById(`s${id}`);
      if (node?.isContentEditable && node.textContent !== text) { node.textContent = text; dirty[id] = text; }
    }
    if (Object.keys(dirty).length) { flush(); toast(say("dr.recover")); }
  }

  // The original, opened at a quote

  let opener = null;
  async function source(from) {
    const pane = $("#dr-source .src-pane"), tabs = $("#dr-side");
    if (!pane) return;
    pane.hidden = !from;
    tabs.hidden = Boolean(from);
    if (!from) { opener?.focus({ preventScroll: true }); opener = null; return; }
    opener = from;
    const { doc, v, s, e } = from.dataset;
    const body = $(".src-body", pane);
    body.replaceChildren(make("p", { class: "meta" }, say("wait")));
    try {
      body.innerHTML = await (await window.dafu.got(`/ui/source?${new URLSearchParams({ document: doc, v, q: `${s}-${e}` })}`)).text();
    } catch { body.replaceChildren(make("p", { class: "err" }, say("err.load"))); }
    window.dafu.updated(body);
    const found = $$("mark[data-q~='0']", body);
    for (const one of found) { one.classList.add("cur"); one.closest(".para")?.classList.add("hit"); }
    const column = $("#dr-right");
    column.scrollTop = 0;
    if (found[0]) column.scrollTop = found[0].getBoundingClientRect().top - column.getBoundingClientRect().top - column.clientHeight / 3;
    $("[data-js=back]", pane).focus({ preventScroll: true });
  }

  // Words selected in a passage become a quote

  document.addEventListener("selectionchange", () => {
    $("#dr-cite")?.remove();
    const chosen = getSelection();
    if (!chosen.rangeCount || chosen.isCollapsed) return;
    const range = chosen.getRangeAt(0), around = range.commonAncestorContainer;
    const raw = (around.nodeType === 1 ? around : around.parentElement)?.closest("#dr-side .raw");
    if (!raw || !$("#dr-sheet .s[contenteditable]")) return;
    const start = Number(raw.dataset.s) + window.dafu.charactersBefore(raw, range.startContainer, range.startOffset);
    const button = make("button", { id: "dr-cite", type: "button", class: "btn pri sm" }, say("dr.cite"));
    Object.assign(button.dataset, { ev: "cite", doc: raw.dataset.doc, v: raw.dataset.v, s: start, e: start + [...range.toString()].length });
    const box = range.getBoundingClientRect();
    Object.assign(button.style, { left: `${Math.max(8, box.left)}px`, top: `${Math.max(8, box.top - 42)}px` });
    button.addEventListener("mousedown", event => event.preventDefault()); // the selection stays until it is cited
    $("#drafting").append(button);
  });

  // A file to keep

  function keep(element) {
    const file = JSON.parse($("[data-file]", element)?.dataset.file || "null");
    if (!file) return;
    const bytes = Uint8Array.from(atob(file.data), one => one.charCodeAt(0));
    const link = make("a", { href: URL.createObjectURL(new Blob([bytes])), download: file.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    toast(say("dr.exported"));
  }

  window.dafuDraft = {
    fresh, pulse, keep,
    wire(element, act) {
      trigger = act;
      send("start", { id: open() });
      setInterval(() => { if (open() && !document.hidden) send("beat"); }, 60_000);
    },
  };
})();
