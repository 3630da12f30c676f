// LaunchDarkly's own server SDK: says what a flag is, and says it again when it has changed.
import * as ld from "@launchdarkly/node-server-sdk";

const [url, key, flag] = process.argv.slice(2);
const client = ld.init(key, { baseUri: url, streamUri: url, eventsUri: url, logger: ld.basicLogger({ level: "error" }) });
await client.waitForInitialization({ timeout: 20 });
const say = async () => console.log(JSON.stringify(await client.variation(flag, { kind: "user", key: "u" }, null)));
await say();
client.on(`update:${flag}`, async () => {
  await say();
  client.close();
});
