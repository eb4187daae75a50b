// node chromium.mjs <path of Chromium> <messages> <username> <credential> <TURN URI>
// One browser, one relay-only pair; what it prints is described in PairProcess.java.
import { chromium } from 'playwright-core';
import { relayPair } from './relay-pair.mjs';
import { talked } from './talked.mjs';

const [executablePath, messages, username, credential, urls] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath,
  headless: true,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--ignore-certificate-errors',
  ],
});
try {
  const page = await browser.newPage();
  console.log(JSON.stringify({ version: browser.version() }));
  await page.exposeFunction('talked', talked);
  const result = await page.evaluate(
    `(${relayPair})(${JSON.stringify({ urls, username, credential })}, ${Number(messages)}, talked)`,
  );
  console.log(JSON.stringify({ uri: urls, ...result }));
} finally {
  await browser.close();
}
