// Open Badges 2.0 and learner records are checked by scripts of their own, each of which is loaded when
// the first such file is met. The page names them in script elements that no browser runs by itself
// (nomodule): so they are saved along with a page that somebody saves to a disk, and their addresses
// are right there, too.

import type { Generation } from "./generation.js";

declare global {
  var obit: { openBadges2?: Generation; records?: Generation };
}

/** Returns how such files are checked; null if that script can't be had, now. */
export async function further(name: "openBadges2" | "records"): Promise<Generation | null> {
  const named = document.querySelector<HTMLScriptElement>(`script[data-${name.toLowerCase()}]`);
  if (!obit[name] && named) await loaded(named.src);
  return obit[name] ?? null;
}

/** Waits until a script has run, or could not be loaded; then the next badge tries again. */
const loaded = (src: string): Promise<Event> =>
  new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = src;
    for (const end of ["load", "error"]) script.addEventListener(end, resolve);
    document.head.append(script);
  });
