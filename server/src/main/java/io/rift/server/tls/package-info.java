/** The server's certificates for TLS and DTLS, from Spring's SSL bundles, and their renewal while the server runs. */
@NullMarked
package io.rift.server.tls;

import org.jspecify.annotations.NullMarked;
