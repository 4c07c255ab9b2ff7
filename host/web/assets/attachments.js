// Files that are chosen, dropped or pasted, beside what is written as in views of add-ons: they are uploaded at once, one by one, and a
// form is sent once its files are there. Without this script they come with the form.
(() => {
  'use strict';

  // What is under way in a form; its queue ends with the last file.
  const states = new WeakMap();
  // What ends the upload of a row.
  const ends = new WeakMap();

  const inputOf = (part) => part.querySelector('input[type="file"]');
  const rowOf = (part) => part.querySelector('template[data-files]');

  function stateOf(form) {
    if (!states.has(form)) states.set(form, { queue: Promise.resolve(), underWay: 0, failed: false, leaving: false });
    return states.get(form);
  }

  // What is said of a file.
  function about(part, what, name) {
    return rowOf(part).dataset[what].replace('$name', () => name);
  }

  function tell(part, text) {
    part.querySelector('[data-file-status]').textContent = text;
  }

  // ---- rows ----
  function row(part, name) {
    const item = document.importNode(rowOf(part).content.firstElementChild, true);
    const end = item.querySelector('[data-file-remove]');
    item.querySelector('bdi').textContent = name;
    item.querySelector('progress').setAttribute('aria-label', about(part, 'sending', name));
    end.dataset.fileRemove = name;
    end.setAttribute('aria-label', about(part, 'remove', name));
    part.querySelector('[data-file-list]').append(item);
    return item;
  }

  // The focus stays in the field where what had it goes.
  function replace(part, item, rows) {
    const hadFocus = item.contains(document.activeElement);
    item.replaceWith(...rows);
    if (hadFocus) (rows[0]?.querySelector('[data-file-remove]') ?? inputOf(part)).focus();
  }

  function wrong(part, state, item, text) {
    const error = document.createElement('li');
    state.failed = true;
    error.className = 'file field-error';
    error.dataset.fileWrong = '';
    error.textContent = text;
    replace(part, item, [error]);
    tell(part, text);
  }

  // ---- uploading ----
  function add(input, files) {
    const part = input.closest('[data-upload]');
    const state = stateOf(input.form);
    for (const old of part.querySelectorAll('[data-file-wrong]')) old.remove();
    // In a field for one file another one takes its place.
    if (!input.multiple) for (const button of part.querySelectorAll('[data-file-remove]')) remove(button).catch(() => {});
    state.failed = false;
    for (const file of files) {
      const item = row(part, file.name);
      if (file.size > Number(rowOf(part).dataset.largest)) {
        wrong(part, state, item, about(part, 'tooLarge', file.name));
        continue;
      }
      const end = new AbortController();
      ends.set(item, end);
      state.underWay += 1;
      state.queue = state.queue.then(() => upload(part, state, file, item, end.signal))
        .catch(() => wrong(part, state, item, about(part, 'failed', file.name)))
        .finally(() => { state.underWay -= 1; });
    }
  }

  async function upload(part, state, file, item, end) {
    if (end.aborted) return;
    const answer = await post(part, file, end, (share) => { item.querySelector('progress').value = share; });
    if (end.aborted) return;
    if (answer?.status !== 200) {
      wrong(part, state, item, about(part, 'failed', file.name));
      return;
    }
    const rows = [...new DOMParser().parseFromString(`<ul>${answer.responseText}</ul>`, 'text/html').querySelectorAll('li')];
    const isRefused = rows.some((one) => one.dataset.fileWrong !== undefined);
    state.failed ||= isRefused;
    replace(part, item, rows);
    tell(part, isRefused ? rows.map((one) => one.textContent.trim()).join(' ') : about(part, 'attached', file.name));
  }

  // What a browser fetches tells no progress.
  function post(part, file, end, progress) {
    const body = new FormData();
    body.append(inputOf(part).name, file, file.name);
    const request = new XMLHttpRequest();
    return new Promise((done) => {
      request.upload.addEventListener('progress', (event) => {
        if (event.lengthComputable) progress(event.loaded / event.total);
      });
      request.addEventListener('load', () => done(request));
      for (const failure of ['error', 'abort', 'timeout']) request.addEventListener(failure, () => done(null));
      end.addEventListener('abort', () => {
        request.abort();
        done(null);
      });
      request.open('POST', rowOf(part).dataset.files);
      request.setRequestHeader('HX-Request', 'true');
      request.send(body);
    });
  }

  // ---- taking away: what is there, and what is on its way ----
  async function remove(button) {
    const item = button.closest('li');
    const part = item.closest('[data-upload]');
    const end = ends.get(item);
    if (end) end.abort();
    else if (!await isDiscarded(button)) return;
    tell(part, about(part, 'removed', button.dataset.fileRemove));
    item.remove();
    inputOf(part).focus();
  }

  async function isDiscarded(button) {
    button.setAttribute('aria-busy', 'true');
    try {
      const body = new URLSearchParams();
      const answer = await fetch(button.formAction, { method: 'POST', body, headers: { 'HX-Request': 'true' } });
      return answer.ok || answer.status === 404;
    } finally {
      button.removeAttribute('aria-busy');
    }
  }

  // ---- what people do ----
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element ? event.target.closest('[data-file-remove]') : null;
    if (!button) return;
    event.preventDefault();
    remove(button).catch(() => {});
  });
  // Before everybody else who hears of it: a field may send its form when it changes.
  document.addEventListener('change', (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || !input.matches('[data-upload] input[type="file"]')) return;
    const files = [...input.files].slice(0, input.multiple ? undefined : 1);
    input.value = '';
    if (files.length > 0) add(input, files);
  }, true);

  function carriesFiles(event) {
    return [...(event.dataTransfer?.types ?? [])].includes('Files');
  }

  // Where files can be dropped and pasted: what is written, or the field of a view.
  function placeOf(event) {
    const element = event.target instanceof Element ? event.target : event.target.parentElement;
    return element?.closest('[data-drop]');
  }

  function choose(place, files) {
    const input = place.querySelector('[data-upload] input[type="file"]');
    input.files = files;
    for (const name of ['input', 'change']) input.dispatchEvent(new Event(name, { bubbles: true }));
  }

  document.addEventListener('dragover', (event) => {
    const place = placeOf(event);
    if (!place || !carriesFiles(event)) return;
    event.preventDefault();
    place.classList.add('dropping');
  });
  document.addEventListener('dragleave', (event) => {
    const place = placeOf(event);
    if (place && !place.contains(event.relatedTarget)) place.classList.remove('dropping');
  });
  document.addEventListener('drop', (event) => {
    const place = placeOf(event);
    if (!place || !carriesFiles(event)) return;
    event.preventDefault();
    place.classList.remove('dropping');
    choose(place, event.dataTransfer.files);
  });
  // What is copied from a document comes as text and as a picture of it.
  document.addEventListener('paste', (event) => {
    const place = placeOf(event);
    const { files, types } = event.clipboardData ?? { files: [], types: [] };
    if (!place || files.length === 0 || [...types].includes('text/plain')) return;
    event.preventDefault();
    choose(place, files);
  });

  // Before everybody else who hears of it: a form goes once its files are there, and stays when one is not.
  document.addEventListener('submit', (event) => {
    const { target: form, submitter } = event;
    const state = states.get(form);
    if (!state || state.underWay === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (state.leaving) return;
    state.leaving = true;
    const whenDone = () => state.queue.then(() => (state.underWay > 0 ? whenDone() : null));
    whenDone().then(() => {
      state.leaving = false;
      // A panel may have been drawn anew meanwhile.
      const isThere = form.isConnected && (!submitter || submitter.form === form);
      if (!state.failed && isThere) form.requestSubmit(submitter);
    });
  }, true);
})();
