"use strict";
/* This only helps to find things: all that the page says, it says without it. */
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  root.classList.add("js");

  /* Wherever a moment is pointed at or focused, it lights up in the drawing, the path and the list. */
  let lit = [];
  const light = (event) => {
    const found = event.target instanceof Element && event.target.closest("[data-m]");
    if (lit[0]?.dataset.m === found?.dataset?.m) return;
    for (const each of lit) each.classList.remove("lit");
    lit = found ? all(`[data-m="${found.dataset.m}"]`) : [];
    lit.push(...lit.map((each) => each.closest(".taken")).filter(Boolean));
    for (const each of lit) each.classList.add("lit");
  };
  for (const each of all(".taken")) each.classList.add("scripted");
  for (const name of ["mouseover", "focusin"]) document.addEventListener(name, light);

  /* A link leads into what is folded too. */
  const unfold = () => {
    const found = location.hash && document.getElementById(location.hash.slice(1));
    if (!found) return;
    let folded = false;
    for (let fold = found.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      folded = folded || !fold.open;
      fold.open = true;
    }
    if (folded) found.scrollIntoView({ block: "center" });
  };
  addEventListener("hashchange", unfold);
  unfold();

  /* Choosing: the buttons work without this; here words are added, and how many are left is said. */
  const words = document.getElementById("words");
  const count = document.getElementById("count");
  if (words && count) {
    const places = all(".chosen .timeline > li");
    for (const each of all(".chosen")) each.classList.add("scripted");
    const said = places.map((place) => place.textContent.toLocaleLowerCase());
    const choose = () => {
      const wanted = words.value.trim().toLocaleLowerCase().split(/\s+/).filter(Boolean);
      const kept = all(".chosen .filters input:checked")
        .map((input) => input.value)
        .filter((value) => !value.endsWith("-all"));
      let shown = 0;
      places.forEach((place, number) => {
        const meant =
          kept.every((name) => place.classList.contains(name)) &&
          wanted.every((word) => said[number].includes(word));
        place.classList.toggle("unsaid", !meant);
        shown += meant ? 1 : 0;
      });
      const free = !kept.length && !wanted.length;
      count.textContent = free ? "" : `${shown} ${count.dataset.of} ${places.length}`;
      if (!shown) count.textContent += `. ${count.dataset.none}`;
      for (const month of all(".month")) {
        month.classList.toggle("unsaid", !month.querySelector("li:not(.unsaid)"));
      }
    };
    for (const input of all(".chosen .filters input")) input.addEventListener("input", choose);
    choose();
  }

  /* A chosen moment: the rows that held then. A day alone means the end of it. */
  const on = document.getElementById("on");
  if (on) {
    const by = document.getElementById("by");
    const then = document.getElementById("then");
    const rows = all("tr[data-since]");
    const look = () => {
      const at = on.value && `${on.value}T${by.value || "23:59"}:59`;
      let held = 0;
      for (const row of rows) {
        const gone = at && (row.dataset.since > at || (row.dataset.until || "~") <= at);
        row.classList.toggle("unsaid", Boolean(gone));
        held += gone ? 0 : 1;
      }
      then.textContent = !at ? "" : held ? `${then.dataset.then} ${held}` : then.dataset.nobody;
    };
    on.addEventListener("input", look);
    by.addEventListener("input", look);
    document.getElementById("every").addEventListener("click", () => {
      on.value = by.value = "";
      look();
    });
  }
})();
