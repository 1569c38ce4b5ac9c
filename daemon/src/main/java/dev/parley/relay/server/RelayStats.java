package dev.parley.relay.server;

import com.google.common.collect.ImmutableMap;

/**
 * What a relay has done since its start, at one moment.
 *
 * @param clients authenticated now
 * @param handshakes connections that have not authenticated yet
 * @param refused how often each limit was reached or each kind of bad input seen, by its word;
 *     words never seen are left out
 */
public record RelayStats(
    int clients,
    int handshakes,
    long forwardedDatagrams,
    long forwardedBytes,
    long stunAnswers,
    ImmutableMap<String, Long> refused) {

  public long refused(String word) {
    return refused.getOrDefault(word, 0L);
  }
}
