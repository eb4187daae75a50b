package io.rift.e2e.architecture.bad.server.util;

/** In a package that says nothing. */
final class Something {}
