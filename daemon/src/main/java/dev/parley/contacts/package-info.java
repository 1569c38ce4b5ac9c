/**
 * The address book: names for peers, and the newest record of where each can be reached.
 *
 * <p>Kept in memory and on disk; thread-safe. Knows the store through {@link
 * dev.parley.contacts.ContactStore}, and nothing of links.
 *
 * <p>Which of the types here are public API stands in {@code docs/embedding.md}; all others are
 * internal.
 */
@NullMarked
package dev.parley.contacts;

import org.jspecify.annotations.NullMarked;
