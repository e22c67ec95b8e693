// All the script that an award's page has until somebody asks for a check: a button that fetches
// the verifier. Without it the page says the same, and how to check by other means.

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-credential]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const script = document.createElement("script");
    script.src = button.dataset["script"] ?? "";
    script.addEventListener("error", () => (button.disabled = false));
    button.disabled = true;
    script.addEventListener("load", () => (button.disabled = false));
    document.head.append(script);
  }, { once: true });
}
export {};
