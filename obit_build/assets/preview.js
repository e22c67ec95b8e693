// Reloads the page after each build and lays findings over it. Only `obit serve` adds this.
"use strict";
{
  let current = null;
  const show = (text) => {
    let box = document.getElementById("obit-findings");
    if (!text) {
      box?.remove();
      return;
    }
    if (!box) {
      box = document.createElement("aside");
      box.id = "obit-findings";
      box.setAttribute("role", "alert");
      box.append(document.createElement("h1"), document.createElement("pre"));
      box.firstChild.textContent = "obit: the files hold mistakes";
      document.body.append(box);
    }
    box.lastChild.textContent = text;
  };
  new EventSource("/_obit/events").onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (current !== null && news.build !== current && !news.findings) {
      location.reload();
      return;
    }
    current = news.build;
    show(news.findings);
  };
}
