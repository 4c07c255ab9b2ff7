// What npm's standardwebhooks says of events that were posted to a publisher's service; e2e/publisher_events.rs starts it.
//
//     node tests/peers/webhooks.mjs NODE_MODULES < GIVEN > FOUND
//
// GIVEN is {"secrets": ["whsec_…"], "deliveries": [{"headers", "body"}]}, FOUND a list that says of each delivery, with the numbers of
// the secrets by which it is taken: as it came ("signed_by"), and after something was done to it ("touched": {what: […]}). The library
// knows `v1` alone, and passes over `v1a`.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const library = await import(pathToFileURL(`${process.argv[2]}/standardwebhooks/dist/index.js`));
const { Webhook, WebhookVerificationError } = library.default;
const { secrets, deliveries } = JSON.parse(readFileSync(0, 'utf8'));
const stranger = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const clock = Date.now;
const tolerance = 5 * 60;

function takes(secret, { headers, body }) {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false;
    throw error;
  }
}

const by = (delivery, known = secrets) => known.flatMap((secret, number) => (takes(secret, delivery) ? [number] : []));

/** As the library finds it so many seconds later. */
function later(seconds, delivery) {
  Date.now = () => clock() + seconds * 1000;
  try {
    return by(delivery);
  } finally {
    Date.now = clock;
  }
}

const found = deliveries.map(({ headers, body }) => {
  const delivery = { headers, body };
  const changed = (name, value) => by({ headers: { ...headers, [name]: value }, body });
  const signatures = headers['webhook-signature'].split(' ');
  return {
    signed_by: by(delivery),
    touched: {
      body: by({ headers, body: `${body} ` }),
      id: changed('webhook-id', `${headers['webhook-id']}0`),
      timestamp: changed('webhook-timestamp', String(Number(headers['webhook-timestamp']) + 1)),
      without_v1: changed('webhook-signature', signatures.filter((one) => !one.startsWith('v1,')).join(' ')),
      old: later(tolerance + 60, delivery),
      early: later(-tolerance - 60, delivery),
      stranger: by(delivery, [stranger]),
    },
  };
});
console.log(JSON.stringify(found));
