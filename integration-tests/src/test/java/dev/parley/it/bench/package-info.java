/**
 * The benchmark of {@code mvn -Pbench verify}: what parley is measured by, on the programs as users
 * get them. It judges by the goals and never fails by the clock.
 *
 * <p>See {@code docs/benchmarks.md}.
 */
@NullMarked
package dev.parley.it.bench;

import org.jspecify.annotations.NullMarked;
