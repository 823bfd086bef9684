// driver.mjs URL KEY FIRST COUNT SECONDS TYPE: see test_integrate.py.
import { setTimeout as sleep } from "node:timers/promises";

import { GameEvents } from "./game_events.mjs";

const [url, key, first, count, seconds, type] = process.argv.slice(2);
const events = new GameEvents({ url, key, log: console.log });
for (let number = Number(first); number < Number(first) + Number(count); ++number) {
  events.send(type, { user_name: `user-${number % 7}`, number });
  await sleep(10);
}
const done = events.flush().then(() => 0);
process.exit(await Promise.race([done, sleep(1000 * Number(seconds), 3)]));
