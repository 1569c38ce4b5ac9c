package dev.parley.nat.ice;

import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An address at which a side may be reached, as one peer tells it to the other (RFC 8445 §5.3).
 *
 * @param priority 1 to 2^31 - 1 (RFC 8445 §5.1.2)
 * @param foundation equal for candidates of one type, base and server; 1 to 32 characters of base64
 * @param related what a reflexive candidate is the outside of, if that is told
 */
public record IceCandidate(
    Type type,
    InetSocketAddress address,
    long priority,
    String foundation,
    Optional<InetSocketAddress> related) {
  /** In one attempt, of one side. */
  public static final int MAX = 32;

  private static final Pattern FOUNDATION = Pattern.compile("[A-Za-z0-9+/]{1,32}");

  /** How the address came to be known (RFC 8445 §5.1.1), with its preference (§5.1.2.2). */
  public enum Type {
    HOST(126),
    PEER_REFLEXIVE(110),
    SERVER_REFLEXIVE(100),
    RELAYED(0);

    private final int preference;

    Type(int preference) {
      this.preference = preference;
    }

    /** RFC 8445 §5.1.2.1, with one component. */
    long priority(int localPreference) {
      return ((long) preference << 24) | ((long) localPreference << 8) | 255;
    }
  }

  public IceCandidate {
    if (address.isUnresolved() || !isValid(priority, foundation)) {
      throw new IllegalArgumentException("this is no ICE candidate");
    }
  }

  public static boolean isValid(long priority, String foundation) {
    return priority >= 1
        && priority <= Integer.MAX_VALUE
        && FOUNDATION.matcher(foundation).matches();
  }
}
