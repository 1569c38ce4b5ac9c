package dev.parley.discovery.dht;

import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * When a contact who cannot be reached is looked up: at once, and then with growing pauses.
 * Confined to one thread.
 */
public final class SearchPlan {
  static final Duration FIRST_PAUSE = Duration.ofMinutes(2);
  static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  /** Beyond it whoever was looked up first is forgotten, and may be looked up again sooner. */
  static final int MAX_PEERS = 1_024;

  private record Plan(int searches, long nextAt) {}

  private final Map<PeerId, Plan> plans = new LinkedHashMap<>();

  /** Whether this contact is looked up now; the pause begins if so. */
  public boolean tryBegin(PeerId peer, long nowNanos) {
    Plan before = plans.getOrDefault(peer, new Plan(0, nowNanos));
    if (before.nextAt() - nowNanos > 0) {
      return false;
    }
    int searches = before.searches() + 1;
    long pause = Pauses.after(searches, FIRST_PAUSE, LONGEST_PAUSE).toNanos();
    plans.remove(peer);
    plans.put(peer, new Plan(searches, nowNanos + pause));
    if (plans.size() > MAX_PEERS) {
      plans.remove(plans.keySet().iterator().next());
    }
    return true;
  }

  /** It was reached. */
  public void onUp(PeerId peer) {
    plans.remove(peer);
  }

  /** The next attempt of each contact is looked up at once: this machine is somewhere else. */
  public void onNetworkChanged() {
    plans.clear();
  }

  int size() {
    return plans.size();
  }
}
