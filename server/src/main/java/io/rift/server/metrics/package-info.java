/**
 * What the server counts, as Micrometer meters. The cores and shards keep plain counters and publish copies; the meters
 * here read those when they are scraped.
 *
 * <p>A label takes its values from a small fixed set, and every series exists from the start with 0, so that a rate over
 * it is right from the first event on. No address, user name or peer id is ever a label.
 */
@NullMarked
package io.rift.server.metrics;

import org.jspecify.annotations.NullMarked;
