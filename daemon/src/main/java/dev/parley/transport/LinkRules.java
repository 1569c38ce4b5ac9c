package dev.parley.transport;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.time.Duration;

/**
 * Which of two connections with the same peer stays. A pure function, and both ends must come to
 * the same answer without asking each other.
 *
 * <ol>
 *   <li>A peer that has restarted knows nothing of the older connection: the newer stays.
 *   <li>A peer that dials again has given the older one up: the newer stays.
 *   <li>A connection that has stood for a while was not dialled at the same time as the other: the
 *       peer must have lost it, or it would not have dialled. The newer stays.
 *   <li>Otherwise both dialled at once, and the connection of the smaller peer id stays.
 * </ol>
 */
final class LinkRules {
  /** Two dials can cross within this time; a dial takes no longer. */
  static final Duration SIMULTANEOUS = Duration.ofSeconds(10);

  private LinkRules() {}

  /**
   * @param dialler who dialled it
   * @param instance the peer's instance, as its hello on this connection told; empty before that
   */
  record Candidate(PeerId dialler, ByteString instance) {}

  static boolean newerStays(Candidate older, Duration olderAge, Candidate newer) {
    boolean restarted =
        !older.instance().isEmpty()
            && !newer.instance().isEmpty()
            && !older.instance().equals(newer.instance());
    if (restarted || older.dialler().equals(newer.dialler())) {
      return true;
    }
    if (olderAge.compareTo(SIMULTANEOUS) > 0) {
      return true;
    }
    return newer.dialler().compareTo(older.dialler()) < 0;
  }
}
