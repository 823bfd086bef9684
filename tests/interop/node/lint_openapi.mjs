// Prints what redocly's recommended rules find in an OpenAPI document: node lint_openapi.mjs FILE.
import { readFileSync } from "node:fs";

import { createConfig, lintFromString } from "@redocly/openapi-core";

const config = await createConfig({ extends: ["recommended"] });
const problems = await lintFromString({
  source: readFileSync(process.argv[2], "utf8"),
  absoluteRef: process.argv[2],
  config,
});
console.log(JSON.stringify(problems.map(({ ruleId, severity, message, location }) =>
  ({ ruleId, severity, message, at: location[0]?.pointer }))));
