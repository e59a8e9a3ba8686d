/* 资料: clicks and forms become events of the page; files are sent one by one, each with its progress. */
(() => {
  const payload = (target, form) => ({ ...target.dataset, ...(form ? Object.fromEntries(new FormData(form)) : {}) });

  // What a person has unfolded stays so when its part is made anew, which a late answer to something else does too
  const unfolded = new Set();
  const fold = one => `${one.closest(".dsheet")?.dataset.id || ""} ${one.className}`;

  // Where the document stands below the list, what was opened is brought into view
  let picked = false;
  function renewed(part) {
    for (const one of part.querySelectorAll("details")) one.open ||= unfolded.has(fold(one));
  }
  function opened(sheet) {
    renewed(sheet);
    if (picked && matchMedia("(max-width: 60rem)").matches) sheet.scrollIntoView({ block: "start" });
    picked = false;
  }

  function wire(element, trigger, events) {
    element.addEventListener("click", event => {
      const button = event.target.closest("button[data-ev]");
      if (!button || !events.includes(button.dataset.ev)) return;
      event.preventDefault();
      picked = button.dataset.ev === "pick";
      if (button.closest("details form")) unfolded.delete(fold(button.closest("details"))); // what it was for is done
      trigger(button.dataset.ev, payload(button, button.closest("form")));
    });
    element.addEventListener("toggle", event => {
      if (event.target.matches("details")) unfolded[event.target.open ? "add" : "delete"](fold(event.target));
    }, { capture: true });
    let pause = 0;
    element.addEventListener("input", event => {
      const form = event.target.closest("form[data-live]");
      if (!form) return;
      clearTimeout(pause);
      pause = setTimeout(() => trigger(form.dataset.live, payload(form, form)), 250);
    });
    element.addEventListener("submit", event => event.preventDefault());
  }

  // An upload's line: how far it has come, then what is asked of it, then what became of it

  let text = () => document.createElement("span");
  let addLine = () => null;
  let answered = null; // resolves when the server has read the file in hand
  const lines = new Map(); // by the token under which a file waits
  function show(line, node, state) {
    line.querySelector("progress")?.remove();
    line.querySelector(".state").replaceChildren(node);
    line.classList.toggle("bad", state === "no");
    line.classList.toggle("open", state === "ask");
    if (state === "ask" && (document.activeElement === document.body || line.contains(document.activeElement))) node.querySelector("input")?.focus();
  }
  const read = new Set(); // replies, by their moment: Gradio may show one again
  function replied(element) {
    for (const reply of element.querySelectorAll(".reply")) {
      const { token, ok, name, at } = reply.dataset;
      if (read.has(at)) continue;
      read.add(at);
      const line = lines.get(token) || (answered ? answered() : addLine(name));
      if (token) lines.set(token, line);
      const made = document.createElement("template");
      made.innerHTML = reply.dataset.told;
      const node = made.content.firstElementChild;
      show(line, node, ok);
      window.dafu.updated(node);
    }
  }

  function send(file, line, trigger) {
    const bar = line.querySelector("progress");
    return new Promise(next => {
      const broken = name => { show(line, text(name), "no"); next(); };
      const request = new XMLHttpRequest();
      request.open("POST", "/ui/upload");
      request.upload.onprogress = event => { bar.value = event.loaded; bar.max = event.total || file.size; };
      request.onerror = () => broken("broken");
      request.onload = () => {
        if (request.status !== 200) { broken(request.status === 413 ? "size" : "broken"); return; }
        line.querySelector(".state").replaceChildren(text("checking"));
        answered = () => { answered = null; next(); return line; };
        trigger("received", { token: JSON.parse(request.responseText).path, name: file.name });
      };
      request.send(file);
    });
  }

  function uploads(element, trigger) {
    const box = element.querySelector(".drop"), list = element.querySelector(".sent");
    const input = element.querySelector("input[type=file]");
    text = name => element.querySelector(`template[data-t=${name}]`).content.firstElementChild.cloneNode(true);
    addLine = name => {
      const { make } = window.dafu, line = make("li", {}, make("b", {}, name), make("div", { class: "state" }));
      list.prepend(line);
      return line;
    };
    let last = Promise.resolve();
    const take = files => {
      for (const file of files) {
        const line = addLine(file.name);
        line.querySelector("b").after(window.dafu.make("progress", { value: 0 }));
        line.querySelector(".state").append(text("waiting"));
        last = last.then(() => send(file, line, trigger));
      }
    };
    const sent = location.hash.match(/^#take=(\w+)&name=(.+)$/); // a file that was put into a conversation, to be kept
    if (sent) {
      const name = decodeURIComponent(sent[2]), line = addLine(name);
      history.replaceState(history.state, "", location.pathname);
      line.querySelector(".state").append(text("checking"));
      last = new Promise(next => { answered = () => { answered = null; next(); return line; }; });
      setTimeout(() => trigger("received", { token: sent[1], name }));
    }
    list.addEventListener("click", event => {
      const button = event.target.closest("button[data-ev]");
      if (!button) return;
      const data = payload(button, button.closest("form"));
      if (button.dataset.ev === "take") show(button.closest("li"), text("indexing"), "wait");
      trigger(button.dataset.ev, data);
    });
    element.addEventListener("submit", event => {
      event.preventDefault();
      event.target.querySelector("[data-ev=take]")?.click();
    });
    const chosen = () => { take(input.files); input.value = ""; };
    input.addEventListener("change", chosen);
    if (input.files.length) chosen(); // before this script was there
    for (const name of ["dragenter", "dragover"]) box.addEventListener(name, event => { event.preventDefault(); box.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
    box.addEventListener("drop", event => { event.preventDefault(); take(event.dataTransfer.files); });
  }

  window.dafuDocuments = { wire, uploads, replied, opened, renewed };
})();
