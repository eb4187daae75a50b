/** The pages below {@code docs/reports} that tests write, and compare with what is there. */
package io.rift.e2e.report;
