package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Hears which contacts are near. Called on the thread of the LAN.
 *
 * <p>All of it are hints: who announces may lie about anything but a record, whose signature has
 * been verified, and a contact may be gone without a word.
 */
public interface LanListener {
  /**
   * @param addresses on the same network as this machine; at most {@code
   *     Announcement.MAX_ADDRESSES}
   * @param record newer than the last that was told of this peer
   */
  void onSeen(
      PeerId peer, ImmutableList<InetSocketAddress> addresses, Optional<DiscoveryRecord> record);
}
