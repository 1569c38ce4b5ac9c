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
 *   <li>A path that answers beats one that is in doubt, and that beats one that is silent.
 *   <li>A kind with fewer parties in between wins: direct, then TURN, then relay; unless it is far
 *       slower ({@link #FAR_SLOWER_NANOS}), as when "direct" crosses an ocean and the relay does
 *       not.
 *   <li>Within a kind the shorter round trip wins, but a path in use is left only for one that is
 *       shorter by {@link #MARGIN_NANOS} and by a fifth: otherwise two equal paths would be swapped
 *       for ever.
 * </ol>
 */
final class PathPolicy {
  /** Below this, a difference in round trip is noise on any network. */
  static final long MARGIN_NANOS = 3_000_000;

  /** A better kind of path may cost this much round trip before a worse kind is preferred. */
  static final long FAR_SLOWER_NANOS = 150_000_000;

  private PathPolicy() {}

  /** What the policy sees of a path. */
  record Option(Standing standing, PathKind kind, PathTransport transport, long rttNanos) {}

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
    if (current < 0 || current == best) {
      return new Choice(best, "the only choice so far");
    }
    return keepOrLeave(options, current, best, pinned);
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
    if (now.standing() != then.standing()) {
      return new Choice(best, "the path in use is in doubt");
    }
    if (now.kind() != then.kind()) {
      return new Choice(best, "a better kind of path");
    }
    if (now.transport() != then.transport()) {
      return new Choice(best, "UDP rather than TCP");
    }
    long gain = now.rttNanos() - then.rttNanos();
    boolean worthIt = gain > MARGIN_NANOS && gain > now.rttNanos() / 5;
    return worthIt
        ? new Choice(best, "a shorter round trip")
        : new Choice(current, "not better by a margin");
  }

  private static boolean better(Option a, Option b, @Nullable PathKind pinned) {
    if (pinned != null && (a.kind() == pinned) != (b.kind() == pinned)) {
      return a.kind() == pinned;
    }
    if (a.standing() != b.standing()) {
      return a.standing().compareTo(b.standing()) < 0;
    }
    if (a.kind() != b.kind()) {
      boolean betterKind = a.kind().compareTo(b.kind()) < 0;
      Option preferred = betterKind ? a : b;
      Option other = betterKind ? b : a;
      boolean farSlower =
          preferred.rttNanos() >= 0
              && other.rttNanos() >= 0
              && preferred.rttNanos() - other.rttNanos() > FAR_SLOWER_NANOS;
      return betterKind != farSlower;
    }
    if (a.transport() != b.transport()) {
      return a.transport() == PathTransport.UDP;
    }
    return a.rttNanos() >= 0 && (b.rttNanos() < 0 || a.rttNanos() < b.rttNanos());
  }
}
