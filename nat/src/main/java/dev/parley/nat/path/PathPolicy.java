package dev.parley.nat.path;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which path a peer's datagrams take. A pure function: a snapshot in, a choice out.
 *
 * <p>The rules, in order:
 *
 * <ol>
 *   <li>A pinned kind is used whenever there is a path of it.
 *   <li>A path that answers beats one that is in doubt, and that beats a relay through which the
 *       peer has not been heard. But a path in use that is merely in doubt is not left for a worse
 *       kind: its datagrams go over the other one as well until the doubt is settled, and a single
 *       lost probe does not move a link back and forth.
 *   <li>The lower cost wins: the round trip, and a handicap for every party and every protocol in
 *       between. So direct beats TURN and that beats the relay, unless it is far slower ({@link
 *       #FAR_SLOWER_NANOS}), as when "direct" crosses an ocean and the relay does not.
 *   <li>A path in use is left only for one whose cost is lower by {@link #MARGIN_NANOS} and by a
 *       fifth of its round trip: otherwise two equal paths would be swapped for ever.
 * </ol>
 */
final class PathPolicy {
  /** Below this, a difference in round trip is noise on any network. */
  static final long MARGIN_NANOS = 3_000_000;

  /** A direct path may cost this much more round trip before the relay is preferred. */
  static final long FAR_SLOWER_NANOS = 150_000_000;

  /** TURN stands between the two: it forwards like a relay, but datagrams and not a byte stream. */
  static final long TURN_HANDICAP_NANOS = FAR_SLOWER_NANOS / 2;

  /** TCP makes one lost packet a pause for all that follow. A relay's handicap includes it. */
  static final long TCP_HANDICAP_NANOS = 50_000_000;

  /** Between kinds a fifth of a long round trip would outweigh the handicap itself. */
  static final long LARGEST_MARGIN_BETWEEN_KINDS_NANOS = 30_000_000;

  private PathPolicy() {}

  /** What the policy sees of a path; {@code rttNanos} is -1 before the first measurement. */
  record Option(Standing standing, PathKind kind, PathTransport transport, long rttNanos) {
    /** One number per option keeps the order free of cycles. */
    long costNanos() {
      long handicap =
          switch (kind) {
            case DIRECT -> 0;
            case TURN -> TURN_HANDICAP_NANOS;
            case RELAY -> FAR_SLOWER_NANOS;
          };
      boolean slowedByTcp = transport == PathTransport.TCP && kind != PathKind.RELAY;
      return Math.max(0, rttNanos) + handicap + (slowedByTcp ? TCP_HANDICAP_NANOS : 0);
    }
  }

  /** How far a path can be trusted at the moment, best first. */
  enum Standing {
    ANSWERING,
    DOUBTED,
    /** A relay that is connected, though the peer has not been heard through it. */
    UNPROVEN_RELAY,
    UNUSABLE
  }

  /**
   * @param index of the chosen option, or -1 when none is usable
   */
  record Choice(int index, String reason) {}

  /**
   * @param current the index of the path in use, or -1
   */
  static Choice choose(List<Option> options, int current, @Nullable PathKind pinned) {
    int best = -1;
    for (int i = 0; i < options.size(); i++) {
      if (options.get(i).standing() == Standing.UNUSABLE) {
        continue;
      }
      if (best < 0 || better(options.get(i), options.get(best), pinned)) {
        best = i;
      }
    }
    if (best < 0) {
      return new Choice(-1, "no path answers");
    }
    if (current < 0) {
      return new Choice(best, "the best there is to begin with");
    }
    return current == best
        ? new Choice(best, "still the best")
        : keepOrLeave(options, current, best, pinned);
  }

  private static Choice keepOrLeave(
      List<Option> options, int current, int best, @Nullable PathKind pinned) {
    Option now = options.get(current);
    Option then = options.get(best);
    if (now.standing() == Standing.UNUSABLE) {
      return new Choice(best, "the path in use fell silent");
    }
    if (pinned != null && (now.kind() == pinned) != (then.kind() == pinned)) {
      return new Choice(best, "pinned");
    }
    if (now.standing() == then.standing()) {
      return leaveIfWorthIt(now, current, then, best);
    }
    if (now.standing() == Standing.UNPROVEN_RELAY) {
      return new Choice(best, "proven by a probe");
    }
    return now.kind().compareTo(then.kind()) < 0
        ? new Choice(current, "in doubt, and used beside another")
        : new Choice(best, "the path in use is in doubt");
  }

  private static Choice leaveIfWorthIt(Option now, int current, Option then, int best) {
    boolean sameSort = now.kind() == then.kind() && now.transport() == then.transport();
    long fifth = now.rttNanos() / 5;
    long margin =
        Math.max(
            MARGIN_NANOS, sameSort ? fifth : Math.min(fifth, LARGEST_MARGIN_BETWEEN_KINDS_NANOS));
    if (now.costNanos() - then.costNanos() <= margin) {
      return new Choice(current, "no other is better by a margin");
    }
    if (now.kind() != then.kind()) {
      boolean betterKind = then.kind().compareTo(now.kind()) < 0;
      return new Choice(best, betterKind ? "a better kind of path" : "the path in use is slower");
    }
    return new Choice(best, sameSort ? "a shorter round trip" : "UDP rather than TCP");
  }

  private static boolean better(Option a, Option b, @Nullable PathKind pinned) {
    if (pinned != null && (a.kind() == pinned) != (b.kind() == pinned)) {
      return a.kind() == pinned;
    }
    return a.standing() == b.standing()
        ? a.costNanos() < b.costNanos()
        : a.standing().compareTo(b.standing()) < 0;
  }
}
