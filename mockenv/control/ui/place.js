// Where the server is that this page came from: behind a proxy not at the root of its host.

/** What stands before all its paths; a sandbox's prefix, under which the page may have been opened, is none of it. */
export const ROOT = new URL(import.meta.url).pathname.replace(/\/_mockenv\/ui\/[^/]*$/, "").replace(/\/_sandbox\/[^/]+$/, "");

export const ORIGIN = location.origin + ROOT;
