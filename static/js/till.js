// What makes the till quick; every page works without it.
//   <form data-once>                  is sent once, however often it is pressed (the server counts it once anyway)
//   <form data-enter-moves>           Enter goes to the next field, and sends from the last
//   <button data-fill="ID" data-value="12.50">   types the value into the field
//   <form data-scan>                  takes what a scanner types while no field has the cursor
const SCAN_GAP = 50; // milliseconds between two signs; people are slower
const scan = { text: "", last: 0 };

// The browser gives the cursor to its field when it paints; a quick cashier's key, or a scanner's, comes before.
if (document.activeElement === document.body) document.querySelector("[autofocus]")?.focus();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
});

// A page that comes back from the browser's memory may be sent again; its number still counts once.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) {
    delete form.dataset.sent;
    form.removeAttribute("aria-busy");
  }
});

// What stands in the find box is replaced by the next scan.
const replaced = (field) => field.matches("[data-search]") && field.select();
document.addEventListener("focusin", (event) => replaced(event.target));
window.addEventListener("pageshow", () => replaced(document.activeElement));

document.addEventListener("click", (event) => {
  const filler = event.target.closest("[data-fill]");
  const field = filler && document.getElementById(filler.dataset.fill);
  if (!field) return;
  field.value = filler.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey) return;
  const form = event.target.closest("form[data-enter-moves]");
  if (!form || !event.target.matches("input")) return;
  const fields = [...form.querySelectorAll("input:not([type=hidden]), button[type=submit]")];
  const next = fields[fields.indexOf(event.target) + 1];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  const isQuick = event.timeStamp - scan.last < SCAN_GAP;
  scan.last = event.timeStamp;
  if (event.key.length === 1) {
    scan.text = isQuick ? scan.text + event.key : event.key;
    return;
  }
  const form = document.querySelector("form[data-scan]");
  if (event.key !== "Enter" || !isQuick || scan.text.length < 6 || !form) return;
  event.preventDefault();
  form.elements.q.value = scan.text;
  form.submit();
});
