// Filters, the switch between light and dark, what printing needs. The page is whole without any of it.
(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  for (const one of document.querySelectorAll(".scripted")) one.hidden = false;
  if (!document.getElementById("network-data")) {
    for (const one of document.querySelectorAll(".show")) one.hidden = true;
  }

  // Light and dark: as the system has it, until somebody chooses.
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const button = document.getElementById("theme");
  const stored = (value) => {
    try {
      if (value === undefined) return localStorage.getItem("solvet-theme");
      localStorage.setItem("solvet-theme", value);
    } catch { /* Pages opened from a disk may have no storage. */ }
    return null;
  };
  const current = () => root.dataset.theme || (dark.matches ? "dark" : "light");
  const look = () => {
    const other = current() === "dark" ? "Light" : "Dark";
    button.textContent = other;
    button.setAttribute("aria-label", `Switch to ${other.toLowerCase()} colours`);
    document.dispatchEvent(new Event("look"));
  };
  const chosen = stored();
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  button.addEventListener("click", () => {
    root.dataset.theme = current() === "dark" ? "light" : "dark";
    stored(root.dataset.theme);
    look();
  });
  dark.addEventListener("change", look);
  look();

  // Filters: one form for one list of items in groups.
  const plain = (text) => text.toLowerCase().normalize("NFKC");
  for (const form of document.querySelectorAll("form.filter")) {
    const list = document.getElementById(form.dataset.for);
    if (!list) continue;
    const items = [...list.querySelectorAll(".item")];
    const groups = [...list.querySelectorAll("details.group")];
    const texts = new Map();
    const textOf = (item) => {
      if (!texts.has(item)) texts.set(item, plain(item.textContent));
      return texts.get(item);
    };
    const apply = () => {
      const data = new FormData(form);
      const tones = new Set(data.getAll("tone"));
      const words = plain(data.get("words") || "").split(/\s+/).filter(Boolean);
      const rule = data.get("rule") || "";
      const of = data.get("package") || "";
      const accepted = data.has("hidden");
      let shown = 0;
      let all = 0;
      for (const item of items) {
        const known = item.dataset;
        const counts = !("hidden" in known);
        if (counts || accepted) all += 1;
        const fits = (counts || accepted) && tones.has(known.tone) && (!rule || known.rule === rule)
          && (!of || known.package === of) && words.every((word) => textOf(item).includes(word));
        item.hidden = !fits;
        if (fits) shown += 1;
      }
      for (const group of groups) {
        const left = group.querySelectorAll(".item:not([hidden])").length;
        group.hidden = left === 0;
        const count = group.querySelector("summary .count");
        const whole = count.dataset.all;
        count.textContent = String(left) === whole ? whole : `${left} of ${whole}`;
        if (words.length && left) group.open = true;
      }
      form.querySelector(".shown").textContent = `${shown} of ${all} shown`;
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    apply();
  }

  // A link to something within a closed part opens it.
  const reveal = (target) => {
    for (let at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS") at.open = true;
    }
    target.hidden = false;
    target.scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  };
  window.solvetReveal = reveal;
  const follow = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const target = id && document.getElementById(id);
    if (target && target.closest("details")) reveal(target);
  };
  addEventListener("hashchange", follow);
  follow();

  // Paper shows everything.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")].filter((one) => !one.closest("#explorer"));
    for (const one of closed) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of closed) one.open = false;
    closed = [];
  });
})();
