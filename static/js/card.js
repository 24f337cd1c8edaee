// The page of the card: keeps the card on this device for tills without a connection, and keeps the screen on while it is shown.
//   <script src="card.js" data-worker="URL of the portal's service worker" defer>
const worker = document.currentScript.dataset.worker;

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data.kept) document.documentElement.dataset.cardKept = "true";
  });
  navigator.serviceWorker.register(worker);
  navigator.serviceWorker.ready.then((registration) => {
    const parts = document.querySelectorAll("link[rel=stylesheet], link[rel=preload], link[rel=icon], script[src]");
    const urls = [...parts].map((part) => part.href || part.src);
    registration.active.postMessage({ keep: [location.pathname, ...new Set(urls)] });
  });
}

const stayLit = () => {
  if (document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(() => {});
};
if ("wakeLock" in navigator) {
  stayLit();
  document.addEventListener("visibilitychange", stayLit);
}
