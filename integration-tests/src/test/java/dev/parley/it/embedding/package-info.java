/**
 * The bots of {@code docs/examples}, built and run by the commands of {@code docs/embedding.md},
 * and killed with their daemons while they answer.
 *
 * <p>Used by the thread of the test. Knows the programs through {@code process}.
 */
@NullMarked
package dev.parley.it.embedding;

import org.jspecify.annotations.NullMarked;
