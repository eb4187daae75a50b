package io.rift.e2e.architecture.bad.server;

/** Compares tokens as text, which ends at the first difference. */
final class AdminGate {
    boolean admits(String token, String shown) {
        return token.equals(shown);
    }
}
