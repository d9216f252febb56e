/**
 * What a browser with scripts adds: buttons that copy, times such as "3 minutes ago", search as one types, and a page that
 * refreshes itself. As text, since it runs in browsers alone; `in-a-browser.spec.ts` tests it there.
 */
export const SCRIPT = String.raw`'use strict';
(() => {
  const POLL_MS = 2000;
  const SEARCH_MS = 120;
  const status = document.getElementById('status');
  const live = new Map();
  for (const part of document.querySelectorAll('[data-live]')) live.set(part.id, part.innerHTML);

  const UNITS = [['year', 31536000], ['month', 2592000], ['day', 86400], ['hour', 3600], ['minute', 60]];
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const showTimes = () => {
    for (const time of document.querySelectorAll('time')) {
      const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
      const [unit, length] = UNITS.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
      const text = seconds >= 0 && seconds < 60 ? 'just now' : words.format(-Math.round(seconds / length), unit);
      if (time.textContent !== text) time.textContent = text;
    }
  };
  const enhance = () => {
    for (const button of document.querySelectorAll('button.copy')) button.hidden = false;
    showTimes();
  };

  const copyText = async (text) => {
    // Only pages of this machine, and those over TLS, have a clipboard.
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const field = document.createElement('textarea');
    field.value = text;
    field.className = 'hidden';
    document.body.append(field);
    field.select();
    const done = document.execCommand('copy');
    field.remove();
    if (!done) throw new Error('copy refused');
  };
  document.addEventListener('click', async ({ target }) => {
    const button = target.closest('button.copy');
    if (!button) return;
    try {
      await copyText(button.dataset.copy);
      button.classList.add('done');
      status.textContent = 'Copied.';
      setTimeout(() => button.classList.remove('done'), 1500);
    } catch {
      status.textContent = 'The browser did not allow copying.';
    }
    button.focus();
  });

  // Which element has the focus, so that its successor gets it.
  const keyOf = (element) => element.dataset.copy ?? element.getAttribute('href');
  const replace = (part, content) => {
    const active = part.contains(document.activeElement) ? document.activeElement : undefined;
    const key = active && keyOf(active);
    part.innerHTML = content;
    enhance();
    if (key === undefined || key === null) return;
    const successor = [...part.querySelectorAll('a, button')].find((element) => element.tagName === active.tagName && keyOf(element) === key);
    (successor ?? document.getElementById('content')).focus({ preventScroll: true });
  };
  const show = (text) => {
    const page = new DOMParser().parseFromString(text, 'text/html');
    let changed = false;
    for (const [id, old] of live) {
      const content = page.getElementById(id)?.innerHTML;
      if (content === undefined || content === old) continue;
      live.set(id, content);
      replace(document.getElementById(id), content);
      changed = true;
    }
    return changed;
  };

  let etag = null;
  let asked = 0;
  const ask = async (address) => {
    const turn = (asked += 1);
    const answer = await fetch(address, { headers: etag === null ? {} : { 'if-none-match': etag } });
    if (answer.status === 304 || !answer.headers.get('content-type')?.startsWith('text/html')) return false;
    const text = await answer.text();
    // A later search has overtaken this answer.
    if (turn !== asked) return false;
    etag = answer.headers.get('etag');
    return show(text);
  };

  const search = document.querySelector('form[data-search]');
  let typing;
  const find = async () => {
    const query = new URLSearchParams([...new FormData(search)].filter(([, value]) => value !== ''));
    const address = query.size === 0 ? '/' : '/?' + query;
    history.replaceState(null, '', address);
    etag = null;
    try {
      await ask(address);
      const count = document.querySelectorAll('#live tbody tr, #live .group').length;
      status.textContent = count === 1 ? '1 result.' : count + ' results.';
    } catch {
      status.textContent = 'The registry does not answer.';
    }
  };
  search?.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(find, SEARCH_MS);
  });
  search?.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    find();
  });

  let isAway = false;
  const poll = async () => {
    try {
      if (document.visibilityState === 'visible' && (await ask(location.href))) status.textContent = 'Updated.';
      if (isAway) status.textContent = 'The registry answers again.';
      isAway = false;
    } catch {
      if (!isAway) status.textContent = 'The registry does not answer.';
      isAway = true;
    }
    showTimes();
    setTimeout(poll, POLL_MS);
  };
  enhance();
  if (document.querySelector('#live[data-live]')) setTimeout(poll, POLL_MS);
})();
`;
