// Computes the test vectors of "End-to-end encryption" in PROTOCOL.md from that text alone, with other libraries and in
// another language than the code under test. Everything is fixed, so the output never changes by itself.
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { gcm } from '@noble/ciphers/aes.js';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { expand, extract } from '@noble/hashes/hkdf.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';

const u = (bytes) => (value) => {
  const out = new Uint8Array(bytes);
  let rest = BigInt(value);
  for (let i = bytes - 1; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
};
const [u8, u16, u32, u64] = [1, 2, 4, 8].map(u);
const H = (...parts) => sha256(concatBytes(...parts));
const ascii = utf8ToBytes;
const zeros = (length) => new Uint8Array(length);
const none = zeros(0);
// Fixed secrets and nonces: recognisable and different from each other.
const fixed = (name, length) => expand(sha256, H(ascii(`rift test vectors: ${name}`)), none, length);

function L(secret, label, context, length = 32) {
  const full = ascii(`rift2 ${label}`);
  return expand(sha256, secret, concatBytes(u16(length), u8(full.length), full, u8(context.length), context), length);
}

const signed = (context, content) => concatBytes(ascii(' '.repeat(64)), ascii(`RIFT-E2EE-V2 ${context}`), u8(0), content);

const AEAD = {
  1: (key, nonce, aad, plaintext) => chacha20poly1305(key, nonce, aad).encrypt(plaintext),
  2: (key, nonce, aad, plaintext) => gcm(key, nonce, aad).encrypt(plaintext),
};

function party(name, index, password, suites) {
  const seed = fixed(`${name} identity`, 32);
  const id = ed25519.getPublicKey(seed);
  const capabilities = concatBytes(
    u8(2), u8(2), u8(suites.length), u32(0x01020304), u64(2000000000), ...suites.map(u16));
  return {
    seed, id, index, password, suites, capabilities,
    capabilitiesSignature: ed25519.sign(signed('Capabilities', capabilities), seed),
    rvNonce: fixed(`${name} rendezvous nonce`, 16),
    ephemeral: fixed(`${name} ephemeral`, 32),
  };
}

function introduce(session, passwords, direction, type, rxIndex, nonce, message) {
  const key = expand(sha256, extract(sha256, passwords, ascii('rift2 intro')), concatBytes(session, ascii(direction)), 32);
  const header = concatBytes(u8(0xe1), u8(type), u8(0x01), u8(0), u32(rxIndex), nonce);
  return { key, datagram: concatBytes(header, AEAD[2](key, nonce, header, message)) };
}

function box(alg, secret, transcript, proof) {
  const key = L(secret, 'key', none);
  const iv = L(secret, 'iv', none, 12);
  return { key, iv, sealed: AEAD[alg](key, iv, transcript, proof) };
}

function payload(alg, ap, kind, rxIndex, sequence, timestamp, innerType, body) {
  const key = L(ap, 'key', u8(kind));
  const iv = L(ap, 'iv', u8(kind), 12);
  const step = kind === 3 ? 1 : 64;
  const inner = concatBytes(u8(innerType), body, u8(0x80));
  const plaintext = concatBytes(inner, zeros(Math.ceil(inner.length / step) * step - inner.length));
  const header = concatBytes(
    u8(0xe3), u8((alg << 4) | kind), u16(0), u32(rxIndex), u64(sequence), kind === 2 ? u32(timestamp) : none);
  const mask = concatBytes(u32(kind === 2 ? timestamp : 0), u64(sequence));
  const nonce = iv.map((byte, i) => byte ^ mask[i]);
  return { kind, sequence, timestamp, innerType, body, key, iv, nonce, plaintext,
    datagram: concatBytes(header, AEAD[alg](key, nonce, header, plaintext)) };
}

function transcript({ name, suite, suitesA, suitesB, inviteSecret }) {
  const alg = suite & 0xf;
  const A = party('alice', 0xa11ce001, 'alice-ice-password-of-24', suitesA);
  const B = party('bob', 0x0b0b0002, 'bobs-ice-password-with-26c', suitesB);
  const session = fixed('session', 32);
  const passwords = concatBytes(ascii(A.password), ascii(B.password));

  const th0 = H(ascii('RIFT-E2EE-V2'), session, A.id, B.id, A.rvNonce, B.rvNonce, H(A.capabilities), H(B.capabilities));

  const suiteList = concatBytes(...suitesA.map(u16), zeros(16 - 2 * suitesA.length));
  const keyInitUnsigned = concatBytes(
    u8(2), u8(2), u8(0), u8(suitesA.length), u32(A.index), session, u32(0), suiteList,
    x25519.getPublicKey(A.ephemeral), A.id);
  const th1 = H(th0, keyInitUnsigned);
  const sigInit = ed25519.sign(signed('KeyInit', th1), A.seed);
  const th1s = H(th1, sigInit);
  const keyInit = concatBytes(keyInitUnsigned, sigInit);

  const nonceR = fixed('responder nonce', 16);
  const keyRespUnboxed = concatBytes(
    u8(2), u8(0), u16(suite), u32(B.index), u32(A.index), nonceR, x25519.getPublicKey(B.ephemeral));
  const th2 = H(th1s, keyRespUnboxed);
  const shared = x25519.getSharedSecret(A.ephemeral, x25519.getPublicKey(B.ephemeral));
  const prk = extract(sha256, shared, inviteSecret ?? zeros(32));
  const hsI = L(prk, 'hs i', th2);
  const hsR = L(prk, 'hs r', th2);
  const ms = extract(sha256, zeros(32), L(prk, 'derived', th2));
  const sigResp = ed25519.sign(signed('KeyResp', th2), B.seed);
  const finR = hmac(sha256, L(hsR, 'finished', none), H(th2, B.id, sigResp));
  const boxR = box(alg, hsR, th2, concatBytes(B.id, sigResp, finR));
  const keyResp = concatBytes(keyRespUnboxed, boxR.sealed);
  const th3 = H(th2, boxR.sealed);

  const sigConfirm = ed25519.sign(signed('KeyConfirm', th3), A.seed);
  const finI = hmac(sha256, L(hsI, 'finished', none), H(th3, u8(alg), sigConfirm));
  const boxI = box(alg, hsI, th3, concatBytes(u8(alg), sigConfirm, finI));
  const keyConfirm = concatBytes(u32(B.index), boxI.sealed);
  const th4 = H(th3, boxI.sealed);

  const apI2r = L(ms, 'ap i2r', th3);
  const apR2i = L(ms, 'ap r2i', th3);
  const exporter = L(ms, 'exp', th3);
  const exported = L(L(exporter, 'EXPERIMENTAL test', H()), 'exporter', H(ascii('some context')), 48);

  const nonces = { keyInit: fixed('KeyInit nonce', 12), keyResp: fixed('KeyResp nonce', 12), keyConfirm: fixed('KeyConfirm nonce', 12) };
  const init = introduce(session, passwords, 'i2r', 1, B.index, nonces.keyInit, keyInit);
  const resp = introduce(session, passwords, 'r2i', 2, A.index, nonces.keyResp, keyResp);
  const confirm = introduce(session, passwords, 'i2r', 3, B.index, nonces.keyConfirm, keyConfirm);

  const text = ascii('the quick brown fox jumps over the lazy dog');
  const long = fixed('long body', 150);
  return {
    name, suite, session, inviteSecret: inviteSecret ?? none,
    initiator: { ...A, ephemeralPublic: x25519.getPublicKey(A.ephemeral) },
    responder: { ...B, ephemeralPublic: x25519.getPublicKey(B.ephemeral), nonce: nonceR },
    introduction: { i2r: init.key, r2i: resp.key, nonces },
    transcript: { th0, th1, th1s, th2, th3, th4 },
    secrets: { shared, prk, hsI, hsR, ms, apI2r, apR2i, exporter, rms: L(ms, 'res', th4), exported },
    boxes: { respKey: boxR.key, respIv: boxR.iv, finR, confirmKey: boxI.key, confirmIv: boxI.iv, finI },
    messages: { keyInit, keyResp, keyConfirm },
    datagrams: { keyInit: init.datagram, keyResp: resp.datagram, keyConfirm: confirm.datagram },
    ready: payload(alg, apR2i, 0, A.index, 0, 0, 1, none),
    fromInitiator: [
      payload(alg, apI2r, 0, B.index, 0, 0, 0x10, text),
      payload(alg, apI2r, 1, B.index, 0, 0, 1, text),
      payload(alg, apI2r, 1, B.index, 1, 0, 2, none),
      payload(alg, apI2r, 2, B.index, 0, 0xfedcba98, 3, text),
      payload(alg, apI2r, 3, B.index, 0, 0, 4, long),
    ],
    fromResponder: [
      payload(alg, apR2i, 1, A.index, 0, 0, 1, long),
      payload(alg, apR2i, 2, A.index, 0, 960, 3, none),
      payload(alg, apR2i, 3, A.index, 0, 0, 4, none),
    ],
  };
}

const vectors = [
  transcript({ name: 'AES-256-GCM by default', suite: 0x0202, suitesA: [0x0202, 0x0201], suitesB: [0x0201, 0x0202] }),
  transcript({ name: 'ChaCha20-Poly1305 by preference of the initiator', suite: 0x0201, suitesA: [0x7777, 0x0201, 0x0202], suitesB: [0x0202, 0x0201] }),
  transcript({ name: 'AES-256-GCM with an invite secret', suite: 0x0202, suitesA: [0x0202], suitesB: [0x0212, 0x0202], inviteSecret: fixed('invite', 32) }),
];
const hex = (_, value) => (value instanceof Uint8Array ? bytesToHex(value) : value);
console.log(JSON.stringify({ about: 'Written by peer-core/src/test/vectors/generate.js; bytes are hexadecimal.', vectors }, hex, 2));
