package dev.parley.diagnosis;

import dev.parley.diagnosis.Situation.Checks;
import dev.parley.diagnosis.Situation.LinkState;
import dev.parley.link.LinkPath;
import dev.parley.nat.netcheck.NatBehavior;
import java.util.Optional;

/**
 * From the evidence to a cause. A pure function.
 *
 * <p>What is measured goes before what is inferred, and a sentence that infers says so. Where two
 * causes hold, the one is named whose removal is needed whatever becomes of the other.
 */
public final class Diagnosis {
  private Diagnosis() {}

  public static Finding of(Situation now) {
    Optional<LinkPath> path = now.path();
    if (now.link() != LinkState.UP || path.isEmpty()) {
      return Unreachability.of(now);
    }
    return path.get().kind() == LinkPath.Kind.DIRECT ? direct(now, path.get()) : relayed(now);
  }

  private static Finding direct(Situation now, LinkPath path) {
    if (path.transport() == LinkPath.Transport.UDP) {
      return Finding.of(Verdict.DIRECT, Cause.NONE, "The link is direct, over UDP.");
    }
    // Over TCP it is direct all the same; what keeps it from UDP is worth a word.
    return udpBlocked(now, Verdict.DIRECT, "The link is direct, over TCP: ")
        .orElseGet(() -> Finding.of(Verdict.DIRECT, Cause.NONE, "The link is direct, over TCP."));
  }

  private static Finding relayed(Situation now) {
    if (now.pinned().filter(kind -> kind != LinkPath.Kind.DIRECT).isPresent()) {
      return relayed(
          Cause.PINNED, "Somebody has asked to hold this link on the relay.", Remedy.UNPIN);
    }
    return udpBlocked(now, Verdict.RELAYED, "")
        .or(() -> sameNat(now))
        .or(() -> mapping(now))
        .or(() -> family(now))
        .orElseGet(() -> unexplained(now));
  }

  private static Optional<Finding> udpBlocked(Situation now, Verdict verdict, String before) {
    boolean here = now.here().filter(nat -> !nat.udp()).isPresent();
    boolean there = now.there().filter(nat -> !nat.udp()).isPresent();
    if (here && there) {
      return Optional.of(
          Finding.of(
              verdict,
              Cause.UDP_BLOCKED_ON_BOTH_SIDES,
              before + "no STUN server answers over UDP, neither here nor there.",
              Remedy.ALLOW_UDP_HERE,
              Remedy.ALLOW_UDP_THERE));
    }
    if (here) {
      return Optional.of(
          Finding.of(
              verdict,
              Cause.UDP_BLOCKED_HERE,
              before + "no STUN server answers over UDP here: this network lets none through.",
              Remedy.ALLOW_UDP_HERE));
    }
    return there
        ? Optional.of(
            Finding.of(
                verdict,
                Cause.UDP_BLOCKED_THERE,
                before
                    + "the peer's network lets no UDP through: it says that no STUN server"
                    + " answers.",
                Remedy.ALLOW_UDP_THERE))
        : Optional.empty();
  }

  private static Optional<Finding> sameNat(Situation now) {
    boolean turnsBack = now.here().flatMap(NatFacts::hairpin).orElse(true);
    return now.sameNat() && !turnsBack
        ? Optional.of(
            relayed(
                Cause.SAME_NAT_NO_HAIRPIN,
                "Both are behind one NAT, which does not turn packets to its own outer address"
                    + " back, and the peer's inner addresses do not answer.",
                Remedy.ENABLE_HAIRPIN,
                Remedy.USE_IPV6))
        : Optional.empty();
  }

