// An environment made, read and listed with the types that openapi-typescript reads out of the document (arguments: base URL, token).
import type { paths } from "./vector.js";

const SITE = "/api/v1/vector/sites/{site}/environments" satisfies keyof paths;
type New = NonNullable<paths[typeof SITE]["post"]["requestBody"]>["content"]["application/json"];
type Made = paths[typeof SITE]["post"]["responses"]["201"]["content"]["application/json"];
type Page = paths[typeof SITE]["get"]["responses"]["200"]["content"]["application/json"];

declare const process: { argv: string[] };
const [base, token] = process.argv.slice(2);
const headers = { Authorization: `Bearer ${token}`, "Content-Type": "application/json" };
const url = base + SITE.replace("{site}", "12345");

const body: New = { name: "typed", php_version: "8.3" };
const made = (await (await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })).json()) as Made;
const page = (await (await fetch(url, { headers })).json()) as Page;
if (made.data.name !== body.name || !page.data.some((one) => one.id === made.data.id)) throw new Error(JSON.stringify(page));
