package io.rift.cli.demo;

/**
 * Something that the demo says.
 *
 * @param subject what it is about, in a word
 * @param text what was observed
 * @param holds whether that is what should be
 */
record Claim(String subject, String text, boolean holds) {}
