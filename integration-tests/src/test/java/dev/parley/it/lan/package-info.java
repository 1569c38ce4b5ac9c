/** Contacts on one network, without a relay and without an internet, in network namespaces. */
@NullMarked
package dev.parley.it.lan;

import org.jspecify.annotations.NullMarked;
