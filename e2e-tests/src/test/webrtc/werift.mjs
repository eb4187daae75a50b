// node werift.mjs <messages> <username> <credential> <TURN URI>...
// One relay-only pair per URI; a line of JSON for each.
import { readFileSync } from 'node:fs';
import { RTCPeerConnection } from 'werift';
import { relayPair } from './relay-pair.mjs';

const [messages, username, credential, ...uris] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(new URL('node_modules/werift/package.json', import.meta.url)));
console.log(JSON.stringify({ version }));
for (const urls of uris) {
  const result = await relayPair({ urls, username, credential }, Number(messages), RTCPeerConnection);
  console.log(JSON.stringify({ uri: urls, ...result }));
}
process.exit(0);
