package dev.parley.contacts;

import dev.parley.discovery.DiscoveryRecord;
import dev.parley.proto.id.PeerId;
import java.util.Optional;

/** What is known of where peers are, contacts or not. Thread-safe; does not block. */
public interface PeerRecords {
  /** The newest record known of a peer. */
  Optional<DiscoveryRecord> recordOf(PeerId peer);

  /**
   * Learns a verified record. An older one than is known changes nothing. Kept on disk for
   * contacts, in bounded memory for others.
   */
  void learn(DiscoveryRecord record);
}
