// Starts npm's telegram-test-api; bot_api.py says how it is used.
//
//     node tests/peers/bot_api/server.mjs NODE_MODULES
//
// It calls webhooks without the secret that `setWebhook` has named, which Telegram sends along: that is added here.
import { createRequire } from 'node:module';
import { createServer } from 'node:net';

const installed = createRequire(`${process.argv[2]}/`);
const TelegramServer = installed('telegram-test-api');
const axios = createRequire(installed.resolve('telegram-test-api'))('axios');

const free = () =>
  new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

const port = await free();
const server = new TelegramServer({ host: '127.0.0.1', port, storeTimeout: 3600 });
axios.interceptors.request.use((request) => {
  const webhook = Object.values(server.webhooks).find(({ url }) => url === request.url);
  if (webhook?.secret_token) request.headers['X-Telegram-Bot-Api-Secret-Token'] = webhook.secret_token;
  return request;
});
// A webhook that refuses: nobody waits for it there.
process.on('unhandledRejection', (error) => console.error(`bot_api: ${error.message}`));
await server.start();
console.log(`PORT ${port}`);
