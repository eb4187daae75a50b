package io.rift.bench.churn;

/** How a client reaches the server. */
enum Transport {
    UDP,
    TCP,
    TLS,
    DTLS
}
