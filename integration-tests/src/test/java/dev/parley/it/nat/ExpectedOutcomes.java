package dev.parley.it.nat;

import static dev.parley.it.nat.ExpectedCause.BOTH_MAP_PER_DESTINATION;
import static dev.parley.it.nat.ExpectedCause.NONE;
import static dev.parley.it.nat.ExpectedCause.SYMMETRIC_MEETS_PORT_RESTRICTED;
import static dev.parley.it.nat.ExpectedCause.UDP_BLOCKED_HERE;
import static dev.parley.it.nat.ExpectedCause.UDP_BLOCKED_ON_BOTH_SIDES;
import static dev.parley.it.nat.Outcome.DIRECT_TCP;
import static dev.parley.it.nat.Outcome.DIRECT_UDP;
import static dev.parley.it.nat.Outcome.RELAYED;

import com.google.common.collect.ImmutableList;
import java.util.Map;

/** What must become of each pair of networks. */
public final class ExpectedOutcomes {
  /** Until there are TCP paths, what they will make direct is relayed. */
  public static final boolean TCP_PATHS_EXIST = false;

  /** Per kind, its outcome with each kind up to itself, in the order of {@link NatKind}. */
  private static final Map<NatKind, ImmutableList<Outcome>> TABLE =
      Map.of(
          NatKind.OPEN,
          ImmutableList.of(DIRECT_UDP),
          NatKind.FULL_CONE,
          ImmutableList.of(DIRECT_UDP, DIRECT_UDP),
          NatKind.ADDRESS_RESTRICTED,
          ImmutableList.of(DIRECT_UDP, DIRECT_UDP, DIRECT_UDP),
          NatKind.PORT_RESTRICTED,
          ImmutableList.of(DIRECT_UDP, DIRECT_UDP, DIRECT_UDP, DIRECT_UDP),
          NatKind.DOUBLE_NAT,
          ImmutableList.of(DIRECT_UDP, DIRECT_UDP, DIRECT_UDP, DIRECT_UDP, DIRECT_UDP),
          NatKind.SYMMETRIC,
          ImmutableList.of(DIRECT_UDP, DIRECT_UDP, DIRECT_UDP, RELAYED, RELAYED, RELAYED),
          NatKind.UDP_BLOCKED,
          ImmutableList.of(DIRECT_TCP, DIRECT_TCP, RELAYED, RELAYED, RELAYED, RELAYED, RELAYED));

  /** Why, as the side of the row is told; kinds that are direct over UDP with all are left out. */
  private static final Map<NatKind, ImmutableList<ExpectedCause>> CAUSES =
      Map.of(
          NatKind.SYMMETRIC,
          ImmutableList.of(
              NONE,
              NONE,
              NONE,
              SYMMETRIC_MEETS_PORT_RESTRICTED,
              SYMMETRIC_MEETS_PORT_RESTRICTED,
              BOTH_MAP_PER_DESTINATION),
          NatKind.UDP_BLOCKED,
          ImmutableList.of(
              UDP_BLOCKED_HERE,
              UDP_BLOCKED_HERE,
              UDP_BLOCKED_HERE,
              UDP_BLOCKED_HERE,
              UDP_BLOCKED_HERE,
              UDP_BLOCKED_HERE,
              UDP_BLOCKED_ON_BOTH_SIDES));

  private ExpectedOutcomes() {}

  /** One unordered pair. */
  public record Pair(NatKind one, NatKind other) {
    public Outcome expected() {
      return today(of(one, other));
    }

    @Override
    public String toString() {
      return one + " × " + other;
    }
  }

  /** What parley promises. */
  public static Outcome of(NatKind one, NatKind other) {
    NatKind row = one.compareTo(other) > 0 ? one : other;
    NatKind column = row == one ? other : one;
    return TABLE.get(row).get(column.ordinal());
  }

  /** What {@code parley why} says here of a pair that is not direct over UDP. */
  public static ExpectedCause cause(NatKind here, NatKind there) {
    NatKind row = here.compareTo(there) > 0 ? here : there;
    NatKind column = row == here ? there : here;
    ImmutableList<ExpectedCause> causes = CAUSES.get(row);
    ExpectedCause ofRow = causes == null ? ExpectedCause.NONE : causes.get(column.ordinal());
    return row == here ? ofRow : ofRow.seenFromThere();
  }

  private static Outcome today(Outcome promised) {
    return promised == DIRECT_TCP && !TCP_PATHS_EXIST ? RELAYED : promised;
  }

  /** Every unordered pair, each kind with itself too. */
  public static ImmutableList<Pair> pairs() {
    ImmutableList.Builder<Pair> pairs = ImmutableList.builder();
    for (NatKind one : NatKind.values()) {
      for (NatKind other : NatKind.values()) {
        if (one.compareTo(other) <= 0) {
          pairs.add(new Pair(one, other));
        }
      }
    }
    return pairs.build();
  }
}
