/**
 * The node: wires identity, store, paths, transport, relays and messaging into one embeddable
 * object.
 *
 * <p>{@link dev.parley.node.Node} is the Java API; {@code control} serves the same to other
 * programs. The wiring happens here and nowhere else. The public types here are all public API.
 */
@NullMarked
package dev.parley.node;

import org.jspecify.annotations.NullMarked;
