// Forms: a second tap within 700 ms says nothing; the first wrong field is focused; a long form keeps its draft in this
// tab until it is sent, also while another form of the page is; `/` goes to the search; a line of a long list is opened
// in its place. A page that answers a form is, for Back, the page of its address: the browser has nothing to send again.
{
  if ("posted" in document.body.dataset) history.replaceState(null, "", location.href);

  // What Today keeps on this device goes with whoever signs out.
  const forget = () => self.indexedDB?.deleteDatabase("tongzhou-today");
  if (!document.querySelector(".who-am-i")) forget();
  document.querySelector('form[action$="/logout"]')?.addEventListener("submit", () => {
    forget();
    sessionStorage.clear(); // what was typed and not sent, too
  });

  const GUARD = 700;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.guard) {
      event.preventDefault();
      return;
    }
    form.dataset.guard = "1";
    setTimeout(() => delete form.dataset.guard, GUARD);
  });

  // A line of a long list is drawn with its forms when it is opened: the line alone is exchanged.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a.unfold");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const id = link.hash.slice(1).split("~")[0];
    try {
      const answer = await fetch(link.href, { headers: { "X-Unfold": id } });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
      document.getElementById(id).replaceWith(document.adoptNode(fresh));
      const opened = fresh.querySelector("[data-opened]") || fresh;
      opened.querySelector("input:not([type=hidden]), select, textarea, button")?.focus();
      opened.scrollIntoView({ block: "nearest" });
    } catch (error) {
      const told = error instanceof TypeError && document.getElementById("unsent");
      if (!told) return location.assign(link.href);
      document.querySelector(".unsent")?.remove();
      link.closest(".acts, li").append(told.content.cloneNode(true));
    }
  });

  const wrong = document.querySelector(".bad-f input, .bad-f select, .bad-f textarea") || document.querySelector(".errs");
  if (wrong) wrong.focus();

  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.target.closest("input, select, textarea")) return;
    const search = document.querySelector("header.bar input[type=search]");
    if (!search) return;
    event.preventDefault();
    search.focus();
  });

  // What was sent and received is kept no longer, whatever page tells it: the next person's form begins empty.
  const sent = sessionStorage.getItem("sent");
  sessionStorage.removeItem("sent");
  if (sent && document.querySelector("[data-received]")) sessionStorage.removeItem(sent);

  // Nobody takes what was typed before for what is so now: it is told, and a button begins anew.
  const tell = (form, key) => {
    const told = document.getElementById("kept")?.content.cloneNode(true);
    if (!told) return;
    const note = told.firstElementChild;
    note.querySelector("button").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      form.reset();
      note.remove();
    });
    form.prepend(note);
  };

  for (const form of document.querySelectorAll("form[data-draft]")) {
    const key = `draft ${location.pathname} ${form.dataset.draft}`;
    const kept = [...form.elements].filter((one) => one.name && one.type !== "hidden" && !one.closest("[data-private]"));
    const draft = JSON.parse(sessionStorage.getItem(key) || "{}");
    const answered = new Set(kept.filter((one) => one.type === "radio" && one.checked && one.value).map((one) => one.name));
    let before = false;
    if (!form.querySelector(".errs")) {
      for (const one of kept) {
        const value = draft[`${one.name} ${one.type === "radio" || one.type === "checkbox" ? one.value : ""}`];
        if (value === undefined || answered.has(one.name)) continue;
        const box = one.type === "radio" || one.type === "checkbox";
        if (box ? one.checked === value : one.value) continue;
        if (box) one.checked = value;
        else one.value = value;
        before = true;
      }
      if (before) tell(form, key);
    }
    form.addEventListener("submit", () => sessionStorage.setItem("sent", key));
    form.addEventListener("input", () => {
      const now = {};
      for (const one of kept) {
        if (one.type === "radio" || one.type === "checkbox") now[`${one.name} ${one.value}`] = one.checked;
        else if (one.value) now[`${one.name} `] = one.value;
      }
      sessionStorage.setItem(key, JSON.stringify(now));
    });
  }
}
