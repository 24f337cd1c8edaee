// Small comforts; every page works without them.
//   <a data-dialog="ID" href="...">   opens <dialog id="ID"> instead of following the link
//   <button data-dialog-close>        closes the dialog it is in
//   key "/"                           puts the cursor in the element marked data-search
//   <a data-key="n">, <button ...>    pressed by that key (no modifier, not while typing); "F2" and "Escape" also while typing
//   <button data-copy="text">         copies, and says so in its own words (data-copied)
//   <button data-print>               prints the page
//   <form data-sign-out>              forgets the card that was kept on this device (js/card.js) first
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog) {
    event.preventDefault();
    dialog.showModal();
    return;
  }
  const closer = event.target.closest("[data-dialog-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
    return;
  }
  if (event.target.closest("[data-print]")) window.print();
  const copier = event.target.closest("[data-copy]");
  if (copier && navigator.clipboard) {
    navigator.clipboard.writeText(copier.dataset.copy).then(() => {
      if (copier.dataset.copied) copier.textContent = copier.dataset.copied;
    });
  }
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key === "Escape") {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  }
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "/" && !typing) {
    const search = document.querySelector("[data-search]");
    if (search) {
      event.preventDefault();
      search.focus();
      search.select();
    }
    return;
  }
  if (typing && !/^(F\d+|Escape)$/.test(event.key)) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target && !target.disabled) {
    event.preventDefault();
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-sign-out]");
  if (!form || !("caches" in window)) return;
  event.preventDefault();
  caches.keys()
    .then((names) => Promise.all(names.filter((name) => name.startsWith("card:")).map((name) => caches.delete(name))))
    .finally(() => form.submit());
});
