package dev.parley.discovery;

import com.google.common.collect.ImmutableList;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * Where a peer said that it can be reached; the signature has been verified.
 *
 * @param relays best first, at most {@link #MAX_RELAYS}
 * @param addresses UDP addresses, resolved, at most {@link #MAX_ADDRESSES}
 * @param sequence grows with each record of a peer; the newest wins
 * @param signed the record as it travels
 */
public record DiscoveryRecord(
    PeerId peer,
    ImmutableList<RelayUrl> relays,
    ImmutableList<InetSocketAddress> addresses,
    long sequence,
    Instant madeAt,
    SignedRecord signed) {
  public static final int MAX_RELAYS = 4;
  public static final int MAX_ADDRESSES = 16;
  public static final int MAX_BYTES = 1000;
}
