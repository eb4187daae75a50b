/** Whether the server does what it is for, asked the way a client would ask. */
@NullMarked
package io.rift.server.health;

import org.jspecify.annotations.NullMarked;
