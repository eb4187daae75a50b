package io.rift.e2e.architecture.bad.protocol;

import tools.jackson.core.JsonParser;

/** JSON outside the rendezvous codec. */
final class ParsesJson {
    JsonParser wrong;
}
