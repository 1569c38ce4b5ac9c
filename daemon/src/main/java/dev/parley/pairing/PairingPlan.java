package dev.parley.pairing;

import dev.parley.discovery.RelayUrl;
import java.util.Optional;

/**
 * How to pair.
 *
 * @param name what to call the peer here; as it suggests where this is empty
 * @param nameHint what to suggest that the peer calls this node; may be empty, and what is no name
 *     of a contact counts as empty
 * @param relay where to meet; this node's own relays, home first, where this is empty
 */
public record PairingPlan(Optional<String> name, String nameHint, Optional<RelayUrl> relay) {
  /** Names as the peer suggests, at this node's own relays. */
  public static final PairingPlan DEFAULT = new PairingPlan(Optional.empty(), "", Optional.empty());
}
