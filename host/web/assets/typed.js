// What is typed in one form of a page is still there after another one was sent: the page that follows has it again, in the same
// field of the same form. What was sent when the session had ended is there again after signing in. This tab keeps it, for who typed
// it, half a day at most: and never a password.
(() => {
  'use strict';

  const KEPT = 'annex-typed';
  const LONGEST_MS = 12 * 60 * 60 * 1000;
  const FIELDS = 'input:not([type="hidden"], [type="password"], [type="file"], [readonly]), textarea, select';
  const who = document.body.dataset.who ?? '';
  // Where whoever is signed out is led to, and goes on from there.
  const isSignIn = /\/sign-in(\/desk|\/again)?$/.test(location.pathname);
  const touched = new Set();

  const isTicked = (field) => field.type === 'checkbox' || field.type === 'radio';

  /** Forms with a draft, and those that save by themselves, keep what is theirs. */
  const isKept = (form) => form?.getAttribute('method') === 'post' && !form.hasAttribute('hx-post') && !form.querySelector('[data-draft]');

  /** All fields that may be kept. */
  const fields = () => [...document.forms].filter(isKept).flatMap((form) => [...form.elements]).filter((field) => field.matches(FIELDS));

  /** What tells a field apart, here and in the page that follows. */
  function key(field) {
    const form = field.form.getAttribute('action') ?? location.pathname;
    return [form, field.name, field.id, isTicked(field) ? field.value : ''].join(' ');
  }

  function touch(event) {
    const field = event.target;
    if (!(field instanceof Element) || !field.matches(FIELDS) || !isKept(field.form)) return;
    // Of radio buttons another one is no longer chosen.
    const group = field.type === 'radio' ? [...field.form.elements].filter((one) => one.name === field.name) : [field];
    group.forEach((one) => touched.add(one));
  }

  /** A form is sent: of the others what was changed is kept, and of itself everything, in case that nobody is signed in any more. */
  function keep(form) {
    const entries = (some) => some.map((field) => [key(field), isTicked(field) ? field.checked : field.value]);
    const others = entries(fields().filter((field) => field.form !== form && touched.has(field)));
    // What is as it came would undo what somebody else has changed meanwhile.
    const differs = (field) => field.form.elements[`was-${field.name}`]?.value !== field.value;
    const sent = entries(fields().filter((field) => field.form === form && differs(field)));
    if (others.length + sent.length > 0) store({ who, at: Date.now(), others, sent, signedOut: false });
    else forget();
  }

  function store(kept) {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      // There is no room, or none at all.
    }
  }

  function forget() {
    try {
      sessionStorage.removeItem(KEPT);
    } catch {
      // Then nothing was kept.
    }
  }

  function kept() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEPT));
      return kept && Date.now() - kept.at < LONGEST_MS ? kept : null;
    } catch {
      return null;
    }
  }

  function restore() {
    const was = kept();
    if (was && isSignIn) {
      store({ ...was, signedOut: true });
      return;
    }
    // Signing in may lead elsewhere first.
    const found = was?.who === who ? fill(new Map(was.signedOut ? [...was.others, ...was.sent] : was.others)) : 0;
    if (!was?.signedOut || found > 0 || (who && was.who !== who)) forget();
  }

  /** How many of the fields are here. */
  function fill(entries) {
    const here = fields().filter((field) => entries.has(key(field)));
    for (const field of here) {
      const value = entries.get(key(field));
      if (isTicked(field)) field.checked = value;
      else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
      touched.add(field);
    }
    return here.length;
  }

  document.addEventListener('input', touch);
  document.addEventListener('change', touch);
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented || isSignIn || form.getAttribute('method') !== 'post') return;
    if (/\/sign-out$/.test(form.getAttribute('action'))) forget();
    else keep(form);
  });
  restore();
})();
