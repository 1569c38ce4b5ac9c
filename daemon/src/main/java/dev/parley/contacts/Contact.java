package dev.parley.contacts;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.RelayUrl;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Instant;

/**
 * A peer with a name.
 *
 * @param relays where it said that it can be reached, best first
 * @param addresses where else, as UDP addresses; resolved
 * @param verified whether its key was proven to be the one of whom the user meant, as by a pairing
 *     code; a ticket alone proves nothing of the kind
 */
public record Contact(
    String name,
    PeerId peer,
    Instant addedAt,
    ImmutableList<RelayUrl> relays,
    ImmutableList<InetSocketAddress> addresses,
    boolean verified) {

  static Contact of(String name, Instant addedAt, boolean verified, DiscoveryRecord record) {
    return new Contact(name, record.peer(), addedAt, record.relays(), record.addresses(), verified);
  }
}
