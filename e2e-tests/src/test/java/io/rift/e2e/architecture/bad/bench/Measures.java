package io.rift.e2e.architecture.bad.bench;

/** Nothing may use it. */
public final class Measures {}
