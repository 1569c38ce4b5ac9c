package dev.parley.messaging;

import com.google.common.collect.ImmutableList;

/**
 * A page of the history.
 *
 * @param messages newest first; may be empty though there are more
 * @param before where the next page goes on, or 0 when this is the last
 */
public record HistoryPage(ImmutableList<KeptMessage> messages, long before) {}
