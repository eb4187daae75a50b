package io.rift.e2e.architecture.bad.cli;

/** With a name that says nothing. */
final class SomethingManager {}
