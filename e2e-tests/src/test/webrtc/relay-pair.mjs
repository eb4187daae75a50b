/**
 * Two peer connections that may use relayed candidates only, joined through one TURN server; messages go both ways on a
 * data channel. It is self-contained, as a browser gets its source text.
 *
 * @param iceServer urls, username and credential of the TURN server
 * @param messages how many go each way
 * @param talked is called when all has been said, and awaited before the peers part
 * @param PeerConnection the W3C API of whoever runs this; of the browser by default
 * @returns the candidates that each side offered, the pair in use by its statistics, and what arrived
 */
export async function relayPair(iceServer, messages, talked, PeerConnection = globalThis.RTCPeerConnection) {
  const configuration = { iceServers: [iceServer], iceTransportPolicy: 'relay' };
  const alice = new PeerConnection(configuration);
  const bob = new PeerConnection(configuration);
  const candidates = { alice: [], bob: [] };
  const errors = [];
  const trickle = (name, from, to) => {
    from.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) {
        candidates[name].push(candidate.candidate);
        to.addIceCandidate(candidate).catch((e) => errors.push(String(e)));
      }
    };
    from.onicecandidateerror = (e) => errors.push(`${e.url} ${e.errorCode} ${e.errorText}`);
  };
  trickle('alice', alice, bob);
  trickle('bob', bob, alice);

  // Data may flow before a pair is nominated, so this waits for that, 10 s at most.
  const selectedPair = async (peer) => {
    for (let tries = 1; ; tries++) {
      const stats = [...(await peer.getStats()).values()];
      const pair = stats.find((s) => s.type === 'candidate-pair' && s.nominated && s.state === 'succeeded');
      if (pair || tries === 100) {
        const local = stats.find((s) => s.id === pair?.localCandidateId);
        const remote = stats.find((s) => s.id === pair?.remoteCandidateId);
        return { local: local?.candidateType, remote: remote?.candidateType, protocol: local?.relayProtocol };
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };

  const sent = Array.from({ length: messages }, (_, i) => `${i} `.padEnd(20 + ((i * 97) % 1000), 'x'));
  const received = { alice: [], bob: [] };
  const done = new Promise((resolve) => {
    bob.ondatachannel = ({ channel }) => {
      channel.onmessage = ({ data }) => {
        received.bob.push(String(data));
        channel.send(`you said ${data}`);
      };
    };
    const channel = alice.createDataChannel('interop');
    channel.onopen = () => sent.forEach((message) => channel.send(message));
    channel.onmessage = ({ data }) => {
      received.alice.push(String(data));
      if (received.alice.length === messages) {
        resolve();
      }
    };
  });

  await alice.setLocalDescription(await alice.createOffer());
  await bob.setRemoteDescription(alice.localDescription);
  await bob.setLocalDescription(await bob.createAnswer());
  await alice.setRemoteDescription(bob.localDescription);

  const late = new Promise((resolve) => setTimeout(() => resolve('late'), 20_000));
  const intime = (await Promise.race([done, late])) !== 'late';
  const selected = [await selectedPair(alice), await selectedPair(bob)];
  if (intime) {
    await talked();
  }
  await alice.close();
  await bob.close();
  return {
    intime,
    candidates,
    errors,
    selected,
    intact:
      JSON.stringify(received.bob) === JSON.stringify(sent) &&
      JSON.stringify(received.alice) === JSON.stringify(sent.map((message) => `you said ${message}`)),
    bytes: [...received.alice, ...received.bob].reduce((sum, message) => sum + message.length, 0),
  };
}
