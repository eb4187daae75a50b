/**
 * What an operator can do to a running server over HTTP: on the management port alone, for whoever has the token.
 * {@code docs/admin.md} describes it.
 */
@NullMarked
package io.rift.server.admin;

import org.jspecify.annotations.NullMarked;
