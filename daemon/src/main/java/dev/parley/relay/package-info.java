/**
 * The wire between a node and a relay, as both roles share it: message types, sizes, and what each
 * side signs.
 *
 * <p>Pure functions over buffers and messages of {@code parley/relay/v1}; no state and no thread of
 * its own. Knows neither role, and nothing of what the datagrams carry.
 *
 * <p>Internal: no part of the public API.
 */
@NullMarked
package dev.parley.relay;

import org.jspecify.annotations.NullMarked;
