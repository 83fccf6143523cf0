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

  const say = (words) => {
    if (!line || !words) return;
    line.hidden = false;
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

  const save = async (leaving) => {
    if (!dirty || stopped || (busy && !leaving)) return;
    dirty = false;
    busy = true;
    try {
      const reply = await fetch(form.action, { method: "POST", body: body(), keepalive: leaving, redirect: "error" });
      const answer = await reply.json();
      if (stopped) return;
      if (reply.ok) { take(answer); } else { say(answer.problem); stopped = reply.status === 409; }
    } catch {
      if (stopped) return;
      dirty = true;
      say(form.dataset.unsaved);
    } finally {
      busy = false;
    }
  };

  const touched = (event) => { if (!event.target.name?.startsWith("find_")) dirty = true; };
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("submit", () => { stopped = true; });
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
