/**
 * What must hold whatever fails: processes that end at any moment or at the worst one, disks that
 * are full, slow or read-only, clocks that jump, networks that lose and reorder, relays that come
 * and go.
 *
 * <p>Traffic runs all the while between three nodes and through mailboxes; a {@link
 * dev.parley.it.faults.Model} says what must arrive where, and each deviation from it fails the
 * test with the seed that has led there. Faults are put in from outside, by an agent, so that the
 * programs are those that users get. Senders and readers run on threads of their own, everything
 * else on the thread of the test. Knows nodes by their control sockets.
 */
@NullMarked
package dev.parley.it.faults;

import org.jspecify.annotations.NullMarked;
