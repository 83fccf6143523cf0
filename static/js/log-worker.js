// Keeps one page on this phone: the empty form to log a talk, with the files it needs, for when there is no connection.
// The page names nobody. No other page is kept, and what was typed is never here: it stays with the page's own script.
"use strict";
const KEPT = "halfword-log";
const SHELL = "/log/offline/";

const own = (url) => new URL(url, location.origin).origin === location.origin;

// Keep a fresh copy of the form and of its files; whoever is signed out gets nothing to keep.
const keep = async () => {
  const page = await fetch(SHELL, { credentials: "same-origin" });
  if (!page.ok || page.redirected) return;
  const words = await page.clone().text();
  const files = [...words.matchAll(/(?:href|src)="([^"#]+)"/g)].map((found) => found[1])
    .filter((url) => own(url) && new URL(url, location.origin).pathname.startsWith("/static/"));
  await caches.delete(KEPT);
  const kept = await caches.open(KEPT);
  await kept.put(SHELL, page);
  await Promise.all([...new Set(files)].map((url) => kept.add(url).catch(() => { /* one file less */ })));
};

const fromHere = async (request) => {
  try {
    return await fetch(request);
  } catch (lost) {
    const found = await caches.match(request.mode === "navigate" ? SHELL : request, { ignoreVary: true });
    if (!found) throw lost;
    return found;
  }
};

const tell = async () => {
  for (const page of await clients.matchAll({ type: "window", includeUncontrolled: true })) page.postMessage("send");
};

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => { if (event.data === "keep") event.waitUntil(keep().catch(() => { /* next time */ })); });
addEventListener("sync", (event) => event.waitUntil(tell()));
addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !own(request.url)) return;
  const isFile = new URL(request.url).pathname.startsWith("/static/");
  if (request.mode === "navigate" || isFile) event.respondWith(fromHere(request));
});
