// A receiver of Vector Pro's webhooks in Node, with nothing but its standard library.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

const secret = process.env.WEBHOOK_SECRET;
const tolerance = 300; // seconds

export function verify(header, body, now = Date.now() / 1000) {
  const { t, v1 } = Object.fromEntries(header.split(",").map((part) => part.split("=")));
  const expected = createHmac("sha256", secret).update(`${t}.`).update(body).digest();
  const given = Buffer.from(v1 ?? "", "hex");
  return Math.abs(now - Number(t)) <= tolerance && given.length === expected.length && timingSafeEqual(given, expected);
}

const server = createServer((request, response) => {
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks); // the raw bytes: parsing and writing them again would break the signature
    const genuine = verify(request.headers["x-vector-signature"] ?? "", body);
    if (genuine) console.log(JSON.parse(body).event);
    response.writeHead(genuine ? 204 : 401).end();
  });
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
