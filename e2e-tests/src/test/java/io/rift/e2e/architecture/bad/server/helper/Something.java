package io.rift.e2e.architecture.bad.server.helper;

/** In a package that says nothing. */
final class Something {}
