"use strict";
// Finds badges while one types, says how many, and keeps the question in the address.
// The filters beside it work without this script, by the catalogue's style sheet.
(() => {
  const box = document.querySelector("[data-search]");
  const cards = [...document.querySelectorAll("[data-badge]")];
  if (!box || !cards.length) return;
  const input = box.querySelector("input"), status = box.querySelector("[role=status]");
  const filters = [...document.querySelectorAll(".filters select")];
  const letters = { ß: "ss", œ: "oe", æ: "ae", ø: "o", đ: "d", ł: "l" };
  let words, asked = false, wait = 0;

  // As obit_build/website/catalogue.py does to the words of the badges.
  const plain = (text) => text.toLowerCase().replace(/[ßœæøđł]/g, (letter) => letters[letter])
    .normalize("NFKD").replace(/\p{M}/gu, "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);

  // What the page itself shows of a badge stands in until the list is there, or where it can't be read.
  const known = (card) => ` ${words?.[card.dataset.badge] ?? plain(card.textContent).join(" ")}`;

  // A word counts from its beginning; from three letters on, anywhere.
  const fits = (text, term) => text.includes(term.length < 3 ? ` ${term}` : term);

  async function read() {
    if (asked) return;
    asked = true;
    try {
      const answer = await fetch(box.dataset.search);
      if (answer.ok) words = (await answer.json()).badges;
    } catch { /* opened from a disk: the cards' own words do */ }
    show();
  }

  function show() {
    const terms = plain(input.value), marks = filters.map((filter) => filter.value).filter(Boolean);
    let found = 0;
    for (const card of cards) {
      const text = known(card), own = card.dataset.marks.split(" ");
      card.hidden = !terms.every((term) => fits(text, term)) || !marks.every((mark) => own.includes(mark));
      if (!card.hidden) found += 1;
    }
    const { one, other, none } = box.dataset;
    const said = found === 0 ? none : found === 1 ? one : other;
    const chosen = terms.length > 0 || marks.length > 0;
    clearTimeout(wait); // a pause, so that a screen reader is not told every letter's count
    wait = setTimeout(() => { status.textContent = chosen ? said.replace("{n}", found) : ""; }, 200);
  }

  function remember() {
    const query = new URLSearchParams(input.value.trim() ? { q: input.value.trim() } : {});
    for (const { value } of filters) if (value) query.append(...value.split(/=(.*)/s, 2));
    const text = String(query);
    history.replaceState(null, "", text ? `?${text}` : location.pathname);
  }

  function clear() {
    input.value = "";
    for (const filter of filters) filter.value = "";
  }

  const given = new URLSearchParams(location.search);
  input.value = given.get("q") ?? "";
  for (const filter of filters) {
    const wanted = `${filter.id.slice(3)}=${given.get(filter.id.slice(3))}`;
    if ([...filter.options].some(({ value }) => value === wanted)) filter.value = wanted;
  }
  const changed = () => { remember(); read(); show(); };
  for (const field of [input, ...filters]) field.addEventListener("input", changed);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && input.value) { input.value = ""; changed(); }
  });
  document.querySelector(".reset a")?.addEventListener("click", (event) => {
    event.preventDefault();
    clear();
    changed();
    input.focus();
  });
  box.hidden = false;
  document.documentElement.classList.add("searches");
  if (input.value || filters.some((filter) => filter.value)) changed();
})();
