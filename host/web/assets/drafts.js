// What is typed in a form with a draft is not lost. It is saved a second after the last key, when the field is left and when the
// page goes, and once more before it is sent. What could not be saved is kept by this tab alone, for who typed it.
(() => {
  'use strict';

  const PAUSE_MS = 1000;
  const RETRY_MS = 10000;
  const PATIENCE_MS = 10000;
  // Browsers send no more than 64 KiB after a page has gone.
  const MOST_AFTER = 60000;
  const PREFIX = 'annex-draft';

  const part = document.querySelector('[data-draft]');
  const form = part?.closest('form');
  const who = form?.elements.operator?.value;
  if (!who) return;

  const address = part.dataset.draft;
  const place = `${PREFIX} ${who} ${address}`;
  const { rev, key } = form.elements;
  const time = part.querySelector('time');

  let standing = part.dataset.draftStanding;
  // What the server has; null: not what is in the form.
  let saved = ['unsaved', 'differs'].includes(standing) ? null : flat(entered());
  // Another text that is kept: somebody has to choose. Its fields, where they are known.
  let other = ['differs', 'other'].includes(standing) ? { rev: rev.value, fields: null } : null;
  let tried = null;
  let running = null;
  let timer = 0;
  let undo = null;
  let sent = false;
  let waiting = false;

  // ---- the form ----
  function controls() {
    const wanted = 'input:not([type="hidden"], [type="file"]), textarea, select:not([name="then"])';
    return [...form.elements].filter((control) => control.name && control.matches(wanted));
  }

  function isTicked(control) {
    return control.type === 'checkbox' || control.type === 'radio';
  }

  function entered() {
    return controls().filter((control) => !isTicked(control) || control.checked).map((control) => [control.name, control.value]);
  }

  function fill(fields) {
    const values = new Map(fields);
    for (const control of controls()) {
      const value = values.get(control.name);
      if (control.type === 'radio') control.checked ||= control.value === value;
      else if (control.type === 'checkbox') control.checked = control.value === value;
      else control.value = value ?? '';
    }
  }

  // What is chosen beside the text stays.
  function clear() {
    for (const control of controls()) {
      if (!isTicked(control) && !control.matches('select')) control.value = '';
    }
  }

  function flat(fields) {
    const sorted = new URLSearchParams(fields);
    sorted.sort();
    return sorted.toString();
  }

  function isChanged() {
    return flat(entered()) !== saved;
  }

  function focusText() {
    form.querySelector('textarea')?.focus();
  }

  // ---- what the form says of it ----
  function show(next, at = new Date()) {
    standing = next;
    if (next === 'saved') tell(at);
    for (const one of part.querySelectorAll('[data-draft-when]')) {
      one.hidden = !one.dataset.draftWhen.split(' ').includes(next);
    }
    // Where its fields are not known the page came with them.
    if (!other || other.fields) compare(other?.fields ?? []);
  }

  // The other text beside one's own, where the form has a place for it.
  function compare(fields) {
    const values = new Map(fields);
    for (const place of form.querySelectorAll('[data-draft-beside]')) {
      const control = form.elements[place.dataset.draftBeside];
      const value = values.get(control.name) ?? control.value;
      const option = [...control.options ?? []].find((one) => one.value === value);
      place.hidden = value === control.value;
      place.lastElementChild.textContent = option?.text ?? value;
    }
  }

  // The same words are not written again: they would be read out again.
  function tell(at) {
    const isToday = at.toDateString() === new Date().toDateString();
    const language = document.documentElement.lang || 'en';
    const words = new Intl.DateTimeFormat(language, { dateStyle: isToday ? undefined : 'medium', timeStyle: 'short' }).format(at);
    time.dateTime = at.toISOString();
    time.removeAttribute('title');
    if (time.textContent !== words) time.textContent = words;
  }

  // ---- what this tab keeps ----
  function keep(sending = null) {
    const text = JSON.stringify({ fields: entered(), rev: rev.value, tried, sending });
    try {
      sessionStorage.setItem(place, text);
    } catch {
      // There is no room, or none at all.
    }
  }

  function kept() {
    try {
      const own = `${PREFIX} ${who} `;
      const all = Object.keys(sessionStorage).filter((name) => name.startsWith(`${PREFIX} `));
      all.filter((name) => !name.startsWith(own)).forEach((name) => sessionStorage.removeItem(name));
      return JSON.parse(sessionStorage.getItem(place));
    } catch {
      return null;
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(place);
    } catch {
      // Then nothing was kept.
    }
  }

  // ---- saving ----
  async function post(fields, follows, formKey) {
    const body = new URLSearchParams([...fields, ['rev', follows], ['operator', who], ['key', formKey]]).toString();
    return fetch(address, {
      method: 'POST',
      body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'HX-Request': 'true' },
      keepalive: body.length < MOST_AFTER,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  }

  // One at a time, until the server has what is in the form.
  function save() {
    clearTimeout(timer);
    running ??= catchUp().finally(() => { running = null; });
    return running;
  }

  function soon(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  async function catchUp() {
    while (!sent && !other && isChanged()) {
      if (!await saveOnce(entered())) return;
    }
  }

  // True when the server has it, or what was tried before it: there may be more to do.
  async function saveOnce(fields) {
    const known = [tried, flat(fields)];
    tried = flat(fields);
    let answer = null;
    try {
      answer = await post(fields, rev.value, key.value);
      if (answer.ok || answer.status === 409) return took(fields, known, await answer.json());
    } catch {
      // The host cannot be reached, or its answer is no JSON.
    }
    keep();
    show(answer?.status === 401 ? 'signed-out' : 'failed');
    if (!answer || answer.status >= 500) soon(RETRY_MS);
    return false;
  }

  function took(fields, known, answer) {
    if (answer.sent) return false;
    // Its fields come when it is not what was sent; it may still be ours, when an answer was lost.
    const there = flat(answer.fields ?? fields);
    // What was saved elsewhere is no field of this form.
    if (answer.fields && there === saved) {
      rev.value = answer.rev;
      return true;
    }
    if (!known.includes(there)) {
      other = answer;
      keep();
      show('differs');
      return false;
    }
    rev.value = answer.rev;
    saved = there;
    if (!isChanged()) forget();
    for (const follower of document.querySelectorAll('[data-draft-follows]')) follower.dispatchEvent(new CustomEvent('annex:changed'));
    if (answer.rev !== 0) {
      undo = null;
      show('saved');
    } else {
      show(undo ? 'discarded' : 'blank');
    }
    return true;
  }

  function leave() {
    if (sent || !isChanged()) return;
    keep();
    save();
  }

  // ---- what this tab had kept when the page went ----
  async function restore() {
    const left = kept();
    if (!left) return;
    if (left.sending && await wasSent(left.sending) !== false) return;
    tried = left.tried;
    if (flat(left.fields) === flat(entered())) {
      save().then(() => { if (!isChanged()) forget(); });
    } else if (left.sending && isChanged()) {
      other = { rev: rev.value, fields: left.fields };
      show('differs');
    } else if (left.rev === rev.value || saved === left.tried) {
      fill(left.fields);
      save();
    } else if (!['unsaved', 'differs'].includes(standing)) {
      other = { rev: rev.value, fields: entered() };
      fill(left.fields);
      show('differs');
    }
  }

  // Only the server knows what became of a form, by its key. Nothing is asked of it beside that; null: it does not say.
  async function wasSent(formKey) {
    try {
      const { sent: arrived = false } = await (await post([], 0, formKey)).json();
      if (arrived) forget();
      return arrived;
    } catch {
      return null;
    }
  }

  // ---- what people do ----
  form.addEventListener('input', () => {
    sent = false;
    soon(PAUSE_MS);
  });
  form.addEventListener('change', () => soon(PAUSE_MS));
  form.addEventListener('focusout', save);
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : save()));
  addEventListener('pagehide', leave);
  // From the browser's memory it comes as it was, with a key that may have been used.
  addEventListener('pageshow', (event) => { if (event.persisted) location.reload(); });

  // What is sent is saved first: whatever becomes of it, it is there.
  form.addEventListener('submit', (event) => {
    if (event.defaultPrevented) return;
    if (waiting) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const isLater = ['differs', 'other', 'failed'].includes(standing) && !running;
    if (isLater || (!running && !isChanged())) {
      if (isChanged()) keep(key.value);
      setTimeout(() => { sent ||= !event.defaultPrevented; });
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    waiting = true;
    save().then(() => {
      waiting = false;
      if (standing === 'signed-out' || standing === 'differs') part.querySelector('.btn:not([hidden])')?.focus();
      else if (isChanged()) send(event.submitter);
      else form.requestSubmit(event.submitter);
    });
  });

  // It could not be saved, and may be sent all the same.
  function send(submitter) {
    standing = 'failed';
    form.requestSubmit(submitter);
  }

  const deeds = {
    discard() {
      undo = entered();
      clear();
      save().then(() => part.querySelector('[data-draft-do="undo"]:not([hidden])')?.focus());
    },
    undo() {
      fill(undo);
      save();
      focusText();
    },
    mine() {
      rev.value = other.rev;
      other = null;
      saved = null;
      save();
      focusText();
    },
    theirs(event) {
      forget();
      if (!other.fields) {
        // The link leads to it.
        sent = true;
        return;
      }
      event.preventDefault();
      fill(other.fields);
      rev.value = other.rev;
      saved = flat(entered());
      other = null;
      show(rev.value === '0' ? 'blank' : 'saved');
      focusText();
    },
  };
  part.addEventListener('click', (event) => {
    const button = event.target.closest('[data-draft-do]');
    if (!button) return;
    if (button.dataset.draftDo !== 'theirs') event.preventDefault();
    deeds[button.dataset.draftDo](event);
  });

  if (standing === 'saved') show(standing, new Date(time.dateTime));
  restore();
  if (standing === 'unsaved') save();
})();
