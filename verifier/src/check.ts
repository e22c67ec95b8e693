// All the script that an award's page has until somebody asks for a check: a button that fetches
// the verifier, and buttons that copy. Without it the page says the same, and how to check by other
// means. Where the verifier can't be had, the button leads to the page that checks badges, so that
// something or somebody (the browser, if there is no network) says why.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-credential]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const script = document.createElement("script");
    script.src = `${button.dataset["root"] ?? ""}assets/verify.js`;
    script.addEventListener("error", () => location.assign(button.dataset["words"] ?? ""));
    button.disabled = true;
    script.addEventListener("load", () => (button.disabled = false));
    document.head.append(script);
  }, { once: true });
}

/** What a button copies: the page's address for people, or the code that shows the award elsewhere. */
function copied(what: string | undefined): string {
  const url = document.querySelector<HTMLMetaElement>('meta[property="og:url"]')?.content ?? location.href;
  if (what !== "frame") return url;
  const frame = document.createElement("iframe");
  const title = document.querySelector("h1")?.textContent ?? "";
  for (const [name, value] of Object.entries({ src: `${url}embed.html`, title, width: "480", height: "220", loading: "lazy" })) {
    frame.setAttribute(name, value);
  }
  return frame.outerHTML;
}

// Pages that were opened from a disk or over http have no clipboard.
for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const place = button.parentElement, words = button.textContent ?? "";
  if (!place || !navigator.clipboard) continue;
  place.hidden = false;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(copied(button.dataset["copy"])).then(() => {
      button.textContent = button.closest<HTMLElement>("[data-copied]")?.dataset["copied"] ?? "";
      setTimeout(() => (button.textContent = words), 2000);
    }, () => undefined);
  });
}
export {};
