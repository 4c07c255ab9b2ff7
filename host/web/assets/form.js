// A public form: while somebody types, the browser looks for the number that shows that it means it (see `forms.rs`). Where it cannot,
// nothing is lost: the form is sent without, and the host asks for a moment of patience.
"use strict";

(() => {
  const form = document.querySelector("form[data-public-form]");
  if (!form || !window.crypto || !window.crypto.subtle) return;

  const together = 256;
  const most = 4_000_000;
  const button = form.querySelector("button");
  const label = [...button.childNodes];
  const solution = form.elements.namedItem("solution");
  const stamp = form.elements.namedItem("stamp").value;
  const bits = Number(form.dataset.bits);
  const letters = new TextEncoder();

  const zeros = (bytes) => {
    let count = 0;
    for (const byte of bytes) {
      if (byte !== 0) return count + Math.clz32(byte) - 24;
      count += 8;
    }
    return count;
  };

  const holds = async (number) => {
    const digest = await window.crypto.subtle.digest("SHA-256", letters.encode(`${stamp}:${number}`));
    return zeros(new Uint8Array(digest)) >= bits;
  };

  const work = (async () => {
    for (let from = 0; from < most; from += together) {
      const numbers = Array.from({ length: together }, (_, at) => from + at);
      const found = (await Promise.all(numbers.map(holds))).indexOf(true);
      if (found >= 0) return String(from + found);
    }
    return "";
  })();

  // What is to be mended first, where the form came back.
  form.querySelector("[aria-invalid]")?.focus();

  let sending = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (sending) return;
    sending = true;
    button.disabled = true;
    button.textContent = form.dataset.busyText;
    solution.value = await work.catch(() => "");
    form.submit();
  });

  // Whoever comes back by the browser's button finds what was entered, and can send it again: the host says where the page is too old.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sending = false;
    button.disabled = false;
    button.replaceChildren(...label);
  });
})();
