// Small helps. Every page works without them.
(() => {
  "use strict";
  const SLOW = 400; // milliseconds before we say that something is being sent
  const STUCK = 15_000; // then it may be sent again: the same form twice is stored once
  const MINUTE = 60_000;

  // One quiet line for screen readers, the same for the whole page.
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "visually-hidden";
  document.body.append(status);

  // After a form with mistakes: start at the summary.
  const focusSummary = (root) => root.querySelector("[data-focus]")?.focus();

  // A long form that stood open takes a fresh key before it is sent: after an hour, or when this window was left, as
  // somebody may have signed in again elsewhere. Signed out, the page stays as it is, with all that was typed in it.
  const HOUR = 60 * MINUTE;
  const PATIENCE = 5000; // then the form goes out as it is
  let keyAt = Date.now();
  let left = false;
  addEventListener("blur", () => { left = true; });
  document.addEventListener("visibilitychange", () => { left = true; });
  const isLong = (form) => form.querySelector("textarea") || form.querySelectorAll("input:not([type=hidden])").length > 3;
  const isOld = (form) => (left || Date.now() - keyAt > HOUR) && document.body.dataset.keyFrom && isLong(form)
    && form.querySelector("[name=csrfmiddlewaretoken]") && !("draft" in form.dataset);

  const freshKey = async () => {
    const reply = await fetch(document.body.dataset.keyFrom, { redirect: "manual", signal: AbortSignal.timeout(PATIENCE) });
    if (reply.type === "opaqueredirect") return false;
    const key = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("[name=csrfmiddlewaretoken]")?.value;
    if (key) document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = key; });
    return true;
  };

  const sayKept = (form) => {
    const notice = document.querySelector("[data-signed-out]");
    if (!notice) return false;
    form.append(notice);
    notice.hidden = false;
    notice.scrollIntoView({ block: "center" });
    return true;
  };

  const renew = async (form, button) => {
    if (form.dataset.renewing) return;
    form.dataset.renewing = "yes";
    const signedIn = await freshKey().catch(() => true);
    delete form.dataset.renewing;
    if (!signedIn && sayKept(form)) return;
    [keyAt, left] = [Date.now(), false];
    document.querySelector("[data-signed-out]")?.toggleAttribute("hidden", true);
    form.requestSubmit(button);
  };

  // A second click sends nothing twice; after a while we say that it is under way. Another answer is another click:
  // whoever changes their mind on a slow line is heard, and nobody is left with buttons that do nothing.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method === "get") return;
    if (isOld(form)) { event.preventDefault(); renew(form, event.submitter); return; }
    const button = event.submitter;
    const answer = button?.closest(".answers") ? `${button.name}=${button.value}` : "yes";
    if (form.dataset.sent === answer) { event.preventDefault(); return; }
    if (form.dataset.sent) release(form);
    form.dataset.sent = answer;
    setTimeout(() => { if (form.dataset.sent === answer) release(form); }, STUCK);
    setTimeout(() => {
      if (form.dataset.sent !== answer) return;
      const busy = answer === "yes" ? form.querySelectorAll("button[type=submit]") : [button];
      busy.forEach((b) => b.setAttribute("aria-disabled", "true"));
      status.textContent = document.body.dataset.sending;
      if (!button) return;
      const words = document.createElement("span");
      words.className = "saved js-sending";
      words.textContent = document.body.dataset.sending;
      words.setAttribute("aria-hidden", "true");
      button.after(words);
    }, SLOW);
  });

  // Coming back by the browser's own button: the form may be sent again.
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("[aria-disabled]").forEach((b) => b.removeAttribute("aria-disabled"));
    form.querySelectorAll(".js-sending").forEach((s) => s.remove());
  };
  addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });

  // Countdowns: the words come from the server, the counting goes on here.
  const inWords = (timer) => {
    const seconds = (new Date(timer.dataset.deadline) - Date.now()) / 1000;
    const [unit, size] = Math.abs(seconds) < 7200 ? ["minute", 60] : Math.abs(seconds) < 172800 ? ["hour", 3600] : ["day", 86400];
    const round = unit === "minute" && seconds >= 0 ? Math.ceil : Math.floor; // a minute that has begun still counts
    const n = round(Math.abs(seconds) / size);
    const words = JSON.parse(timer.dataset.words)[unit];
    return words[(seconds < 0 ? 2 : 0) + (n === 1 ? 0 : 1)].replace("{n}", n);
  };
  const minutesLeft = (timer) => (new Date(timer.dataset.deadline) - Date.now()) / MINUTE;
  const count = () => document.querySelectorAll("[data-deadline]").forEach((timer) => {
    timer.textContent = inWords(timer);
    const left = minutesLeft(timer);
    if (left > 14 && left <= 15 && !timer.dataset.told) {
      timer.dataset.told = "yes";
      status.textContent = timer.dataset.soon;
    }
  });
  if (!document.body.hasAttribute("data-still")) setInterval(count, MINUTE);

  // The date under a date field, in words.
  const dayInWords = (input) => {
    const line = document.getElementById(`${input.id}_words`);
    if (!line) return;
    const date = input.valueAsDate;
    line.textContent = date
      ? date.toLocaleDateString(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" })
      : "";
  };
  document.addEventListener("input", (event) => { if (event.target.type === "date") dayInWords(event.target); });

  // Light or dark on this device; the choice is hidden without this script.
  const setUpTheme = () => {
    const form = document.querySelector("[data-theme-choice]");
    if (!form) return;
    form.hidden = false;
    let chosen = "";
    try { chosen = localStorage.getItem("theme") || ""; } catch { /* storage may be off */ }
    form.querySelectorAll("input").forEach((input) => {
      input.checked = input.value === chosen;
      input.addEventListener("change", () => {
        try { input.value ? localStorage.setItem("theme", input.value) : localStorage.removeItem("theme"); } catch { return; }
        dispatchEvent(new Event("theme-chosen"));
      });
    });
  };

  focusSummary(document);
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
  document.querySelectorAll("input[type=date]").forEach(dayInWords);
  setUpTheme();
})();
