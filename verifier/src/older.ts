// Open Badges 2.0 is checked by a script of its own, which is loaded when the first such badge is
// met. The page names it in a script element that no browser runs by itself (nomodule): so it is
// saved along with a page that somebody saves to a disk, and its address is right there, too.

import type { Generation } from "./generation.js";

declare global {
  var obit: { openBadges2?: Generation };
}

/** Returns how Open Badges 2.0 are checked; null if that script can't be had, now. */
export async function older(): Promise<Generation | null> {
  const named = document.querySelector<HTMLScriptElement>("script[data-openbadges2]");
  if (!obit.openBadges2 && named) await loaded(named.src);
  return obit.openBadges2 ?? null;
}

/** Waits until a script has run, or could not be loaded; then the next badge tries again. */
const loaded = (src: string): Promise<Event> =>
  new Promise((resolve) => {
    const script = document.createElement("script");
    script.src = src;
    for (const end of ["load", "error"]) script.addEventListener(end, resolve);
    document.head.append(script);
  });
