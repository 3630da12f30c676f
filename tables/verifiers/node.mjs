// One delivery by a Node verifier: `node.mjs LIBRARY HOME`, told on standard input; prints what its caller gets. Knows nothing of mockenv.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [library, home] = process.argv.slice(2);
const require = createRequire(`${home}/package.json`);
const told = JSON.parse(readFileSync(0, 'utf8'));
const headers = Object.fromEntries(Object.entries(told.headers).map(([name, value]) => [name.toLowerCase(), value]));
const body = Buffer.from(told.body, 'base64');

const webhook = (name) => new (require(name).Webhook)(told.secret).verify(body, headers);
const libraries = {
  standardwebhooks: () => webhook('standardwebhooks'),
  svix: () => webhook('svix'),
  stripe: () => {
    const module = require('stripe');
    const stripe = new (module.default ?? module)('sk_test_none');
    return stripe.webhooks.constructEvent(body, headers['x-vector-signature'], told.secret, 300);
  },
};

try {
  libraries[library]();
  console.log(JSON.stringify({ ok: true }));
} catch (error) {
  console.log(JSON.stringify({ error: `${error.constructor.name}: ${error.message}` }));
}
