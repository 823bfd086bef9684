// Sends events with an SDK as its documentation says, and prints what the SDK says of them:
// {"delivered":[…],"errors":[…]}. Usage: sdk.mjs SDK URL FIRST COUNT
import process from "node:process";

const [, , sdk, url, first, count] = process.argv;
const numbers = Array.from({ length: Number(count) }, (_, at) => Number(first) + at);
const user = (number) => `user-${number % 7}`;
const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const delivered = [];
const errors = [];

async function segment() {
  const { Analytics } = await import("@segment/analytics-node");
  const analytics = new Analytics({
    writeKey: "key", host: url, flushAt: 20, flushInterval: 200, maxRetries: 10,
  });
  analytics.on("error", (error) => errors.push(String(error.reason ?? error.code)));
  const told = [];
  for (const number of numbers) {
    told.push(new Promise((done) => analytics.track(
      { userId: user(number), event: "sdk_event", properties: { number } }, (error) => {
        if (error) errors.push(String(error)); else delivered.push(number);
        done();
      })));
  }
  await Promise.all(told);
  await analytics.closeAndFlush({ timeout: 60000 });
}

async function posthog() {
  const { PostHog } = await import("posthog-node");
  const client = new PostHog("key", {
    host: url, flushAt: 20, maxBatchSize: 20, flushInterval: 200, fetchRetryCount: 10,
    fetchRetryDelay: 200,
  });
  client.on("error", (error) => errors.push(String(error)));
  for (const number of numbers) {
    client.capture({ distinctId: user(number), event: "sdk_event", properties: { number } });
  }
  await client.shutdown(60000);
  delivered.push(...numbers);
}

async function amplitude() {
  const { createInstance } = await import("@amplitude/analytics-node");
  const client = createInstance();
  await client.init("key", {
    serverUrl: `${url}/2/httpapi`, flushQueueSize: 20, flushIntervalMillis: 200,
    flushMaxRetries: 12, logLevel: 0,
  }).promise;
  const told = numbers.map((number) =>
    client.track("sdk_event", { number }, { user_id: user(number) }).promise.then((result) => {
      if (result.code === 200) delivered.push(number); else errors.push(result.message);
    }));
  await Promise.all(told);  // What flush() is asked for is tried once only.
}

// This SDK tries once and says what came of it; so does a game that calls it again.
async function mixpanel() {
  const { default: Mixpanel } = await import("mixpanel");
  const { hostname, port } = new URL(url);
  const client = Mixpanel.init("key", { host: hostname, port, protocol: "http" });
  const send = (batch) => new Promise((done) => client.track_batch(batch.map((number) => ({
    event: "sdk_event",
    properties: { number, distinct_id: user(number), $insert_id: `id-${number}` },
  })), (failed) => done(failed)));
  for (let at = 0; at < numbers.length; at += 20) {
    const batch = numbers.slice(at, at + 20);
    for (let tries = 0; ; ++tries) {
      const failed = await send(batch);
      if (!failed || failed.every?.((error) => !error)) break;
      if (tries === 20) return errors.push(String(failed));
      await wait(200);
    }
    delivered.push(...batch);
  }
}

await { segment, posthog, amplitude, mixpanel }[sdk]();
console.log(JSON.stringify({ delivered, errors }));
