// Where in the dashboard one is: in the address's hash, so that it can be kept, sent and gone back to.

/** `#/default/requests?status=4xx` as {world, view, query}. */
export function parseRoute(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const [world = "", view = "timeline"] = path.split("/").map(decodeURIComponent);
  return { world, view, query: Object.fromEntries(new URLSearchParams(query ?? "")) };
}

export function link(world, view = "timeline", query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const path = [world, view].filter(Boolean).map(encodeURIComponent).join("/");
  return `#/${path}${given.length ? `?${new URLSearchParams(given)}` : ""}`;
}
