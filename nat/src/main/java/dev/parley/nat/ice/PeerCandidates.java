package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The peer's addresses in one attempt: those that it has told, and those that were found to work.
 * Both are bounded. Owned by the event loop.
 */
final class PeerCandidates {
  private final Map<InetSocketAddress, IceCandidate.Type> told = new LinkedHashMap<>();
  private final Set<InetSocketAddress> working = new LinkedHashSet<>();

  /** False when it is known already, or there are too many. */
  boolean add(IceCandidate candidate) {
    return told.size() < IceCandidate.MAX
        && told.putIfAbsent(candidate.address(), candidate.type()) == null;
  }

  /** A pair with this address works; false when that is known already, or there are too many. */
  boolean works(InetSocketAddress found) {
    return working.size() < IceAttempt.MAX_PAIRS && working.add(found);
  }

  boolean anyWorks() {
    return !working.isEmpty();
  }

  int size() {
    return told.size();
  }

  /**
   * How each has fared in an attempt that stands there.
   *
   * @param begun whether there have been checks
   * @param reachable whether this side has an address of the same family
   */
  ImmutableList<IceCheck> checks(
      Attempt.State state, boolean begun, Predicate<InetSocketAddress> reachable) {
    ImmutableList.Builder<IceCheck> all = ImmutableList.builder();
    told.forEach(
        (address, type) -> {
          IceCheck.State fared =
              working.contains(address)
                  ? IceCheck.State.SUCCEEDED
                  : unanswered(state, begun, reachable.test(address));
          all.add(new IceCheck(type, address, fared));
        });
    for (InetSocketAddress found : working) {
      if (!told.containsKey(found)) {
        all.add(new IceCheck(IceCandidate.Type.PEER_REFLEXIVE, found, IceCheck.State.SUCCEEDED));
      }
    }
    return all.build();
  }

  private IceCheck.State unanswered(Attempt.State state, boolean begun, boolean reachable) {
    return switch (state) {
      case WAITING, OPENING -> IceCheck.State.WAITING;
      case READY -> reachable ? IceCheck.State.WAITING : IceCheck.State.NOT_CHECKED;
      case CHECKING -> reachable ? IceCheck.State.CHECKING : IceCheck.State.NOT_CHECKED;
      case LINGERING, OVER -> {
        if (!begun || !reachable) {
          yield IceCheck.State.NOT_CHECKED;
        }
        yield anyWorks() ? IceCheck.State.NOT_NEEDED : IceCheck.State.FAILED;
      }
    };
  }
}
