// Log a talk on a bad connection: the form is kept on this phone until it is stored, and never stored twice.
// The page works without this script.
(() => {
  "use strict";
  const PREFIX = "halfword.talk.";
  const DAYS = 14 * 24 * 3600 * 1000;
  const AGAIN = 15000; // milliseconds between two tries
  const SKIP = ["csrfmiddlewaretoken"];

  const read = (name) => { try { return JSON.parse(localStorage.getItem(name)); } catch { return null; } };
  const write = (name, value) => { try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; } };
  const erase = (name) => { try { localStorage.removeItem(name); } catch { /* storage may be off */ } };

  // Every draft of one person, newest first; old ones are thrown away.
  const draftsOf = (who) => {
    const found = [];
    try {
      for (const name of Object.keys(localStorage)) {
        if (!name.startsWith(PREFIX)) continue;
        const draft = read(name);
        if (!draft || Date.now() - draft.at > DAYS) { erase(name); continue; }
        if (name.startsWith(PREFIX + who + ".")) found.push({ name, ...draft });
      }
    } catch { /* storage may be off */ }
    return found.sort((a, b) => b.at - a.at);
  };

  // The mentor's own page: say that something still waits on this phone.
  const notice = document.querySelector("[data-unsent]");
  if (notice) notice.hidden = !draftsOf(notice.dataset.unsent).some((draft) => draft.pending);

  // Throw away what this phone kept, asked for by the one who typed it.
  let thrown = false;
  const throwing = (names) => document.querySelectorAll("[data-throw]").forEach((button) => button.addEventListener("click", () => {
    thrown = true;
    names().forEach(erase);
    location.assign(button.dataset.throw);
  }));

  // Nobody to talk with any more: what is left here can never be sent.
  const left = document.querySelector("[data-left]");
  if (left) {
    left.hidden = !draftsOf(left.dataset.left).length;
    throwing(() => draftsOf(left.dataset.left).map((draft) => draft.name));
  }

  const form = document.getElementById("log");
  if (!form) return;
  const who = form.dataset.log;
  const offline = document.querySelector("[data-offline]");
  const trouble = document.querySelector("[data-trouble]");
  const kept = document.querySelector("[data-kept]");
  const save = document.querySelector("button[form=log]");
  const key = () => PREFIX + who + "." + form.elements.client_key.value;
  throwing(() => [key()]);
  let pending = false;
  let sending = false;
  let done = false;

  const localDay = () => {
    const now = new Date();
    return [now.getFullYear(), String(now.getMonth() + 1).padStart(2, "0"), String(now.getDate()).padStart(2, "0")].join("-");
  };

  // Show only what belongs to the answers so far.
  const chosen = (name) => form.querySelector(`[name=${name}]:checked`)?.value;
  const part = (name, shown) => {
    const box = form.querySelector(`[data-part=${name}]`);
    if (box) box.hidden = !shown;
  };
  const follow = () => {
    const outcome = chosen("outcome");
    part("talked", !outcome || outcome === "talked");
    part("day", chosen("when") === "other");
    form.elements.day.disabled = chosen("when") !== "other";
  };

  // Keep and bring back.
  const values = () => [...new FormData(form)].filter(([name]) => !SKIP.includes(name));
  const keep = () => {
    if (done || thrown) return;
    if (!form.elements.saved_on.value) form.elements.saved_on.value = localDay();
    kept.hidden = !write(key(), { at: Date.now(), pending, values: values() });
  };
  const restore = (draft) => {
    const wanted = new Map();
    for (const [name, value] of draft.values) wanted.set(name, [...(wanted.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || SKIP.includes(field.name)) continue;
      const found = wanted.get(field.name) || [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = found.includes(field.value);
      else if (found.length) field.value = found[0];
    }
    pending = Boolean(draft.pending);
    kept.hidden = false;
    form.querySelectorAll("details").forEach((more) => {
      more.open = [...more.querySelectorAll("input, textarea")].some((f) => (f.type === "checkbox" ? f.checked : f.value));
    });
  };

  const show = (which) => {
    offline.hidden = which !== "offline";
    trouble.hidden = which !== "trouble";
    if (which) (which === "offline" ? offline : trouble).scrollIntoView({ block: "nearest" });
  };

  // Send. The same key again is the same talk, so trying again is always safe.
  const send = async () => {
    if (sending || done || thrown) return;
    sending = true;
    save.setAttribute("aria-disabled", "true");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body: new FormData(form), headers: { "X-Log": "yes" }, credentials: "same-origin",
      });
      await taken(answer);
    } catch {
      show("offline"); // the talk stays here; we try again
    } finally {
      sending = false;
      save.removeAttribute("aria-disabled");
    }
  };

  const taken = async (answer) => {
    const kind = answer.headers.get("Content-Type") || "";
    if (answer.ok && kind.startsWith("application/json")) {
      const { to } = await answer.json();
      done = true;
      pending = false;
      erase(key());
      location.assign(to);
      return;
    }
    pending = false;
    if (answer.redirected || answer.status === 403) {
      // Signed out meanwhile: after signing in the talk is still here.
      keep();
      location.assign(`${form.dataset.login}?next=${encodeURIComponent(location.pathname)}`);
    } else if (answer.status === 422) {
      pending = true; // should this very post be stored, the next visit finds out by sending the same key again
      keep();
      form.submit(); // the page says what needs another look; nothing was stored
    } else {
      keep();
      show("trouble");
    }
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    pending = true;
    form.elements.saved_on.value = localDay();
    keep();
    send();
  });
  form.addEventListener("input", (event) => {
    if (event.target.checked && event.target.closest("[data-team]")) form.querySelector("[data-ask]").open = true;
  });
  form.addEventListener("input", () => { follow(); if (!pending) form.elements.saved_on.value = localDay(); keep(); });
  addEventListener("online", () => { if (pending) send(); });
  setInterval(() => { if (pending && navigator.onLine !== false) send(); }, AGAIN);

  const draft = draftsOf(who)[0];
  if (draft && !("bound" in form.dataset)) restore(draft);
  else if (read(key())) kept.hidden = false; // refused: it is still here, and can be thrown away
  follow();
  if (pending) send();
})();
