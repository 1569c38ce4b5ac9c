/**
 * The network laboratory: hosts as Linux network namespaces, cables as veth pairs, firewalls as
 * nftables rules. Needs root; says what is missing where it cannot run.
 *
 * <p>Used by the thread of the test. Knows nothing of parley.
 */
@NullMarked
package dev.parley.it.lab;

import org.jspecify.annotations.NullMarked;
