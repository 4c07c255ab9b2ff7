// The panels of add-ons beside a ticket. What an add-on sends is drawn by the host; this script only carries out the few
// things that a page cannot do by itself: filling a field, sending on a change, Enter in the right form, busy buttons,
// and refreshing a panel while somebody looks at it.
(() => {
  'use strict';

  const panelOf = (element) => element.closest('[data-panel]');

  // ---- busy: the pressed button keeps its text, and so its width, and tells screen readers what it does ----
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.dataset.panel === undefined) return;
    const button = event.submitter;
    button?.closest('[data-panel] dialog')?.close();
    for (const box of form.querySelectorAll('[data-field-error]')) {
      box.replaceChildren();
      document.getElementById(box.dataset.fieldError)?.removeAttribute('aria-invalid');
    }
    if (!button || button.hidden) return;
    button.setAttribute('aria-busy', 'true');
    if (button.dataset.busy) button.setAttribute('aria-label', button.dataset.busy);
    form.dataset.pressed = button.id;
  });

  document.addEventListener('htmx:finally:request', (event) => {
    const form = event.target instanceof Element ? panelOf(event.target) : null;
    for (const button of form?.querySelectorAll('[aria-busy="true"]') ?? []) {
      button.removeAttribute('aria-busy');
      button.removeAttribute('aria-label');
    }
  });

  // ---- after an answer: errors at their fields, and the focus where it was ----
  document.addEventListener('htmx:before:swap', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const panel = target && (panelOf(target) ?? target.querySelector('[data-panel]'));
    if (panel?.contains(document.activeElement)) remembered.set(panel.id, document.activeElement.id || panel.dataset.pressed);
  });
  const remembered = new Map();
  document.addEventListener('htmx:after:swap', () => {
    for (const box of document.querySelectorAll('[data-field-error]')) {
      if (box.childElementCount > 0) document.getElementById(box.dataset.fieldError)?.setAttribute('aria-invalid', 'true');
    }
    for (const [panel, id] of remembered) {
      if (id && (document.activeElement === document.body || !document.activeElement)) document.getElementById(id)?.focus();
      remembered.delete(panel);
    }
  });

  // ---- a view beside Send opens with what stands in the reply box; with a key held, its link does what links do ----
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('[data-composer]') : null;
    const dialog = link && document.getElementById(link.dataset.composer);
    if (!(dialog instanceof HTMLDialogElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const asked = dialog.querySelector('form[hx-post]');
    const reply = link.closest('form');
    asked.elements.draft.value = reply.elements.body.value;
    asked.elements.note.value = reply.elements.mode.value === 'note' ? 'yes' : 'no';
    dialog.showModal();
    // What comes later in it is asked for again, too: it may go by what was written meanwhile. That of other panels may be on its way.
    for (const [id, last] of askedFor) if (last.dialog === dialog.id) askedFor.delete(id);
    asked.dispatchEvent(new CustomEvent('annex:open'));
  });

  // ---- clicks ----
  document.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    const set = target?.closest('[data-set-field]');
    if (set) {
      const field = document.getElementById(set.dataset.setField);
      if (field) fill(field, set.dataset.value);
    }
    target?.closest('[data-close-banner]')?.closest('[data-banner]')?.remove();
    const tab = target?.closest('[data-tabs] [role="tab"]');
    if (tab) chooseTab(tab);
    const insert = target?.closest('[data-insert-reply]');
    // Where there is no reply box, nothing happened.
    if (insert && document.querySelector('[data-reply-box]')) window.annex?.toast(insert.dataset.done, 'success');
  });

  function fill(field, value) {
    if (field.type === 'checkbox') {
      field.checked = value === 'true' || value === 'on';
    } else if (field instanceof HTMLFieldSetElement) {
      for (const box of field.querySelectorAll('input[type="radio"], input[type="checkbox"]')) box.checked = box.value === value;
    } else {
      field.value = value;
    }
    field.focus();
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }

  // ---- a field that tells the add-on of its changes ----
  document.addEventListener('change', (event) => {
    const field = event.target instanceof Element ? event.target : null;
    const holder = field?.closest('[id^="f-"]');
    const form = field?.closest('form[data-panel]');
    if (!holder || !form) return;
    const button = form.querySelector(`[data-on-change="${CSS.escape(holder.id)}"]`);
    if (button) form.requestSubmit(button);
  });

  // ---- Enter presses the submit button of its own section, or the search beside the box ----
  document.addEventListener('keydown', (event) => {
    const field = event.target;
    if (event.key !== 'Enter' || event.isComposing || !(field instanceof HTMLInputElement)) return;
    const form = field.closest('form[data-panel]');
    if (!form || /^(checkbox|radio|submit|button|file)$/.test(field.type)) return;
    const lookup = field.dataset.lookup !== undefined ? field.parentElement.querySelector('button[name="do"]') : null;
    const wanted = field.closest('[data-enter]')?.dataset.enter;
    const buttons = [...form.querySelectorAll('button[name="do"]:not(.panel-default)')];
    const button = lookup ?? buttons.find((candidate) => candidate.value === wanted);
    event.preventDefault();
    if (!button) return;
    // A button that asks first is in a dialog: open that instead.
    const dialog = button.closest('[data-panel] dialog');
    if (dialog) dialog.showModal();
    else form.requestSubmit(button);
  });

  // ---- tabs: sections of the others are out of sight; what was chosen stays chosen when the panel is drawn anew ----
  const chosenTabs = new Map();
  function chooseTab(tab) {
    chosenTabs.set(panelOf(tab)?.id, tab.id);
    showTab(tab);
  }
  function showTab(tab) {
    for (const other of tab.closest('[data-tabs]').querySelectorAll('[role="tab"]')) {
      other.setAttribute('aria-selected', String(other === tab));
      other.tabIndex = other === tab ? 0 : -1;
      for (const id of other.getAttribute('aria-controls').split(' ')) {
        const section = document.getElementById(id);
        if (section) section.hidden = other !== tab;
      }
    }
  }
  function arrangeTabs() {
    for (const list of document.querySelectorAll('[data-tabs]:not([data-arranged])')) {
      list.dataset.arranged = '';
      const tabs = [...list.querySelectorAll('[role="tab"]')];
      showTab(tabs.find((tab) => tab.id === chosenTabs.get(panelOf(list)?.id)) ?? tabs[0]);
    }
  }
  document.addEventListener('keydown', (event) => {
    const tab = event.target instanceof Element ? event.target.closest('[data-tabs] [role="tab"]') : null;
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!tab || !step) return;
    const tabs = [...tab.closest('[data-tabs]').querySelectorAll('[role="tab"]')];
    const toward = document.documentElement.dir === 'rtl' ? -step : step;
    const next = tabs[(tabs.indexOf(tab) + toward + tabs.length) % tabs.length];
    event.preventDefault();
    chooseTab(next);
    next.focus();
  });

  // ---- parts to come: all are asked for as soon as their panel is there, side by side, and again no sooner than a panel is
  // refreshed. Each answer is the panel with that part; what differs from how it was is taken over, and the rest stays as it is ----
  const askedFor = new Map();
  const asShown = new WeakMap();
  function askForParts() {
    for (const panel of document.querySelectorAll('form[data-panel]:not(.htmx-request)')) {
      for (const button of panel.querySelectorAll('button[data-deferred]')) {
        if (Date.now() - (askedFor.get(button.id)?.at ?? 0) < 15000) continue;
        askedFor.set(button.id, { at: Date.now(), dialog: panel.closest('dialog')?.id });
        askForPart(panel, button);
      }
    }
  }
  async function askForPart(panel, button) {
    const state = panel.querySelector('input[name="state"]');
    if (!asShown.has(panel)) asShown.set(panel, { nodes: nodesOf(panel.cloneNode(true)), state: state.value });
    const shown = asShown.get(panel);
    const body = new URLSearchParams({ state: shown.state, do: button.value });
    // What the view is to help with, beside Send.
    for (const told of panel.querySelectorAll('input[name="draft"], input[name="note"]')) body.set(told.name, told.value);
    let drawn = null;
    try {
      const answer = await fetch(panel.action, { method: 'POST', headers: { 'HX-Request': 'true' }, body });
      const page = new DOMParser().parseFromString(answer.ok ? await answer.text() : '', 'text/html');
      drawn = page.querySelector('form[data-panel]');
    } catch {
      // The button stays: it can be pressed.
    }
    if (!panel.isConnected) {
      // Drawn anew meanwhile: the part belongs to what is not there any more.
      askedFor.delete(button.id);
      settle();
    } else if (drawn?.dataset.part) {
      takeOver(panel, shown.nodes, nodesOf(drawn));
      state.value += `.${drawn.dataset.part}`;
    } else if (drawn) {
      panel.requestSubmit(button);
    }
  }
  function nodesOf(panel) {
    return new Map([...panel.querySelectorAll('.panel-node[id]')].map((node) => [node.id, node]));
  }
  function takeOver(panel, before, after) {
    const there = nodesOf(panel);
    for (const id of before.keys()) {
      if (!after.has(id)) there.get(id)?.remove();
    }
    for (const [id, node] of after) {
      // Another part that is still to come in this answer may be here already.
      if (before.get(id)?.outerHTML === node.outerHTML || node.querySelector('[data-deferred]')) continue;
      const fresh = document.importNode(node, true);
      const section = node.closest('.panel-section')?.id ?? '';
      if (there.has(id)) there.get(id).replaceWith(fresh);
      else document.getElementById(section)?.querySelector('.panel-nodes')?.append(fresh);
      window.htmx?.process?.(fresh);
    }
  }
  const settle = () => { arrangeTabs(); setTimeout(askForParts); };
  document.addEventListener('htmx:after:swap', settle);
  document.addEventListener('htmx:finally:request', settle);
  settle();

  // ---- order and folding of the panels: at once on the page, then kept by the server, one after the other ----
  let sent = Promise.resolve();
  document.addEventListener('submit', (event) => {
    const form = event.target;
    const button = event.submitter;
    if (!(form instanceof HTMLFormElement) || form.dataset.arrange === undefined || !button) return;
    const slot = form.closest('[data-slot]');
    const what = button.value;
    event.preventDefault();
    if (what === 'up' || what === 'down') {
      if (!shift(slot, what)) return;
      button.focus();
      const all = [...document.querySelectorAll('[data-slot]')];
      const said = document.querySelector('[data-panel-moved]');
      if (said) said.textContent = `${form.dataset.moved} ${all.indexOf(slot) + 1}/${all.length}`;
    } else {
      fold(slot, button, what === 'fold');
    }
    arrangeButtons();
    const body = new URLSearchParams({ do: what });
    sent = sent
      .then(() => fetch(form.action, { method: 'POST', headers: { 'HX-Request': 'true' }, body }))
      .then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); })
      .catch(() => window.annex?.toast(document.body.dataset.connectionText, 'critical'));
  });

  function shift(slot, what) {
    const other = what === 'up' ? slot.previousElementSibling : slot.nextElementSibling;
    if (other?.dataset.slot === undefined) return false;
    if (what === 'up') other.before(slot);
    else other.after(slot);
    return true;
  }

  // The buttons beside Send come in the same order; one without a panel is folded with its place.
  function arrangeButtons() {
    for (const slot of document.querySelectorAll('[data-slot]')) {
      const button = document.querySelector(`[data-composer="${slot.id.replace('addon', 'composer')}"]`);
      if (!button) continue;
      button.parentElement.lastElementChild.before(button);
      if (slot.dataset.slot === 'button') button.hidden = slot.dataset.folded !== undefined;
    }
  }

  function fold(slot, button, folded) {
    slot.toggleAttribute('data-folded', folded);
    slot.querySelector('.addon-panel-body').hidden = folded;
    button.setAttribute('aria-expanded', String(!folded));
    button.value = folded ? 'unfold' : 'fold';
    // Asked for when it is seen for the first time.
    if (!folded) slot.querySelector('.addon-panel-content')?.dispatchEvent(new CustomEvent('annex:open'));
  }

  // ---- what was entered: until the add-on has it, nothing is drawn over it ----
  document.addEventListener('input', (event) => {
    const panel = event.target instanceof Element ? panelOf(event.target) : null;
    if (panel) panel.dataset.touched = '';
  });

  // ---- refresh: only while the panel is seen and nobody is typing in it ----
  const visible = new WeakSet();
  const watch = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (entry.isIntersecting) visible.add(entry.target);
      else visible.delete(entry.target);
    }
  });
  const watched = new WeakMap();
  setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    for (const trigger of document.querySelectorAll('[data-refresh]')) {
      const panel = panelOf(trigger);
      if (!panel) continue;
      if (!watched.has(panel)) {
        watched.set(panel, Date.now());
        watch.observe(panel);
        continue;
      }
      const busy = panel.contains(document.activeElement) || panel.dataset.touched !== undefined;
      if (!visible.has(panel) || busy || panel.classList.contains('htmx-request')) continue;
      if (Date.now() - watched.get(panel) >= Number(trigger.dataset.refresh) * 1000) {
        watched.set(panel, Date.now());
        trigger.dispatchEvent(new CustomEvent('annex:refresh'));
      }
    }
  }, 1000);
})();
