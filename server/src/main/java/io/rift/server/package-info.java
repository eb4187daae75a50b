/** The Spring Boot shell. */
@NullMarked
package io.rift.server;

import org.jspecify.annotations.NullMarked;
