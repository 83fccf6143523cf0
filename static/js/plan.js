// The bar under the pairs counts what is chosen. Without this, it says the same in words.
(() => {
  "use strict";
  const form = document.querySelector("[data-plan]");
  if (!form) return;
  const words = form.querySelector("[data-plan-words]");
  const button = form.querySelector("[data-many]");
  const count = () => {
    const n = { approve: 0, hold: 0, exclude: 0 };
    form.querySelectorAll("input[type=radio]:checked").forEach((input) => { n[input.value] += 1; });
    n.open = form.querySelectorAll("fieldset").length - n.approve - n.hold - n.exclude;
    const said = ["approve", "hold", "exclude", "open"].filter((name) => n[name]);
    words.textContent = `${said.map((name) => words.dataset[name].replace("{n}", n[name])).join(", ")}.`;
    const label = n.approve === 0 ? "none" : n.approve === 1 ? "one" : "many";
    button.textContent = button.dataset[label].replace("{n}", n.approve);
  };
  form.addEventListener("change", count);
  form.addEventListener("reset", () => setTimeout(count)); // the boxes are emptied after this event
  addEventListener("pageshow", count); // the browser may have kept what was chosen
})();
