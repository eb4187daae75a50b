/**
 * A private line between two programs, through any NAT.
 *
 * <p>Two peers that know each other's {@link io.rift.protocol.PeerId} and one rendezvous server can talk. One waits:
 *
 * {@snippet :
 * try (Peer bob = Peer.builder()
 *         .identity(Identity.generate())
 *         .rendezvous(URI.create("ws://localhost:8080"))
 *         .onConnection(line -> line.onMessage(message -> line.send("you said " + message.text())))
 *         .start()) {
 *     System.out.println("I am " + bob.id());
 *     Thread.sleep(Duration.ofHours(1));
 * }
 * }
 *
 * <p>The other dials:
 *
 * {@snippet :
 * try (Peer alice = Peer.builder()
 *                 .identity(Identity.generate())
 *                 .rendezvous(URI.create("ws://localhost:8080"))
 *                 .start();
 *         Connection line = alice.connect(PeerId.parse(args[0]))) {
 *     line.send("hello");
 *     System.out.println(line.receive().text() + ", by way of " + line.path().type());
 * }
 * }
 */
@NullMarked
package io.rift.peer;

import org.jspecify.annotations.NullMarked;
