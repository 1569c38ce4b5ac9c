/**
 * Where a node keeps its files, known to the daemon and to its clients alike.
 *
 * <p>Values only. Creates nothing and reads nothing but the environment it is given.
 */
@NullMarked
package dev.parley.proto.home;

import org.jspecify.annotations.NullMarked;
