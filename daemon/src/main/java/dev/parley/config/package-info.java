/**
 * What the user has configured: immutable records, validated once at start.
 *
 * <p>An error names the file, the key, the value and what was expected. Knows nothing of those who
 * use the values.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.config;

import org.jspecify.annotations.NullMarked;
