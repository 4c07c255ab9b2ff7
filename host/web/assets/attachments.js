// Files beside what is written: those that are chosen, dropped or pasted are uploaded at once, one by one, and a message is sent once
// its files are there. Without this script they come with the form.
(() => {
  'use strict';

  const part = document.querySelector('[data-files]');
  const form = part?.closest('form');
  if (!form) return;

  const list = part.querySelector('[data-file-list]');
  const input = part.querySelector('input[type="file"]');
  const status = part.querySelector('[data-file-status]');
  const words = part.dataset;
  // Ends with the last file.
  let queue = Promise.resolve();
  let underWay = 0;
  let failed = false;
  let leaving = false;

  function about(text, name) {
    return text.replace('$name', () => name);
  }

  function tell(text, name) {
    status.textContent = about(text, name);
  }

  // ---- rows ----
  function row(name) {
    const item = document.createElement('li');
    const title = document.createElement('bdi');
    const bar = document.createElement('progress');
    item.className = 'file';
    title.textContent = name;
    bar.className = 'progress';
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute('aria-label', about(words.sending, name));
    item.append(title, bar);
    list.append(item);
    return item;
  }

  function wrong(item, text) {
    failed = true;
    item.className = 'file field-error';
    item.dataset.fileWrong = '';
    item.textContent = text;
    status.textContent = text;
  }

  // ---- uploading ----
  function add(files) {
    for (const old of list.querySelectorAll('[data-file-wrong]')) old.remove();
    failed = false;
    for (const file of files) {
      const item = row(file.name);
      if (file.size > Number(words.largest)) {
        wrong(item, about(words.tooLarge, file.name));
        continue;
      }
      underWay += 1;
      queue = queue.then(() => upload(file, item))
        .catch(() => wrong(item, about(words.failed, file.name)))
        .finally(() => { underWay -= 1; });
    }
  }

  async function upload(file, item) {
    const answer = await post(file, (share) => { item.querySelector('progress').value = share; });
    if (answer?.status !== 200) {
      wrong(item, about(words.failed, file.name));
      return;
    }
    const rows = new DOMParser().parseFromString(`<ul>${answer.responseText}</ul>`, 'text/html').querySelectorAll('li');
    failed ||= [...rows].some((one) => one.dataset.fileWrong !== undefined);
    item.replaceWith(...rows);
    if (failed) status.textContent = [...rows].map((one) => one.textContent.trim()).join(' ');
    else tell(words.attached, file.name);
  }

  // What a browser fetches tells no progress.
  function post(file, progress) {
    const body = new FormData();
    body.append('file', file, file.name);
    const request = new XMLHttpRequest();
    return new Promise((done) => {
      request.upload.addEventListener('progress', (event) => {
        if (event.lengthComputable) progress(event.loaded / event.total);
      });
      request.addEventListener('load', () => done(request));
      for (const end of ['error', 'abort', 'timeout']) request.addEventListener(end, () => done(null));
      request.open('POST', words.files);
      request.setRequestHeader('HX-Request', 'true');
      request.send(body);
    });
  }

  // ---- taking away ----
  async function remove(button) {
    button.setAttribute('aria-busy', 'true');
    let gone = false;
    try {
      const body = new URLSearchParams();
      const answer = await fetch(button.formAction, { method: 'POST', body, headers: { 'HX-Request': 'true' } });
      gone = answer.ok || answer.status === 404;
    } finally {
      button.removeAttribute('aria-busy');
    }
    if (!gone) return;
    tell(words.removed, button.dataset.fileRemove);
    button.closest('li').remove();
    part.querySelector('[data-file-pick]').focus();
  }

  // ---- what people do ----
  part.addEventListener('click', (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest('[data-file-pick]')) input.click();
    const button = target?.closest('[data-file-remove]');
    if (!button) return;
    event.preventDefault();
    remove(button).catch(() => {});
  });
  input.addEventListener('change', () => {
    add([...input.files]);
    input.value = '';
  });

  function carriesFiles(event) {
    return [...(event.dataTransfer?.types ?? [])].includes('Files');
  }

  form.addEventListener('dragover', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form.classList.add('dropping');
  });
  form.addEventListener('dragleave', (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove('dropping');
  });
  form.addEventListener('drop', (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    form.classList.remove('dropping');
    add([...event.dataTransfer.files]);
  });
  // What is copied from a document comes as text and as a picture of it.
  form.addEventListener('paste', (event) => {
    const { files, types } = event.clipboardData ?? { files: [], types: [] };
    if (files.length === 0 || [...types].includes('text/plain')) return;
    event.preventDefault();
    add([...files]);
  });

  // Before everybody else who hears of it: the message goes once its files are there, and stays when one is not.
  form.addEventListener('submit', (event) => {
    if (underWay === 0) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (leaving) return;
    leaving = true;
    const { submitter } = event;
    const whenDone = () => queue.then(() => (underWay > 0 ? whenDone() : null));
    whenDone().then(() => {
      leaving = false;
      if (!failed) form.requestSubmit(submitter);
    });
  }, true);
})();
