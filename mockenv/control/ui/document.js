// An OpenAPI document as a source of examples: what to put into a path and a body; asks nobody.

/** The path with its parameters filled in, and a body, for one operation ({method, path}) of a document. */
export function example(document, { method, path }) {
  const item = document.paths[path];
  const node = item[method.toLowerCase()];
  const parameters = [...(item.parameters ?? []), ...(node.parameters ?? [])].map((one) => resolve(document, one));
  let filled = path;
  for (const one of parameters.filter((one) => one.in === "path")) {
    filled = filled.replace(`{${one.name}}`, encodeURIComponent(String(valueOf(document, one) ?? one.name)));
  }
  const needed = parameters.filter((one) => one.in === "query" && one.required).map((one) => [one.name, String(valueOf(document, one) ?? "")]);
  const media = Object.values(resolve(document, node.requestBody ?? {}).content ?? {})[0];
  const body = media && bodyOf(document, media);
  return { path: filled + (needed.length ? `?${new URLSearchParams(needed)}` : ""), hasBody: Boolean(media), body: media ? JSON.stringify(body ?? {}, null, 2) : "" };
}

function resolve(document, node) {
  let found = node;
  while (found?.$ref) found = found.$ref.slice(2).split("/").reduce((at, part) => at[part.replaceAll("~1", "/").replaceAll("~0", "~")], document);
  return found ?? {};
}

function valueOf(document, parameter) {
  if (parameter.example !== undefined) return parameter.example;
  const first = Object.values(parameter.examples ?? {})[0];
  return first ? resolve(document, first).value : sample(document, parameter.schema ?? {});
}

function bodyOf(document, media) {
  if (media.example !== undefined) return media.example;
  const first = Object.values(media.examples ?? {})[0];
  return first ? resolve(document, first).value : sample(document, media.schema ?? {});
}

const SIMPLE = { string: "", integer: 1, number: 1, boolean: true, null: null };

/** A value that a schema allows, as far as that is easily found: what must be there, and nothing else. */
function sample(document, schema, depth = 0) {
  const node = resolve(document, schema);
  if (node.example !== undefined) return node.example;
  if (node.examples?.length) return node.examples[0];
  if (node.const !== undefined) return node.const;
  if (node.enum) return node.enum[0];
  if (node.default !== undefined) return node.default;
  const choice = node.oneOf ?? node.anyOf;
  if (choice) return sample(document, choice[0], depth + 1);
  if (node.allOf) return Object.assign({}, ...node.allOf.map((one) => sample(document, one, depth + 1)));
  const type = Array.isArray(node.type) ? node.type[0] : node.type;
  if (type === "array") return node.minItems ? [sample(document, node.items ?? {}, depth + 1)] : [];
  if (type === "object" || node.properties) {
    const names = depth > 6 ? [] : node.required ?? [];
    return Object.fromEntries(names.map((name) => [name, sample(document, node.properties?.[name] ?? {}, depth + 1)]));
  }
  return SIMPLE[type] ?? null;
}
