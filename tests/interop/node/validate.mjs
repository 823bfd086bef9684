// Holds events against schemas with ajv. stdin: [{schema, events}, …]; stdout: for each, whether
// each of its events is valid.
import fs from "node:fs";
import Ajv from "ajv/dist/2020.js";

const groups = JSON.parse(fs.readFileSync(0, "utf8"));
const answers = groups.map(({ schema, events }) => {
  const validate = new Ajv({ strict: false, logger: false }).compile(schema);
  return events.map((event) => validate(event));
});
console.log(JSON.stringify(answers));
