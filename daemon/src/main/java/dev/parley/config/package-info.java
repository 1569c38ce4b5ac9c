/**
 * What the user has configured: immutable records, validated once at start.
 *
 * <p>An error names the file, the key, the value and what was expected. Knows nothing of those who
 * use the values.
 */
@NullMarked
package dev.parley.config;

import org.jspecify.annotations.NullMarked;
