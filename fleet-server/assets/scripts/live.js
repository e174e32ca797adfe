// What htmx cannot know by itself: when a page may be brought up to date, and when somebody is in the middle of something.
// Without this file the pages work as they are loaded; nothing here is needed to act.

(() => {
  'use strict';

  /** How long the server may be away before the page says so. */
  const AWAY_MS = 5_000;

  const content = () => document.getElementById('content');
  const refresher = () => document.getElementById('refresh');
  let waiting = false; // Something changed while the page could not be brought up to date.
  let asked = false; // Somebody wants it now, whatever moves.

  // What somebody is typing is theirs, whatever the server sends.
  Idiomorph.defaults.ignoreActiveValue = true;

  function isFilledIn(field) {
    if (field.type === 'checkbox' || field.type === 'radio') return field.checked !== field.defaultChecked;
    if (field.tagName === 'SELECT') {
      const marked = [...field.options].findIndex(option => option.defaultSelected);
      return field.selectedIndex !== Math.max(marked, 0);
    }
    return 'defaultValue' in field && field.value !== field.defaultValue;
  }

  /** Somebody is filling in a form, or has opened something. */
  function isBusy() {
    const fields = content().querySelectorAll('input:not([type=hidden]), select, textarea');
    return [...fields].some(isFilledIn) || content().querySelector('details[open]') !== null;
  }

  const named = row => row.id || row.querySelector('th')?.textContent;
  const rows = root => [...root.querySelectorAll('tbody tr')].map(named).join();

  /** A row would move away under somebody's pointer. */
  function wouldMove(fresh) {
    const pointed = content().querySelector('tbody:hover');
    const next = pointed && fresh.querySelector('#content');
    return Boolean(next) && rows(content()) !== rows(next);
  }

  function tell() {
    waiting = true;
    const news = document.getElementById('news');
    if (news) news.hidden = false;
  }

  function refresh() {
    waiting = false;
    const news = document.getElementById('news');
    if (news) news.hidden = true;
    if (refresher()) htmx.trigger(refresher(), 'refresh');
  }

  document.addEventListener('htmx:configRequest', event => {
    // Filters and sorting change the address without loading the page anew.
    if (event.target === refresher()) event.detail.path = location.pathname + location.search;
  });

  document.addEventListener('htmx:beforeRequest', event => {
    if (event.target !== refresher()) return;
    if (asked) return;
    if (document.hidden) waiting = true;
    else if (isBusy()) tell();
    else return;
    event.preventDefault();
  });

  document.addEventListener('htmx:beforeSwap', event => {
    const { xhr, requestConfig } = event.detail;
    // The login has ended: the page that says so stands alone.
    if (new URL(xhr.responseURL).pathname === '/login') {
      event.preventDefault();
      location.assign('/login');
      return;
    }
    if (requestConfig?.elt !== refresher()) return;
    if (asked) {
      asked = false;
      return;
    }
    const fresh = new DOMParser().parseFromString(xhr.response, 'text/html');
    if (isBusy() || wouldMove(fresh)) {
      event.preventDefault();
      tell();
    }
  });

  // Word may have passed unheard while the connection was away.
  let opened = false;
  let away;
  const showAway = shown => {
    const offline = document.getElementById('offline');
    if (offline) offline.hidden = !shown;
  };
  document.addEventListener('htmx:sseOpen', () => {
    clearTimeout(away);
    away = undefined;
    showAway(false);
    if (opened) refresh();
    opened = true;
  });
  document.addEventListener('htmx:sseError', () => {
    away ??= setTimeout(() => showAway(true), AWAY_MS);
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && waiting) refresh();
  });

  document.addEventListener('click', event => {
    if (event.target.closest('#news button')) {
      // Somebody asked for it, so what is half filled in may go.
      for (const form of content().querySelectorAll('form')) form.reset();
      for (const open of content().querySelectorAll('details[open]')) open.open = false;
      asked = true;
      refresh();
    }
  });

  // One tick for all rows of a table. Shown only here, because without script it could do nothing.
  const showAll = () => {
    for (const all of document.querySelectorAll('[data-all]')) all.hidden = false;
  };
  document.addEventListener('change', event => {
    if (!event.target.matches('[data-all]')) return;
    for (const box of event.target.closest('table').querySelectorAll('tbody input[type=checkbox]')) {
      box.checked = event.target.checked;
    }
  });
  document.addEventListener('DOMContentLoaded', showAll);
  document.addEventListener('htmx:afterSettle', showAll);
})();
