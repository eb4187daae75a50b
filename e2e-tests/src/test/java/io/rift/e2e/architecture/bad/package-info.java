/**
 * Code that breaks the rules of the architecture on purpose, in the same packages below this one as the real code has
 * below {@code io.rift}. {@code ArchitectureTest} fails when a rule lets one of these classes pass.
 */
package io.rift.e2e.architecture.bad;
