// What the tests of the layout measure in a page. Each function answers in words what is wrong.
window.layout = (() => {
  'use strict';

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const box = (element) => element.getBoundingClientRect();
  const words = (element) => element.textContent.trim().replace(/\s+/g, ' ');

  function name(element) {
    const id = element.id ? `#${element.id}` : '';
    const kind = element.tagName.toLowerCase() + id + [...element.classList].map((one) => `.${one}`).join('');
    return words(element) ? `${kind} “${words(element).slice(0, 50)}”` : kind;
  }

  // What is there for screen readers alone is clipped away, or one pixel large.
  function isSeen(element) {
    const { width, height } = box(element);
    if (width <= 1 || height <= 1 || !element.checkVisibility({ visibilityProperty: true })) return false;
    for (let one = element; one; one = one.parentElement) {
      if (getComputedStyle(one).clipPath.startsWith('inset(50%')) return false;
    }
    return true;
  }

  const isIn = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
  const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

  // Text that ends in an ellipsis ends with its box; any other is as wide as its letters.
  function extent(element) {
    if (getComputedStyle(element).textOverflow === 'ellipsis') return box(element);
    const range = document.createRange();
    range.selectNodeContents(element);
    return range.getBoundingClientRect();
  }

  // Nothing around cuts it off at a side, and it is in the window.
  function isWhole(rect, element) {
    if (rect.width < 1 || rect.height < 1) return false;
    for (let one = element; one && one !== document.body; one = one.parentElement) {
      if (getComputedStyle(one).overflowX !== 'visible' && !isIn(rect, box(one))) return false;
    }
    return rect.left >= -1 && rect.right <= document.documentElement.clientWidth + 1;
  }

  function sideways() {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const reaches = ({ left, right }) => left < -1 || right > clientWidth + 1;
    const wide = all('body *').filter((element) => isSeen(element) && reaches(box(element)));
    return [`the page is ${scrollWidth} px wide: ${wide.slice(0, 4).map(name).join(', ')}`];
  }

  // Links in a row and code are meant to be scrolled; tables only where rows do not stand by themselves.
  const ROAMS = 'nav.rail, nav.subnav, nav.tabs, nav.views, pre';
  const roams = (element) => element.matches(ROAMS) || (element.matches('.table-wrap') && innerWidth > 520);

  function cut() {
    return all('body *:not(input, textarea, select, svg, svg *)').flatMap((element) => {
      if (element.scrollWidth <= element.clientWidth + 1 || !isSeen(element)) return [];
      const { overflowX, textOverflow, display } = getComputedStyle(element);
      const by = `${element.scrollWidth - element.clientWidth} px of ${name(element)}`;
      if (overflowX === 'visible') return [];
      if (overflowX === 'auto' || overflowX === 'scroll') return roams(element) ? [] : [`${by} have to be scrolled to`];
      // Only the lines of a block end in an ellipsis.
      if (textOverflow !== 'ellipsis' || /flex|grid/.test(display)) return [`${by} are cut off`];
      return element.closest('[title]:not([title=""])') ? [] : [`${by} are nowhere to be read: it has no title`];
    });
  }

  // In a panel of at most 520 px each cell stands on a row of its own, with its label: what is essential first, as the title without one, what
  // is extra last.
  function stacked() {
    const wrong = [];
    for (const table of all('.addon-panel .panel-table.wide').filter(isSeen)) {
      const panel = box(table.closest('.addon-panel-content, .addon-panel-page'));
      if (panel.width > 520) continue;
      for (const row of all('tbody tr', table)) {
        const cells = [...row.cells].sort((one, other) => box(one).top - box(other).top);
        const rank = (cell) => [':not([class*="col-"], .actions)', '.col-extra', '.actions'].findIndex((kind) => cell.matches(kind));
        cells.forEach((cell, at) => {
          const before = cells[at - 1];
          if (before && rank(cell) < rank(before)) wrong.push(`${name(cell)} stands below ${name(before)}`);
          if (before && box(cell).top < box(before).bottom - 1) wrong.push(`${name(cell)} stands beside ${name(before)}`);
          const label = cell.querySelector('.panel-cell-label');
          const isLabelled = label && isSeen(label) && words(label);
          if (!cell.matches('.actions, .col-essential') && !isLabelled) wrong.push(`${name(cell)} has no label`);
          for (const part of [cell, ...all('*', cell)].filter(isSeen)) {
            if (!isIn(box(part), panel)) wrong.push(`${name(part)} reaches out of its panel`);
          }
        });
      }
    }
    return wrong;
  }

  // A panel that has more to show than fits into 520 px scrolls.
  function tall() {
    return all('.addon-panel-body').filter((panel) => isSeen(panel) && box(panel).height > 521)
      .map((panel) => `${name(panel)} is ${box(panel).height} px high`);
  }

  // Names and subjects that are one long word stay in the row that they are in.
  function names() {
    const pairs = [
      ['.tickets tbody .ticket-link', 'tr'], ['.tickets tbody .from', 'tr'], ['.message-head strong', '.message-head'],
      ['.ticket-head h1', '.ticket-head'], ['.ticket-side .card-body strong', '.card-body'],
    ];
    return pairs.flatMap(([selector, around]) => all(selector).filter(isSeen)
      .filter((element) => !isIn(extent(element), box(element.closest(around))))
      .map((element) => `${name(element)} reaches out of ${around}`));
  }

  // The ticket of that subject shows its tags in the inbox.
  function tags(subject) {
    const row = all('.tickets tbody tr').find((one) => words(one).includes(subject));
    if (!row) return ['the ticket is not there'];
    const shown = all('.tag', row);
    if (shown.length < 2) return [`it has ${shown.length} tags`];
    return shown.filter((tag) => !isSeen(tag) || !isIn(box(tag), box(row)) || !isWhole(box(tag), tag.parentElement))
      .map((tag) => `${name(tag)} is not to be seen`);
  }

  // Marks of direction may stand between the two.
  const AMOUNT = /[€$£][\s\u200e\u200f\u2066-\u2069]*\p{Nd}|\p{Nd}[\s\u200e\u200f\u2066-\u2069]*[€$£]/u;
  function amountsOfText() {
    const walk = document.createTreeWalker(document.querySelector('#main'), NodeFilter.SHOW_TEXT);
    const found = [];
    for (let text = walk.nextNode(); text; text = walk.nextNode()) {
      if (AMOUNT.test(text.data) && text.parentElement.checkVisibility()) found.push(text);
    }
    return found.filter((text) => !text.parentElement.closest('option, pre, .visually-hidden')); // code of examples scrolls
  }

  function amounts() {
    return amountsOfText().flatMap((text) => {
      const range = document.createRange();
      range.selectNodeContents(text);
      const lines = [...range.getClientRects()].filter((line) => line.width > 0);
      const isThere = lines.length > 0 && lines.every((line) => isWhole(line, text.parentElement));
      return isThere ? [] : [`the amount ${text.data.trim()} in ${name(text.parentElement)} is not wholly there`];
    });
  }

  // Where text comes from the right, what points to a side points to the other one.
  const POINTS = /#((arrow|chevron)-(left|right)|corner-up-left|log-in|log-out|redo-2|reply|send|undo-2)$/;
  function mirrored() {
    if (document.dir !== 'rtl') return [];
    const wrong = all('svg.icon > use').filter((use) => POINTS.test(use.getAttribute('href')) && isSeen(use.parentElement))
      .filter((use) => new DOMMatrix(getComputedStyle(use.parentElement).transform).a !== -1);
    return wrong.map((use) => `${use.getAttribute('href').split('#')[1]} in ${name(use.closest('a, button, label, p, div'))}`);
  }

  // All that has to be right in every page.
  const CHECKS = [
    ['the page does not scroll sideways', sideways],
    ['no text is cut off', cut],
    ['tables in panels are stacked', stacked],
    ['panels are at most 520 px high', tall],
    ['long names stay in their rows', names],
    ['arrows are mirrored', mirrored],
    ['amounts are wholly there', () => (innerWidth === 360 ? amounts() : [])],
  ];
  const faults = () => CHECKS.flatMap(([check, find]) => find().map((wrong) => `${check}: ${wrong}`));

  // Toasts are to be seen, as long as they may be, and none lies over what is to be pressed.
  function covered(selector) {
    const middle = ({ left, top, width, height }) => document.elementFromPoint(left + width / 2, top + height / 2);
    const targets = all(selector).filter(isSeen);
    const toasts = all('.toast').filter(isSeen);
    if (targets.length === 0) return [`there is no ${selector}`];
    if (toasts.length === 0) return ['there is no toast'];
    return targets.flatMap((target) => {
      target.scrollIntoView({ block: 'nearest' });
      const there = middle(box(target));
      const hidden = toasts.filter((toast) => !toast.contains(middle(box(toast))));
      const above = toasts.filter((toast) => overlap(box(toast), box(target)));
      return [
        ...hidden.map((toast) => `${name(toast)} is not to be seen`),
        ...above.map((toast) => `${name(toast)} covers ${name(target)}`),
        ...(target.contains(there) ? [] : [`${name(target)} is under ${there ? name(there) : 'the edge of the window'}`]),
      ];
    });
  }

  // Each label of a form with errors once in the summary, and once at its field.
  function labels() {
    const links = all('[data-error-summary] a[href^="#f-"]');
    if (links.length === 0) return ['the summary names no field'];
    return links.flatMap((link) => {
      const field = document.getElementById(link.hash.slice(1));
      const label = field?.labels?.[0] ?? field?.querySelector(':scope > legend');
      const text = label?.firstChild?.textContent.trim();
      if (!text) return [`${link.hash} has no label`];
      const wrong = [];
      const times = words(link).split(text).length - 1;
      if (times !== 1) wrong.push(`the summary says “${text}” ${times} times: ${words(link)}`);
      const described = (field.getAttribute('aria-describedby') ?? '').split(' ').map((id) => document.getElementById(id));
      const error = described.find((one) => one?.matches('.field-error'));
      if (!error || !isSeen(error)) wrong.push(`${name(field)} has no error beside it`);
      else if (words(error).includes(text)) wrong.push(`the error beside “${text}” repeats it: ${words(error)}`);
      return wrong;
    });
  }

  // What a page must have for its checks to mean something.
  function lacks(selector) {
    return all(selector).some(isSeen) ? [] : [`there is no ${selector}`];
  }

  function lacksAmounts() {
    return amountsOfText().length > 0 ? [] : ['there is no amount'];
  }

  return { faults, tags, covered, labels, lacks, lacksAmounts };
})();
