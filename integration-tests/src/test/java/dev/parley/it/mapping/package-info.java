/**
 * Port mapping against a real gateway: Debian's miniupnpd in a namespace.
 *
 * <p>Used by the thread of the test.
 */
@NullMarked
package dev.parley.it.mapping;

import org.jspecify.annotations.NullMarked;
