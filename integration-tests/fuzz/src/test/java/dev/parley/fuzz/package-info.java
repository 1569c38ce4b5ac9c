/**
 * Foreign bytes for every parser: what a target is, the list of all targets, the replay of what was
 * found, and the search for more ({@code mvn -Pfuzz verify}, see docs/fuzzing.md).
 *
 * <p>A package with parsers has its targets in a class {@code …Fuzz} of its own package, so that
 * nothing has to be public for their sake. This package knows what they have in common, and no
 * parser.
 */
package dev.parley.fuzz;
