package io.rift.e2e.architecture.bad.server.impl;

/** In a package that says nothing. */
final class Something {}
