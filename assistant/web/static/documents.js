/* 资料: clicks and forms become events of the page; files are sent one by one, each with its progress. */
(() => {
  const payload = (target, form) => ({ ...target.dataset, ...(form ? Object.fromEntries(new FormData(form)) : {}) });

  function wire(element, trigger, events) {
    element.addEventListener("click", event => {
      const button = event.target.closest("button[data-ev]");
      if (!button || !events.includes(button.dataset.ev)) return;
      event.preventDefault();
      trigger(button.dataset.ev, payload(button, button.closest("form")));
    });
    let pause = 0;
    element.addEventListener("input", event => {
      const form = event.target.closest("form[data-live]");
      if (!form) return;
      clearTimeout(pause);
      pause = setTimeout(() => trigger(form.dataset.live, payload(form, form)), 250);
    });
    element.addEventListener("submit", event => event.preventDefault());
  }

  let answered = null; // resolves when the server has judged the file in hand
  function replied(element) {
    const verdict = element.querySelector(".verdict");
    if (verdict && answered) { answered(verdict.cloneNode(true)); answered = null; }
  }

  function send(file, line, trigger) {
    const bar = line.querySelector("progress"), state = line.querySelector(".state");
    const done = node => { bar.remove(); state.replaceChildren(node); };
    return new Promise(next => {
      const broken = () => { done(text("broken")); line.classList.add("bad"); next(); };
      const request = new XMLHttpRequest();
      request.open("POST", `${location.pathname.replace(/\/$/, "")}/gradio_api/upload`);
      request.upload.onprogress = event => { bar.value = event.loaded; bar.max = event.total || file.size; };
      request.onerror = broken;
      request.onload = () => {
        if (request.status === 413) { done(text("size")); line.classList.add("bad"); next(); return; }
        if (request.status !== 200) { broken(); return; }
        state.replaceChildren(text("checking"));
        answered = verdict => { done(verdict); line.classList.toggle("bad", verdict.dataset.ok !== "yes"); next(); };
        trigger("received", { path: JSON.parse(request.responseText)[0], name: file.name });
      };
      const body = new FormData();
      body.append("files", file);
      request.send(body);
    });
  }

  let text = () => document.createElement("span");
  function uploads(element, trigger) {
    const box = element.querySelector(".drop"), list = element.querySelector(".sent");
    const input = element.querySelector("input[type=file]");
    text = name => element.querySelector(`template[data-t=${name}]`).content.firstElementChild.cloneNode(true);
    let last = Promise.resolve();
    const take = files => {
      for (const file of files) {
        const line = document.createElement("li"), name = document.createElement("b"), state = document.createElement("span");
        name.textContent = file.name; state.className = "state"; state.append(text("waiting"));
        line.append(name, document.createElement("progress"), state);
        line.querySelector("progress").value = 0;
        list.prepend(line);
        last = last.then(() => send(file, line, trigger));
      }
    };
    input.addEventListener("change", () => { take(input.files); input.value = ""; });
    for (const name of ["dragenter", "dragover"]) box.addEventListener(name, event => { event.preventDefault(); box.classList.add("over"); });
    for (const name of ["dragleave", "drop"]) box.addEventListener(name, () => box.classList.remove("over"));
    box.addEventListener("drop", event => { event.preventDefault(); take(event.dataTransfer.files); });
  }

  window.dafuDocuments = { wire, uploads, replied };
})();
