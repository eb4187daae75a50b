// node werift.mjs <messages> <username> <credential> <TURN URI>
// One relay-only pair; what it prints is described in PairProcess.java.
import { readFileSync } from 'node:fs';
import { RTCPeerConnection } from 'werift';
import { relayPair } from './relay-pair.mjs';
import { talked } from './talked.mjs';

const [messages, username, credential, urls] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(new URL('node_modules/werift/package.json', import.meta.url)));
console.log(JSON.stringify({ version }));
const result = await relayPair({ urls, username, credential }, Number(messages), talked, RTCPeerConnection);
console.log(JSON.stringify({ uri: urls, ...result }));
process.exit(0);
