// GraphQL over HTTP, audited by the people who write its specification: one line of JSON per audit of an endpoint.
import { serverAudits } from "graphql-http";

const [url, token] = process.argv.slice(2);
const fetchFn = (target, init = {}) => fetch(target, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
for (const audit of serverAudits({ url, fetchFn })) {
  const { id, name, status, reason } = await audit.fn();
  console.log(JSON.stringify({ id, name, status, reason }));
}
