// Whether ajv, as strict as it can be, takes the scenarios' schema (arguments: the schema, then scenarios as JSON).
import { readFileSync } from "node:fs";
import Ajv from "ajv/dist/2020.js";
import formats from "ajv-formats";

const [schema, ...scenarios] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, "utf8")));
const ajv = new Ajv({ strict: true, allowUnionTypes: true, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);
for (const scenario of scenarios) {
  if (!validate(scenario)) throw new Error(ajv.errorsText(validate.errors));
}
