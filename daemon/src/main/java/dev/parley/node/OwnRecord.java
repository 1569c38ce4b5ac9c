package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.discovery.RelayUrl;
import dev.parley.discovery.Tickets;
import dev.parley.identity.Identity;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/**
 * What this node says of itself. Owned by the event loop; the record itself may be read anywhere.
 */
final class OwnRecord {
  private final Identity identity;
  private final NodeMemory memory;
  private final Clock clock;
  private volatile DiscoveryRecord current;
  private volatile DiscoveryRecord withoutAddresses;

  OwnRecord(Identity identity, NodeMemory memory, Clock clock) {
    this.identity = identity;
    this.memory = memory;
    this.clock = clock;
    this.current = sign(List.of(), List.of(), 0);
    this.withoutAddresses = current;
  }

  DiscoveryRecord current() {
    return current;
  }

  /** The same without addresses: this node is found through its relays alone. */
  DiscoveryRecord currentWithoutAddresses() {
    return withoutAddresses;
  }

  String ticket(boolean withAddresses) {
    return Tickets.encode(withAddresses ? current : withoutAddresses);
  }

  /** Makes a newer record when there is anything new to say; true when it has. */
  boolean update(ImmutableList<RelayUrl> relays, ImmutableList<InetSocketAddress> addresses) {
    DiscoveryRecord old = current;
    if (old.sequence() > 0 && old.relays().equals(relays) && old.addresses().equals(addresses)) {
      return false;
    }
    long sequence = memory.nextSequence(clock.millis());
    current = sign(relays, addresses, sequence);
    withoutAddresses = sign(relays, List.of(), sequence);
    return true;
  }

  private DiscoveryRecord sign(
      List<RelayUrl> relays, List<InetSocketAddress> addresses, long sequence) {
    Instant now = Instant.ofEpochMilli(Math.max(0, clock.millis()));
    return DiscoveryRecords.sign(identity, relays, addresses, sequence, now);
  }
}
