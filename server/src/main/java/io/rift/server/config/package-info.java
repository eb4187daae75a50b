/**
 * What an operator can set, as one immutable record per group of {@code rift.*} keys.
 *
 * <p>The records are the single source: their Javadoc becomes the metadata that IDEs complete from and that
 * {@code docs/configuration.md} is checked against; their component names are the known keys, so that a misspelt key
 * ends the start instead of being ignored; their constraints are checked before any socket is opened.
 */
@NullMarked
package io.rift.server.config;

import org.jspecify.annotations.NullMarked;
