// The panel's own script: everything here only makes pages that already work nicer. No framework, no inline handlers.
(() => {
  'use strict';

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const text = (name) => document.body.dataset[name] || '';

  // ---- toasts: one live region, each leaves by itself, waits while it is hovered or focused ----
  const SHOWN_MS = 6000;

  function arm(toast) {
    if (toast.dataset.armed) return;
    toast.dataset.armed = '1';
    let timer;
    const start = () => { timer = setTimeout(() => toast.remove(), SHOWN_MS); };
    const stop = () => clearTimeout(timer);
    toast.addEventListener('mouseenter', stop);
    toast.addEventListener('mouseleave', start);
    toast.addEventListener('focusin', stop);
    toast.addEventListener('focusout', start);
    start();
  }

  function toast(message, tone = 'info') {
    const box = $('#toasts');
    if (!box || !message) return;
    const sprite = $('use')?.getAttribute('href')?.split('#')[0] ?? '';
    const icons = { success: 'circle-check', warning: 'triangle-alert', critical: 'circle-alert' };
    const entry = document.createElement('div');
    entry.className = `toast ${tone}`;
    entry.dataset.toast = '';
    entry.append(icon(sprite, icons[tone] ?? 'info'));
    const words = document.createElement('span');
    words.className = 'toast-text';
    words.textContent = message;
    const close = document.createElement('button');
    close.type = 'button';
    close.className = 'btn subtle icon-only small';
    close.dataset.dismiss = '';
    close.setAttribute('aria-label', text('dismissText'));
    close.append(icon(sprite, 'x'));
    entry.append(words, close);
    box.append(entry);
    arm(entry);
  }

  function icon(sprite, name) {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', `${sprite}#${name}`);
    svg.append(use);
    return svg;
  }

  // ---- what a fresh part of the page needs ----
  function enhance(root) {
    $$('[data-toast]', root).forEach(arm);
    for (const form of $$('form[data-autosubmit]', root)) form.dataset.ready = '1';
    $$('.table:not(.tickets, .panel-table, .log-table, .labelled)', root).forEach(label);
    for (const field of $$('[data-needs-script]', root)) field.hidden = false;
    for (const field of $$('[data-without-script]', root)) field.hidden = true;
    showFields(root);
  }

  // A setting is shown while what it hangs on is chosen, and shown itself. Those come before it.
  function showFields(root) {
    for (const part of $$('[data-shown-by]', root)) {
      const of = $(`[data-setting="${CSS.escape(part.dataset.shownBy)}"]`);
      const inputs = of ? $$('select, textarea, input:not([type="hidden"], [type="search"])', of) : [];
      const chosen = inputs.flatMap((input) => {
        if (input.type !== 'checkbox') return input.value.split('\n').map((line) => line.trim());
        if (input.getAttribute('role') === 'switch') return [String(input.checked)];
        return input.checked ? [input.value] : [];
      });
      const wanted = part.dataset.shownIs.split('\n');
      part.hidden = Boolean(of) && (of.hidden || !chosen.some((value) => wanted.includes(value)));
    }
  }

  // On phones a row of a table stands by itself, each value below the label of its column: nothing is cut off at the side.
  function label(table) {
    const heads = $$('thead th', table).map((head) => head.textContent.trim());
    if (heads.length === 0) return;
    const roles = { TABLE: 'table', THEAD: 'rowgroup', TBODY: 'rowgroup', TFOOT: 'rowgroup', TR: 'row', TD: 'cell' };
    for (const part of [table, ...$$('thead, tbody, tfoot, tr, td', table)]) part.setAttribute('role', roles[part.tagName]);
    for (const head of $$('thead th', table)) head.setAttribute('role', 'columnheader');
    for (const head of $$('tbody th, tfoot th', table)) head.setAttribute('role', 'rowheader');
    for (const row of $$('tbody tr', table)) {
      [...row.cells].forEach((cell, at) => { if (cell.tagName === 'TD' && heads[at]) cell.dataset.label = heads[at]; });
    }
    table.classList.add('labelled');
  }

  // ---- clicks ----
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;

    const dismiss = target.closest('[data-dismiss]');
    if (dismiss) dismiss.closest('[data-toast], .banner')?.remove();

    const copy = target.closest('[data-copy], [data-copy-from]');
    if (copy) {
      const from = copy.dataset.copyFrom ? $(`#${CSS.escape(copy.dataset.copyFrom)}`) : null;
      const value = from ? from.value ?? from.textContent : copy.dataset.copy;
      navigator.clipboard?.writeText(value).then(() => toast(text('copiedText'), 'success'), () => from?.select?.());
    }

    const open = target.closest('[data-open-dialog], [data-dialog]');
    if (open) {
      const dialog = document.getElementById(open.dataset.openDialog ?? open.dataset.dialog);
      if (dialog instanceof HTMLDialogElement) {
        event.preventDefault();
        dialog.showModal();
      }
    }

    const close = target.closest('[data-close-dialog]');
    if (close) {
      const dialog = close.closest('dialog');
      if (dialog?.open) {
        event.preventDefault();
        dialog.close();
      }
    }

    const insert = target.closest('[data-insert-reply]');
    if (insert) insertReply(insert.dataset.insertReply);

    if (target instanceof HTMLDialogElement && target.open && target.dataset.lightDismiss !== undefined) target.close();
  });

  function insertReply(words) {
    const box = $('[data-reply-box]');
    if (!box) return;
    // Behind a dialog nothing takes the focus.
    $('dialog[data-composer-view][open]')?.close();
    const before = box.value.slice(0, box.selectionEnd);
    const after = box.value.slice(box.selectionEnd);
    const gap = before && !/\s$/.test(before) ? '\n' : '';
    box.value = before + gap + words + after;
    const end = box.value.length - after.length;
    box.focus();
    box.setSelectionRange(end, end);
    box.dispatchEvent(new Event('input', { bubbles: true }));
  }

  // ---- forms: never sent twice, busy until the answer, the deletion only with the name typed ----
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method === 'dialog' || form.hasAttribute('hx-post')) return;
    if (form.dataset.arrange !== undefined) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = '1';
    const button = event.submitter;
    if (button) button.setAttribute('aria-busy', 'true');
  });
  // Back from the next page: the form can be sent again.
  addEventListener('pageshow', () => {
    for (const form of $$('form[data-sent]')) {
      delete form.dataset.sent;
      $$('[aria-busy]', form).forEach((button) => button.removeAttribute('aria-busy'));
    }
  });

  document.addEventListener('input', (event) => {
    const field = event.target;
    if (!(field instanceof HTMLInputElement) || field.dataset.confirmName === undefined) return;
    const button = field.form?.querySelector('[data-confirmed]');
    if (button) button.disabled = field.value.trim() !== field.dataset.confirmName;
  });

  document.addEventListener('change', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    target?.closest('form[data-autosubmit]')?.requestSubmit();
    if (target?.closest('[data-setting]')) showFields(document);
  });

  // Ctrl+Enter sends what is being written.
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey) && event.target instanceof HTMLTextAreaElement) {
      event.target.form?.requestSubmit();
    }
  });

  // ---- keyboard shortcuts ----
  function typing(target) {
    return target instanceof HTMLElement
      && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  }

  function move(step) {
    const links = $$('.ticket-link');
    if (links.length === 0) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step));
    links[next].focus();
    links[next].scrollIntoView({ block: 'nearest' });
    return true;
  }

  function compose(mode) {
    const radio = $(`input[name="mode"][value="${mode}"]`);
    const box = $('[data-reply-box]');
    if (!box) return false;
    if (radio) {
      radio.checked = true;
      radio.dispatchEvent(new Event('change', { bubbles: true }));
    }
    box.focus();
    return true;
  }

  const shortcuts = {
    j: () => move(1),
    k: () => move(-1),
    r: () => compose('reply'),
    n: () => compose('note'),
    a: () => { const field = $('[data-assignee]'); field?.focus(); return Boolean(field); },
    e: () => { const button = $('[data-solve]'); button?.click(); return Boolean(button); },
    '/': () => { const field = $('[data-search]'); field?.focus(); field?.select(); return Boolean(field); },
    '?': () => { const help = $('#shortcuts-help'); if (help && !help.open) help.showModal(); return Boolean(help); },
  };

  document.addEventListener('keydown', (event) => {
    if (document.body.dataset.shortcuts === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || event.isComposing || $('dialog[open]')) return;
    const run = Object.hasOwn(shortcuts, event.key) ? shortcuts[event.key] : null;
    if (run?.()) event.preventDefault();
  });

  // ---- htmx: panels that take long, focus on errors, a lost connection ----
  const LONG_MS = 2000;
  const waits = new WeakMap();
  document.addEventListener('htmx:before:request', (event) => {
    const elt = event.target;
    if (!(elt instanceof Element)) return;
    const box = elt.closest('.addon-panel');
    if (box) waits.set(box, setTimeout(() => box.classList.add('waiting-long'), LONG_MS));
  });
  document.addEventListener('htmx:finally:request', (event) => {
    const elt = event.target;
    const box = elt instanceof Element ? elt.closest('.addon-panel') : null;
    if (box) {
      clearTimeout(waits.get(box));
      box.classList.remove('waiting-long');
    }
  });
  document.addEventListener('htmx:after:swap', () => {
    enhance(document);
    showErrors();
  });

  // ---- a message as it was sent: its frame is as high as it is, within what the style sheet allows ----
  function fit(frame) {
    const height = frame.contentDocument?.body?.getBoundingClientRect().height ?? 0;
    if (height > 0) frame.height = Math.ceil(height) + frame.offsetHeight - frame.clientHeight;
  }
  document.addEventListener('load', (event) => {
    if (event.target instanceof HTMLIFrameElement) fit(event.target);
  }, true);

  document.addEventListener('annex:toast', (event) => toast(event.detail?.text, event.detail?.tone));
  document.addEventListener('htmx:error', () => toast(text('connectionText'), 'critical'));

  // ---- live updates: what other people and add-ons change appears by itself, but never under somebody's hands ----
  // A part of the page names the events after which it is another. It is loaded anew, with all others that are, by one request;
  // those that somebody is busy with wait.
  const DEBOUNCE_MS = 500;
  const AGAIN_MS = 1000;
  const due = new Set();
  const asked = new WeakMap();
  const told = new WeakSet();
  let stream = null;
  let soon = null;

  const parts = () => $$('[data-live]');
  const events = (part) => part.dataset.live.split(' ').filter(Boolean);
  /** All but the panels of add-ons: each of those costs a call, and is drawn anew when another version runs. */
  const ordinary = () => parts().filter((part) => part.dataset.drawnBy === undefined);

  function follow() {
    const wanted = new Set(parts().flatMap(events));
    // Only the tab in front listens: browsers allow few connections to one host.
    if (wanted.size === 0 || document.hidden || stream || typeof htmx === 'undefined') return;
    stream = new EventSource('/events');
    for (const name of wanted) stream.addEventListener(name, () => put(parts().filter((part) => events(part).includes(name))));
    stream.addEventListener('refresh', () => put(ordinary()));
    const box = $('#writers');
    if (box) stream.addEventListener(`writing-${box.dataset.ticket}`, (event) => isWriting(JSON.parse(event.data)));
  }

  function leave() {
    stream?.close();
    stream = null;
  }

  /** These parts are to be loaded anew. */
  function put(these, wait = DEBOUNCE_MS) {
    for (const part of these) {
      due.add(part.id);
      told.delete(part);
    }
    if (due.size > 0) soon ??= setTimeout(refresh, wait);
  }

  /** Somebody is in a field or a dialog of the part, or has folded it. */
  const busy = (part) => (part.contains(document.activeElement) && typing(document.activeElement))
    || Boolean($('dialog[open]', part)) || Boolean(part.parentElement.closest('[hidden]'));

  /** A field of the part says something else than what is stored, or has what the add-on was not given yet. */
  function unsaved(part) {
    return Boolean($('[data-touched]', part)) || $$('input[name^="was-"]', part).some((was) => {
      const field = was.form?.elements[was.name.slice(4)];
      return field && field.value !== was.value;
    });
  }

  function refresh() {
    soon = null;
    const waiting = parts().filter((part) => due.has(part.id));
    const ready = waiting.filter((part) => !unsaved(part) && !busy(part));
    waiting.filter(unsaved).forEach(notice);
    due.clear();
    for (const part of waiting) if (!ready.includes(part)) due.add(part.id);
    load(ready);
    if (due.size > 0) soon = setTimeout(refresh, AGAIN_MS);
  }

  function load(ready) {
    // The bell and the panels of add-ons have addresses of their own.
    const own = ready.filter((part) => part.hasAttribute('hx-get'));
    for (const part of own) {
      asked.set(part, { parts: [part], page: location.href });
      part.dispatchEvent(new CustomEvent('annex:changed'));
    }
    const together = ready.filter((part) => !own.includes(part));
    const [source, ...others] = together;
    if (!source) return;
    const here = (part) => `#${CSS.escape(part.id)}`;
    const swap = (part) => (part.dataset.notice === undefined ? 'outerMorph' : 'outerHTML');
    asked.set(source, { parts: together, page: location.href });
    // A form that came back stands at the address that it was sent to.
    const page = $('[data-page]')?.dataset.page ?? location.pathname + location.search;
    htmx.ajax('GET', page, {
      source,
      target: here(source),
      select: here(source),
      swap: swap(source),
      selectOOB: others.map((part) => `${here(part)}:${swap(part)}`).join(','),
    });
  }

  // An answer that is none, or that comes when somebody is busy or has gone on to another list, changes nothing.
  document.addEventListener('htmx:before:swap', (event) => {
    const ctx = event.detail?.ctx;
    const request = ctx?.sourceElement instanceof Element ? asked.get(ctx.sourceElement) : undefined;
    if (!request) return;
    asked.delete(ctx.sourceElement);
    const failed = ctx.response?.raw?.ok === false;
    const late = request.page !== location.href || request.parts.some((part) => busy(part) || unsaved(part));
    if (failed || late) event.preventDefault();
    if (late && !failed) put(request.parts);
  });

  /** Draws the panels anew that are another version's than the one that runs. */
  function redraw() {
    const old = [];
    for (const now of $$('[data-runs]')) {
      const panel = $('[data-drawn-by]', now.parentElement);
      if (!panel || panel.dataset.drawnBy === now.dataset.runs) continue;
      panel.dataset.drawnBy = now.dataset.runs;
      // A folded one that was never asked for has nothing to draw anew.
      if (!$(':scope > .skeleton', panel)) old.push(panel);
    }
    if (old.length > 0) put(old, 0);
  }

  /** Says above what is not saved who changed what meanwhile. */
  function notice(part) {
    if (part.dataset.notice === undefined || told.has(part)) return;
    told.add(part);
    htmx.ajax('GET', part.dataset.notice, { source: '#properties-notice', target: '#properties-notice', swap: 'innerHTML' });
  }

  document.addEventListener('click', (event) => {
    const again = event.target instanceof Element ? event.target.closest('[data-reload]') : null;
    const part = again && document.getElementById(again.dataset.reload);
    if (!part) return;
    for (const was of $$('input[name^="was-"]', part)) {
      const field = was.form?.elements[was.name.slice(4)];
      if (field) field.value = was.value;
    }
    load([part]);
  });

  document.addEventListener('htmx:after:swap', () => {
    const properties = $('[data-notice]');
    if (properties && !unsaved(properties)) $('#properties-notice')?.replaceChildren();
    redraw();
    hear();
    read();
  });

  // ---- a conversation: new messages are said, seen, and counted as read ----
  const heard = new Set();

  /** Says who wrote what is new, and lets a reply that is not begun yet know of it. */
  function hear(first = false) {
    const conversation = $('[data-announce]');
    if (!conversation) return;
    const fresh = $$('article[id]', conversation).filter((message) => !heard.has(message.id));
    fresh.forEach((message) => heard.add(message.id));
    if (first || fresh.length === 0) return;
    const said = document.getElementById(conversation.dataset.announce);
    const say = (message) => conversation.dataset.new.replace('$name', () => message.getAttribute('aria-label'));
    if (said) said.textContent = fresh.map(say).join(' ');
    const seen = $('#reply input[name="seen"]');
    if (seen?.value && !$('[data-reply-box]')?.value) seen.value = fresh.at(-1).id.slice(2);
    writers.clear();
    showWriters();
  }

  const SEEN_MS = 1000;
  let reading;

  /** What was in front for a second was read. */
  function read() {
    clearTimeout(reading);
    if (document.hidden || !$('form[data-read]')) return;
    reading = setTimeout(() => {
      const form = $('form[data-read]');
      if (!form) return;
      post(form.action, new URLSearchParams(new FormData(form)));
      form.remove();
    }, SEEN_MS);
  }

  /** Tells the host what nobody waits for. */
  function post(url, body) {
    fetch(url, { method: 'POST', headers: { 'HX-Request': 'true' }, body }).catch(() => {});
  }

  // ---- a reply that the channel sends in parts ----
  const numbers = new Intl.NumberFormat(document.documentElement.lang || 'en');

  /** Says so once it is longer than one message of the channel. */
  function countParts() {
    const hint = $('[data-longest]');
    const box = $('[data-reply-box]');
    if (!hint || !box) return;
    const [length, longest] = [[...box.value.trim()].length, Number(hint.dataset.longest)];
    const values = { $length: length, $longest: longest, $parts: Math.ceil(length / longest) };
    const text = hint.dataset.text.replace(/\$(length|longest|parts)/g, (name) => numbers.format(values[name]));
    hint.textContent = length > longest ? text : '';
  }

  document.addEventListener('input', (event) => {
    if (event.target instanceof Element && event.target.dataset.replyBox !== undefined) countParts();
  });
  countParts();

  // ---- who else is writing ----
  const TELL_MS = 10_000;
  const WRITING_MS = 15_000;
  const writers = new Map();
  let toldAt = -TELL_MS;

  document.addEventListener('input', (event) => {
    const box = $('#writers');
    if (!box || !(event.target instanceof Element) || event.target.dataset.replyBox === undefined) return;
    if (performance.now() - toldAt < TELL_MS) return;
    toldAt = performance.now();
    post(box.dataset.tell);
  });

  function isWriting({ id, name }) {
    clearTimeout(writers.get(id)?.timer);
    const timer = setTimeout(() => { writers.delete(id); showWriters(); }, WRITING_MS);
    writers.set(id, { name, timer });
    showWriters();
  }

  function showWriters() {
    const box = $('#writers');
    if (!box) return;
    const text = [...writers.values()].map(({ name }) => box.dataset.text.replace('$name', () => name)).join(' ');
    if (box.textContent !== text) box.textContent = text;
  }

  // A tab behind others listens only to keep the number in its title right, and of those one at a time.
  let free = null;
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) {
      free?.();
      free = null;
      const listened = stream !== null;
      // Something may have happened while nobody listened.
      if (!listened) put(ordinary());
      follow();
    } else if ($('[data-titled]') && navigator.locks && stream) {
      navigator.locks.request('annex-title', { ifAvailable: true }, (lock) => {
        if (lock && document.hidden) return new Promise((done) => { free = done; });
        if (document.hidden) leave();
        return undefined;
      });
    } else {
      leave();
    }
    read();
  });

  window.annex = Object.freeze({ toast, insertReply });

  // The summary takes the focus, and says which field each error belongs to.
  function showErrors() {
    const summary = $('[data-error-summary]');
    if (!summary || summary.dataset.seen) return;
    summary.dataset.seen = '1';
    for (const link of $$('a[href^="#f-"]', summary)) {
      const field = link.hash.slice(1);
      const label = $(`label[for="${CSS.escape(field)}"], #${CSS.escape(field)} > legend`);
      const name = label?.firstChild?.textContent.trim();
      if (name && !link.textContent.startsWith(name)) link.textContent = `${name}: ${link.textContent}`;
    }
    summary.focus();
  }

  const start = () => {
    enhance(document);
    $$('.message-sent').forEach(fit);
    hear(true);
    read();
    follow();
    showErrors();
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
  else start();
})();
