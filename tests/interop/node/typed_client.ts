// A game's client as openapi-typescript and openapi-fetch make it: node typed_client.js URL USER.
// It prints what it was told as one JSON object.
import createClient from "openapi-fetch";

import type { components, paths } from "./api.js";

type Problem = components["schemas"]["Problem"];
type Cart = components["schemas"]["Cart"];

// What a player is shown, in the game's language. A code that is none would not compile.
const SENTENCES: Partial<Record<Problem["code"], string>> = {
  unknown_item: "Das gibt es nicht.",
  cart_empty: "Der Korb ist leer.",
};

const [baseUrl, username] = process.argv.slice(2) as [string, string];
const asksForProblems = { Accept: "application/problem+json, application/json" };
const client = createClient<paths>({ baseUrl, headers: asksForProblems });

async function main(): Promise<void> {
  const sent = await client.POST("/events", {
    params: { header: { Prefer: "return=representation" } },
    body: [
      { event_type: "level_up", user: username, level: 7 },
      { event_type: "quest_done", user: username },
    ],
  });
  const one = await client.POST("/events", { body: { event_type: "login", user: username } });
  const bought = await client.POST("/purchase/{item}/{username}", {
    params: { path: { item: "sword", username } },
    body: { quantity: 2 },
  });
  const put = await client.PUT("/cart/{username}/items/{item}", {
    params: { path: { username, item: "bread" } },
    body: { quantity: 3 },
  });
  const cart: Cart | undefined = put.data?.cart;
  const checkout = await client.POST("/cart/{username}/checkout", {
    params: { path: { username } },
  });
  const inventory = await client.GET("/inventory/{username}", { params: { path: { username } } });

  const again = await client.POST("/cart/{username}/checkout", { params: { path: { username } } });
  const unknown = await client.POST("/purchase/{item}/{username}", {
    params: { path: { item: "sheild", username } },
  });
  const problem = unknown.error as Problem;
  console.log(JSON.stringify({
    accepted: sent.data?.accepted,
    stored: sent.data?.stored?.map((each) => each.index),
    one: one.data?.accepted,
    owned: bought.data?.owned,
    inCart: cart?.items.map((line) => [line.item, line.quantity]),
    paid: checkout.data?.total,
    owns: inventory.data?.items.map((stack) => [stack.item, stack.quantity]),
    said: [(again.error as Problem).code, problem.code].map((code) => SENTENCES[code]),
    nearest: problem.nearest,
  }));
}

await main();
