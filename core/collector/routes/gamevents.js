// gamevents.js sends a page's events to `gamevents serve`, over reloads, lost connections and
// restarts of the server; docs/browsers.md says how it is used. It is served in one line without
// these comments (cmake/browser_client.cmake), in at most 3,072 bytes. So each statement ends with a
// semicolon or a bracket, and no text holds a blank beside a mark.
//
// Each event is an item of localStorage of its own until the server says what became of it, so that
// several tabs can add to the queue at once. A repeat is no second event: the server knows an
// event_id again for serve.dedupe_window.
(() => {
  // What the fetches with keepalive and the beacons of a page can have under way is 65,536 bytes.
  const most = 6e4, json = "application/json";
  // The queue where localStorage is missing or full.
  const memory = {};
  let disk = memory;
  try {
    disk = localStorage ?? memory;
  } catch {}
  let game, prefix, timer, busy, last, key, sent, fails = 0, number = 1e6, limit = 500;

  const id = () => crypto.randomUUID?.() ?? crypto.getRandomValues(new Uint32Array(4)).join("-");
  const read = name => memory[name] ?? disk[name] ?? "";
  const write = (name, text) => {
    try {
      disk[name] = text;
    } catch {
      memory[name] = text;
    }
  };
  const remove = name => {
    delete memory[name];
    delete disk[name];
  };
  // The oldest first.
  const names = () => Object.keys({...memory, ...disk}).filter(name => name.startsWith(prefix)).sort();
  const size = text => new Blob([text]).size;

  // Sends in so many milliseconds, unless something is due already.
  const wake = wait => {
    timer ??= setTimeout(flush, wait);
  };

  // The oldest events that fit into one request: their names, and its body.
  const take = () => {
    let bytes = 0;
    const batch = names().slice(0, limit).filter(name => (bytes += size(read(name))) < most);
    return [batch, `[${batch.map(read)}]`];
  };

  // Removes the events of which the answer says what became. Gives whether more can be sent now.
  const settle = (batch, status, said) => {
    if (status == 413 && batch[1]) return limit = batch.length >> 1;
    const final = [400, 413, 415, 422].includes(status);
    // Of the request as a whole nothing is stored; an answer without a list is none of our server.
    const whole = said.error || !said.rejected;
    if (whole && !final) return;
    batch.map((name, i) => {
      const why = whole ? said : said.rejected.find(each => each.index == i);
      if (!whole && why?.retryable) return;
      const text = read(name);
      remove(name);
      if (why && text) setTimeout(() => game.onRefused?.(JSON.parse(text), why));
    });
    return final || status == 200;
  };

  const post = async () => {
    const [batch, body] = take();
    if (!batch[0]) return;
    if (last != body) key = id();
    last = body;
    const headers = {"Content-Type": json, "Idempotency-Key": key};
    if (game.key) headers["X-Api-Key"] = game.key;
    let answer, said, wait = 0;
    try {
      answer = await fetch(game.url + "/events", {method: "POST", body, headers, keepalive: 1});
      said = await answer.json();
    } catch {}
    if (settle(batch, answer?.status, said ?? {})) fails = 0;
    else {
      remove("~" + prefix);
      wait = Math.max(+answer?.headers.get("Retry-After") || 0, 2 ** Math.min(fails++, 8) * .5);
    }
    wake(1e3 * wait * (1 + Math.random()));
  };

  // One tab at a time, where there are locks: on pages of https and of localhost.
  const flush = async () => {
    clearTimeout(timer);
    timer = null;
    if (busy) return wake(1e3);
    busy = 1;
    try {
      await (navigator.locks?.request(prefix, {ifAvailable: 1}, lock => lock ? post() : wake(1e3)) ?? post());
    } finally {
      busy = 0;
    }
  };

  // The page may be gone before an answer comes. So the events stay in the queue, and the next page
  // sends them again, within half of the time in which the server knows them; after that they count
  // as stored. Not while sending fails: then the next page sends them in any case.
  const beacon = () => {
    const [batch, body] = take();
    if (!batch[0] || fails || !navigator.onLine || sent == body) return;
    const url = new URL(game.url + "/events", location);
    if (game.key) url.searchParams.set("key", game.key);
    // From another origin JSON would have to be asked for first, and a text is taken as JSON.
    const type = url.origin == location.origin ? json : "text/plain";
    if (!navigator.sendBeacon(url, new Blob([body], {type}))) return;
    sent = body;
    write("~" + prefix, Date.now() + "|" + batch.pop());
  };

  // Before the start there is nothing to send.
  addEventListener("pagehide", beacon);
  addEventListener("online", flush);
  addEventListener("visibilitychange", () => document.hidden && beacon());

  const self = globalThis.gamevents = {
    // How many events there was no room for.
    dropped: 0,

    // {url, key, user, onRefused(event, why)}; again to change them.
    start(given) {
      game = given;
      prefix = `gamevents:${game.url}:`;
      const [time, end] = read("~" + prefix).split("|");
      if (Date.now() - time > 3e5) names().filter(name => name <= end).map(remove);
      wake(0);
    },

    send(type, properties) {
      const now = new Date();
      const text = JSON.stringify({user: game.user, event_id: id(), event_time: now, ...properties, event_type: type});
      if (size(text) < most) write(prefix + now.getTime() + number++ + id(), text);
      else self.dropped++;
      // The newest 1,000, of a million characters in all.
      let room = 1e6;
      names().reverse().map((name, i) => {
        room -= read(name).length;
        if (room > 0 && i < 1e3) return;
        remove(name);
        self.dropped++;
      });
      wake(1e3);
    },
  };
})();
