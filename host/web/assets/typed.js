// What is typed in one form of a page is still there after another one was sent: the page that follows has it again, in the same
// field of the same form. This tab keeps it for that one page: what somebody has changed, and never a password.
(() => {
  'use strict';

  const KEPT = 'annex-typed';
  const FIELDS = 'input:not([type="hidden"], [type="password"], [type="file"]), textarea, select';
  const touched = new Set();

  const isTicked = (field) => field.type === 'checkbox' || field.type === 'radio';

  /** Forms with a draft, and those that save by themselves, keep what is theirs. */
  const isKept = (form) => form?.getAttribute('method') === 'post' && !form.hasAttribute('hx-post') && !form.querySelector('[data-draft]');

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

  function keep(sent) {
    const others = [...touched].filter((field) => field.isConnected && isKept(field.form) && field.form !== sent);
    if (others.length === 0) return;
    const entries = others.map((field) => [key(field), isTicked(field) ? field.checked : field.value]);
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(entries));
    } catch {
      // There is no room, or none at all.
    }
  }

  function kept() {
    try {
      const entries = JSON.parse(sessionStorage.getItem(KEPT)) ?? [];
      sessionStorage.removeItem(KEPT);
      return new Map(entries);
    } catch {
      return new Map();
    }
  }

  function restore() {
    const entries = kept();
    if (entries.size === 0) return;
    for (const field of [...document.forms].filter(isKept).flatMap((form) => [...form.elements])) {
      const value = field.matches(FIELDS) ? entries.get(key(field)) : undefined;
      if (value === undefined) continue;
      if (isTicked(field)) field.checked = value;
      else if (!field.options || [...field.options].some((option) => option.value === value)) field.value = value;
      touched.add(field);
    }
  }

  document.addEventListener('input', touch);
  document.addEventListener('change', touch);
  document.addEventListener('submit', (event) => {
    if (!event.defaultPrevented && event.target.getAttribute('method') === 'post') keep(event.target);
  });
  restore();
})();
