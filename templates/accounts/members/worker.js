{% comment %}
Service worker of a member portal. Context: card_url.
{% endcomment %}// Keeps the member's card, and what it is drawn with, for the moment at the till without a connection. Asks the network first, always;
// a card that may no longer be seen (signed out, blocked) is forgotten at once.
const CARD = "{{ card_url|escapejs }}";
const KEPT = "card:" + CARD;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(keep(event.data.keep).then(() => event.source.postMessage({ kept: true })));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(pageOrCard(request));
  else event.respondWith(fetch(request).catch(async () => (await fromKept(request.url)) || Response.error()));
});

async function keep(urls) {
  const kept = await caches.open(KEPT);
  await Promise.all(urls.map(async (url) => {
    const answer = await fetch(url, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) await kept.put(url, answer);
  }));
}

async function pageOrCard(request) {
  try {
    const answer = await fetch(request);
    if (new URL(request.url).pathname === CARD && answer.type === "opaqueredirect") await caches.delete(KEPT);
    return answer;
  } catch (unreachable) {
    const card = await fromKept(CARD);
    if (!card) throw unreachable;
    return new URL(request.url).pathname === CARD ? card : Response.redirect(CARD);
  }
}

async function fromKept(url) {
  return (await caches.has(KEPT)) ? (await caches.open(KEPT)).match(url) : undefined;
}
