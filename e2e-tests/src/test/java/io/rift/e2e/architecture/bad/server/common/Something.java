package io.rift.e2e.architecture.bad.server.common;

/** In a package that says nothing. */
final class Something {}
