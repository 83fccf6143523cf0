// On the page to sign in: this phone forgets the form it kept for when there is no connection, and with whom one talks.
// What somebody typed and could not send yet stays: it is theirs, and goes once it is stored.
(() => {
  "use strict";
  try {
    for (const name of Object.keys(localStorage)) if (name.startsWith("halfword.people.")) localStorage.removeItem(name);
  } catch { /* storage may be off */ }
  globalThis.caches?.delete("halfword-log").catch(() => { /* nothing was kept */ });
})();
