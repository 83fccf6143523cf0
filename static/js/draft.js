// The referral form keeps itself: every few seconds after a change, and when the page is left.
(() => {
  "use strict";
  const EVERY = 4000; // milliseconds
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const line = document.querySelector("[data-saved]");
  let dirty = false;
  let busy = false;
  let stopped = false;
  let trouble = false; // what stands in the form could not be stored
  let running = Promise.resolve();
  const signIn = document.querySelector("[data-sign-in]");

  const say = (words, bad = false) => {
    if (!line || !words) return;
    line.hidden = false;
    line.classList.toggle("is-soon", bad);
    line.querySelector("svg")?.toggleAttribute("hidden", bad); // no tick beside what was not saved
    line.querySelector("span").textContent = words;
  };

  const take = (answer) => {
    form.elements.draft.value = answer.draft;
    form.elements.version.value = answer.version;
    form.action = answer.url;
    if (location.pathname !== answer.url) history.replaceState(null, "", answer.url);
    const soFar = document.getElementById("so-far");
    if (soFar) soFar.innerHTML = answer.sofar;
    say(answer.elsewhere || answer.saved);
  };

  const body = () => {
    const data = new FormData(form);
    data.set("do", "autosave");
    return new URLSearchParams([...data].filter(([, value]) => typeof value === "string"));
  };

  const post = (leaving) => fetch(form.action, { method: "POST", body: body(), keepalive: leaving, redirect: "manual" });

  // After a new sign-in in another tab this page's key no longer fits: take the new one from a fresh copy.
  const newKey = async () => {
    const reply = await fetch(form.action, { redirect: "manual" });
    const fresh = reply.ok && new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]");
    if (fresh) form.elements.csrfmiddlewaretoken.value = fresh.value;
    return Boolean(fresh);
  };

  const signedOut = (reply) => reply?.type === "opaqueredirect";
  const failed = (reply) => {
    dirty = true;
    trouble = !(reply?.status >= 400 && reply.status < 500); // refused for good: the server's own page says why
    if (signIn) signIn.hidden = !signedOut(reply);
    say(signedOut(reply) ? form.dataset.signedOut : form.dataset.unsaved, true);
  };

  const store = async (leaving) => {
    dirty = false;
    busy = true;
    let reply;
    try {
      reply = await post(leaving);
      if (reply.status === 403 && !leaving && await newKey()) reply = await post(leaving);
      const answer = await reply.json();
      if (stopped) return;
      trouble = false;
      if (signIn) signIn.hidden = true;
      if (reply.ok) { take(answer); } else { say(answer.problem, true); stopped = reply.status === 409; }
    } catch {
      if (!stopped) failed(reply);
    } finally {
      busy = false;
    }
  };
  const save = (leaving) => {
    if (!dirty || stopped || (busy && !leaving)) return running;
    running = store(leaving);
    return running;
  };

  const touched = (event) => { if (!event.target.name?.startsWith("find_")) dirty = true; };
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  // A button keeps what was typed before it does anything else: signed out or offline, the page stays as it is.
  let pressed = false;
  form.addEventListener("submit", async (event) => {
    if (stopped || (!dirty && !busy)) { stopped = true; return; }
    event.preventDefault();
    if (pressed) return;
    pressed = true;
    await running;
    await save(false);
    pressed = false;
    if (trouble) { line?.scrollIntoView({ block: "center" }); } else { stopped = true; form.requestSubmit(event.submitter); }
  });
  addEventListener("beforeunload", (event) => { if (dirty && trouble && !stopped) event.preventDefault(); });
  // Enter while looking somebody up looks them up; it does not send the referral.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.name?.startsWith("find_")) event.preventDefault();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") save(true); });
  addEventListener("pagehide", () => save(true));
  setInterval(() => save(false), EVERY);

  // Follow-ups only when they are needed; without this script they are all shown, and optional.
  const followUps = [...form.querySelectorAll("[data-when]")];
  const fold = () => followUps.forEach((part) => {
    const [name, value] = part.dataset.when.split("=");
    const chosen = form.querySelector(`[name="${name}"]:checked`);
    part.hidden = chosen?.value !== value && !part.querySelector(".has-error");
  });
  form.addEventListener("change", fold);
  fold();
})();
