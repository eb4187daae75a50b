/**
 * Byte layouts of the end-to-end encryption: handshake fragments and the messages inside them, EncryptedPayload and
 * Capabilities. The normative text is PROTOCOL.md, "End-to-end encryption".
 *
 * <p>Every type here is a checked view: {@code parse} answers {@code null} for anything malformed, and what it answers
 * otherwise has accessors that cannot fail. A view says what the bytes are, never that they are authentic; keys,
 * signatures and state live in {@code io.rift.peer.core.secure}. All numbers are big-endian.
 *
 * <p>Messages that enter the transcript (KeyInit, KeyResp, KeyConfirm) keep the bytes they were read from, so that both
 * sides hash exactly what was on the wire and nothing is ever encoded a second time.
 */
@NullMarked
package io.rift.protocol.secure;

import org.jspecify.annotations.NullMarked;
