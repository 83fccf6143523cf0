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

  // A phone keeps the empty form for when there is no connection, and wakes this page when the line is back.
  const startWorker = async (url) => {
    try {
      const worker = await navigator.serviceWorker.register(url);
      const ready = worker.active || await new Promise((done) => {
        const coming = worker.installing || worker.waiting;
        coming.addEventListener("statechange", () => { if (coming.state === "activated") done(coming); });
      });
      ready.postMessage("keep");
    } catch { /* without it the form still works on line */ }
  };
  const wakeLater = async (url) => {
    try { await (await navigator.serviceWorker.getRegistration(url)).sync.register("send"); } catch { /* we try again ourselves */ }
  };
  const whenBack = (again) => {
    addEventListener("online", again);
    navigator.serviceWorker?.addEventListener("message", (event) => { if (event.data === "send") again(); });
  };

  // Take a fresh key from a fresh copy of the page, and see whose page it is by now.
  const freshPage = async (url) => {
    const reply = await fetch(url, { credentials: "same-origin", redirect: "manual" });
    if (!reply.ok) return null;
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const whose = page.querySelector("[data-log]")?.dataset.log || page.querySelector("[data-left]")?.dataset.left;
    return { whose, isForm: Boolean(page.getElementById("log")), key: page.querySelector("[name=csrfmiddlewaretoken]")?.value };
  };

  // The mentor's own page: send what still waits on this phone, and say what cannot go as it is.
  const notice = document.querySelector("[data-unsent]");
  if (notice) {
    const mine = notice.dataset.unsent;
    const waiting = () => draftsOf(mine).filter((draft) => draft.pending);
    const tellOf = () => {
      const all = waiting();
      notice.hidden = !all.length;
      notice.querySelector("[data-refused]")?.toggleAttribute("hidden", !all.some((draft) => draft.refused));
      notice.querySelector("[data-waits]")?.toggleAttribute("hidden", all.some((draft) => draft.refused));
    };
    const sendOne = async (draft, key) => {
      const body = new FormData();
      for (const [name, value] of [...draft.values, ["csrfmiddlewaretoken", key]]) body.append(name, value);
      const answer = await fetch(draft.to || notice.dataset.url, {
        method: "POST", body, headers: { "X-Log": mine }, credentials: "same-origin", redirect: "manual",
      });
      const isStored = answer.ok && (answer.headers.get("Content-Type") || "").startsWith("application/json");
      const { name, ...kept } = draft;
      if (isStored) erase(name);
      else if ([200, 404, 422].includes(answer.status)) write(name, { ...kept, refused: true });
      return isStored;
    };
    let busy = false;
    const sendAll = async () => {
      if (busy) return;
      busy = true;
      try {
        const all = waiting().filter((draft) => !draft.refused);
        const page = all.length ? await freshPage(notice.dataset.url) : null;
        let sent = 0;
        if (page?.whose === mine && page.key) for (const draft of all) sent += await sendOne(draft, page.key);
        if (sent) location.reload(); // the page says that it is saved
      } catch { /* still no line */ } finally {
        busy = false;
        tellOf();
      }
    };
    tellOf();
    startWorker(notice.dataset.worker);
    whenBack(sendAll);
    sendAll();
  }

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
  const other = document.querySelector("[data-other]");
  const PEOPLE = "halfword.people." + who;
  const A_SESSION = 12 * 3600 * 1000; // as long as a session lasts: then this phone forgets with whom one talks
  const isShell = "shell" in form.dataset;
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
  // With whom: kept only for a form without a connection, which names nobody by itself.
  const keepPeople = () => {
    const several = [...form.querySelectorAll("input[type=radio][name=match]")]
      .map((box) => [box.value, box.labels[0].textContent.trim()]);
    const people = several.length ? several : [[form.elements.match.value, ""]];
    write(PEOPLE, { until: Date.now() + A_SESSION, people });
  };
  const showPeople = () => {
    const kept = read(PEOPLE);
    if (!kept || kept.until < Date.now()) { erase(PEOPLE); return; }
    form.querySelector("[data-nobody]").hidden = true;
    if (kept.people.length === 1) { form.elements.match.value = kept.people[0][0]; return; }
    form.elements.match.remove();
    const box = form.querySelector("[data-people]");
    box.hidden = false;
    kept.people.forEach(([ref, name], i) => {
      const line = document.createElement("li");
      const input = Object.assign(document.createElement("input"), { type: "radio", name: "match", value: ref, id: `who_${i}` });
      const label = Object.assign(document.createElement("label"), { htmlFor: input.id, textContent: name });
      line.className = "chip";
      line.append(input, label);
      box.querySelector("ul").append(line);
    });
  };
  const setKey = (value) => {
    const field = form.elements.csrfmiddlewaretoken
      || form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "csrfmiddlewaretoken" }));
    field.value = value;
  };

  const values = () => [...new FormData(form)].filter(([name]) => !SKIP.includes(name));
  const keep = () => {
    if (done || thrown) return;
    if (!form.elements.saved_on.value) form.elements.saved_on.value = localDay();
    kept.hidden = !write(key(), { at: Date.now(), pending, to: location.pathname, values: values() });
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
    other.hidden = which !== "other";
    form.querySelector("[data-no-line]")?.toggleAttribute("hidden", Boolean(which));
    ({ offline, trouble, other })[which]?.scrollIntoView({ block: "nearest" });
  };

  // Send. The same key again is the same talk, so trying again is always safe.
  const send = async () => {
    if (sending || done || thrown) return;
    sending = true;
    save.setAttribute("aria-disabled", "true");
    try {
      if (!form.elements.csrfmiddlewaretoken && !await renew()) return;
      let answer = await post();
      if (answer.status === 403 && await renew()) answer = await post(); // somebody signed in anew meanwhile
      else if (answer.status === 403) return;
      await taken(answer);
    } catch {
      show("offline"); // the talk stays here; we try again
      wakeLater(form.dataset.worker);
    } finally {
      sending = false;
      save.removeAttribute("aria-disabled");
    }
  };

  const post = () => fetch(form.action, {
    method: "POST", body: new FormData(form), headers: { "X-Log": who }, credentials: "same-origin",
  });
  const signIn = () => {
    pending = false;
    keep();
    location.assign(`${form.dataset.login}?next=${encodeURIComponent(form.dataset.url)}`);
  };
  // Return whether this form may be sent now, with the key of whoever is signed in: only if that is who typed it.
  const renew = async () => {
    const page = await freshPage(form.dataset.url);
    if (!page) { signIn(); return false; }
    if (page.whose && page.whose !== who) { pending = false; show("other"); return false; }
    if (!page.isForm) { location.assign(form.dataset.url); return false; }
    setKey(page.key);
    return true;
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
    } else if (answer.status === 409 && kind.startsWith("application/json")) {
      show("other");
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
    if (event.submitter?.name === "said") form.elements.kept_choice.value = event.submitter.value;
    pending = true;
    form.elements.saved_on.value = localDay();
    keep();
    send();
  });
  form.addEventListener("input", (event) => {
    if (event.target.checked && event.target.closest("[data-team]")) form.querySelector("[data-ask]").open = true;
  });
  form.addEventListener("input", () => { follow(); if (!pending) form.elements.saved_on.value = localDay(); keep(); });
  whenBack(() => { if (pending) send(); });
  setInterval(() => { if (pending && navigator.onLine !== false) send(); }, AGAIN);

  // A kept form is the same each time it is opened; each talk needs a key of its own, or the second would pass for the first.
  const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");
  if (isShell) { form.elements.client_key.value = newKey(); showPeople(); }
  else if ("own" in form.dataset) { keepPeople(); startWorker(form.dataset.worker); }
  const drafts = draftsOf(who);
  const draft = isShell ? drafts.find((one) => !one.pending) : drafts[0]; // without a line, what waits is left to wait
  form.querySelector("[data-earlier]")?.toggleAttribute("hidden", !drafts.some((one) => one.pending));
  if (draft && !("bound" in form.dataset)) restore(draft);
  else if (read(key())) kept.hidden = false; // refused: it is still here, and can be thrown away
  follow();
  if (pending) send();
})();