  /**
   * RFC 4787 §4.1 and §5: a side that maps per destination sends to the peer from a port that
   * nobody can tell beforehand; the peer has to take packets from ports that it has not sent to.
   */
  private static Optional<Finding> mapping(Situation now) {
    if (now.here().isEmpty() || now.there().isEmpty()) {
      return Optional.empty();
    }
    NatFacts here = now.here().get();
    NatFacts there = now.there().get();
    boolean ended = now.checks() == Checks.FAILED;
    Entry in = here.mapsPerDestination() ? Entry.to(there, ended) : Entry.OPEN;
    Entry out = there.mapsPerDestination() ? Entry.to(here, ended) : Entry.OPEN;
    if (!in.isClosed() && !out.isClosed()) {
      return Optional.empty();
    }
    if (here.mapsPerDestination() && there.mapsPerDestination()) {
      return Optional.of(
          relayed(
              Cause.BOTH_MAP_PER_DESTINATION,
              "Both NATs map per destination: neither side can tell from which port its packets"
                  + " will come to the other.",
              Remedy.ENABLE_PORT_MAPPING,
              Remedy.FORWARD_PORT,
              Remedy.USE_IPV6));
    }
    boolean measured = in == Entry.CLOSED || out == Entry.CLOSED;
    return Optional.of(
        relayed(
            Cause.SYMMETRIC_MEETS_PORT_RESTRICTED,
            (here.mapsPerDestination() ? "The NAT here" : "The peer's NAT")
                + " maps per destination (it is symmetric), and "
                + (here.mapsPerDestination() ? "the peer's" : "the one here")
                + " takes packets only from ports that it has sent to"
                + (measured ? "." : ": that is inferred from checks that were not answered."),
            Remedy.ENABLE_PORT_MAPPING,
            Remedy.FORWARD_PORT,
            Remedy.USE_IPV6));
  }

  /** Whether packets from a port that nobody could tell get in. */
  private enum Entry {
    OPEN,
    CLOSED,
    /** Its filtering was not measured, but nothing has come through. */
    SEEMS_CLOSED;

    static Entry to(NatFacts side, boolean checksFailed) {
      Optional<Boolean> takes = side.takesUnknownPorts();
      if (takes.isPresent()) {
        return takes.get() ? OPEN : CLOSED;
      }
      return checksFailed ? SEEMS_CLOSED : OPEN;
    }

    boolean isClosed() {
      return this != OPEN;
    }
  }

  private static Optional<Finding> family(Situation now) {
    if (now.here().isEmpty() || now.there().isEmpty()) {
      return Optional.empty();
    }
    NatFacts here = now.here().get();
    NatFacts there = now.there().get();
    boolean common = here.ipv4() && there.ipv4() || here.ipv6() && there.ipv6();
    return common
        ? Optional.empty()
        : Optional.of(
            relayed(
                Cause.NO_COMMON_FAMILY,
                "One side reaches the Internet by IPv4 alone, the other by IPv6 alone.",
                Remedy.USE_IPV6));
  }

  private static Finding unexplained(Situation now) {
    return switch (now.checks()) {
      case NOT_BEGUN ->
          relayed(Cause.NOT_TRIED_YET, "No direct path has been looked for yet.", Remedy.WAIT);
      case UNDER_WAY ->
          relayed(Cause.BEING_TRIED, "A direct path is being looked for now.", Remedy.WAIT);
      case PASSED ->
          relayed(
              Cause.UNKNOWN,
              "A direct path was found and does not answer now; it is tried again by itself.",
              Remedy.WAIT,
              Remedy.REPORT);
      case FAILED -> missing(now);
    };
  }

  /** All that was tried has failed, and no measured cause stands out. */
  private static Finding missing(Situation now) {
    if (now.there().isEmpty()) {
      return relayed(
          Cause.UNKNOWN,
          "No candidate answers, and the peer has not told what its network is like.",
          Remedy.UPDATE_PEER,
          Remedy.REPORT);
    }
    if (now.here().isEmpty()) {
      return relayed(
          Cause.UNKNOWN,
          "No candidate answers, and the network here has not been measured: no STUN server is"
              + " known.",
          Remedy.ADD_STUN_SERVER);
    }
    boolean unmeasured = isUnmeasured(now.here().get()) || isUnmeasured(now.there().get());
    return unmeasured
        ? relayed(
            Cause.UNKNOWN,
            "No candidate answers, and how "
                + (isUnmeasured(now.here().get()) ? "the NAT here" : "the peer's NAT")
                + " maps is not known: that takes two STUN servers.",
            Remedy.ADD_STUN_SERVER)
        : relayed(
            Cause.UNKNOWN,
            "No candidate answers, though what both sides have measured would let a direct path"
                + " through: a firewall on the way may not.",
            Remedy.REPORT);
  }

  private static boolean isUnmeasured(NatFacts side) {
    return side.mapping() == NatBehavior.UNKNOWN && !side.portMapping();
  }

  private static Finding relayed(Cause cause, String sentence, Remedy... help) {
    return Finding.of(Verdict.RELAYED, cause, sentence, help);
  }
}
