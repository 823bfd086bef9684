'use strict';
// Keeps the page as the server sees the topic: of each state that comes, or that is asked for where
// none come by themselves, what differs is replaced.
// What its reader has done stays: opened tables, their order, scrolling, focus, a selection.
(() => {
  const RETRY_MS = 5000;  // after an answer that is no stream: too many watchers, a server that ends
  const status = document.getElementById('connection');
  const main = document.querySelector('main');
  const received = new WeakMap();  // an element's HTML, before anything here touched it
  let source;
  let timer;
  let held;  // a state that comes while text is selected

  const say = (state, text) => {
    if (status.dataset.state === state) return;
    status.dataset.state = state;
    status.textContent = text;
  };

  const nameOf = part =>
      `${part.tagName}.${part.className} ${part.querySelector('h2')?.textContent}`;
  const inBoth = (old, now, selector, visit) => {
    const others = now.querySelectorAll(selector);
    old.querySelectorAll(selector).forEach((each, i) => others[i] && visit(each, others[i]));
  };

  // Puts `now` in the place of `old`, and does to it what was done to that.
  const replace = (old, now) => {
    const later = [];
    old.querySelectorAll('table').forEach((table, i) => {
      const head = table.querySelector('th[aria-sort]');
      const button = head && now.querySelectorAll('table')[i]?.tHead.rows[0]
                                 .cells[head.cellIndex]?.querySelector('button');
      if (!button) return;
      button.click();
      if (head.getAttribute('aria-sort') === 'descending') button.click();
    });
    inBoth(old, now, 'details:not([data-key])', (was, is) => { is.open = was.open; });
    // An event is the same wherever it stands in the list.
    for (const was of old.querySelectorAll('details[data-key][open]')) {
      const is = now.querySelector(`details[data-key="${CSS.escape(was.dataset.key)}"]`);
      if (is) is.open = true;
    }
    inBoth(old, now, '.scroll', (was, is) => {
      const {scrollTop, scrollLeft} = was;
      later.push(() => is.scrollTo({top: scrollTop, left: scrollLeft, behavior: 'instant'}));
    });
    inBoth(old, now, 'button, :not([data-key]) > summary, [tabindex]', (was, is) => {
      if (was === document.activeElement) later.push(() => is.focus({preventScroll: true}));
    });
    // A bar and an event are known by what they stand for: others may have come before them.
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    const href = focused?.getAttribute('href');
    const key = focused?.parentElement.dataset.key;
    const same = href ? `a[href="${CSS.escape(href)}"]`
                      : key && `details[data-key="${CSS.escape(key)}"] > summary`;
    if (same) later.push(() => now.querySelector(same)?.focus({preventScroll: true}));
    old.replaceWith(now);
    for (const each of later) each();
  };

  const show = html => {
    let at = main.firstElementChild;
    for (const now of [...new DOMParser().parseFromString(html, 'text/html').body.children]) {
      while (at && nameOf(at) !== nameOf(now) &&
             [...main.children].some(each => nameOf(each) === nameOf(now))) {
        const gone = at;
        at = at.nextElementSibling;
        gone.remove();
      }
      const text = now.outerHTML;
      const same = at && nameOf(at) === nameOf(now);
      const next = same ? at.nextElementSibling : at;
      if (!same || received.get(at) !== text) {
        received.set(now, text);
        sortable(now);
        if (same) replace(at, now);
        else main.insertBefore(now, at);
      }
      at = next;
    }
    while (at) {
      const gone = at;
      at = at.nextElementSibling;
      gone.remove();
    }
  };

  const selecting = () => {
    const selection = document.getSelection();
    return !selection.isCollapsed && main.contains(selection.anchorNode);
  };
  const take = html => {
    held = selecting() ? html : undefined;
    if (held === undefined) show(html);
  };
  document.addEventListener('selectionchange', () => {
    if (held !== undefined) take(held);
  });

  const connect = () => {
    clearTimeout(timer);
    source?.close();
    if (document.hidden) return say('paused', 'Paused while nobody looks.');
    const mine = source = new EventSource(status.dataset.stream);
    mine.addEventListener('open', () => say('live', 'Live'));
    mine.addEventListener('state', event => take(event.data));
    mine.addEventListener('error', () => {
      say('lost', 'Reconnecting: the server does not answer.');
      if (mine.readyState === EventSource.CLOSED) timer = setTimeout(connect, RETRY_MS);
    });
  };

  const refresh = async () => {
    clearTimeout(timer);
    const every = Number(status.dataset.refresh);
    if (document.hidden) return say('paused', 'Paused while nobody looks.');
    timer = setTimeout(refresh, every * 1000);
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) return say('lost', `Not up to date: ${(await answer.text()).slice(0, 300)}`);
      take(new DOMParser().parseFromString(await answer.text(), 'text/html')
               .querySelector('main').innerHTML);
      say('live', `Asked for again every ${every} seconds`);
    } catch {
      say('lost', 'Not up to date: the server does not answer.');
    }
  };

  if (status.dataset.stream) {
    document.addEventListener('visibilitychange', connect);
    connect();
  } else {
    document.addEventListener('visibilitychange', refresh);
    refresh();
  }

  // An address names only what was chosen.
  const form = document.querySelector('form');
  const fields = () => form.querySelectorAll('input');
  form?.addEventListener('submit', () => {
    for (const field of fields()) field.disabled = field.value.trim() === '';
  });
  addEventListener('pageshow', () => {
    for (const field of form ? fields() : []) field.disabled = false;
  });
})();
