package dev.parley.it.nat;

import dev.parley.it.nat.ExpectedOutcomes.Pair;

/** docs/nat-matrix.md, written from the table. */
final class NatMatrixPage {
  private NatMatrixPage() {}

  static String text() {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("\n## Who ends up how with whom\n\n| |");
    for (NatKind kind : NatKind.values()) {
      page.append(' ').append(kind).append(" |");
    }
    page.append("\n|---|").append("---|".repeat(NatKind.values().length)).append('\n');
    for (NatKind row : NatKind.values()) {
      page.append("| **").append(row).append("** |");
      for (NatKind column : NatKind.values()) {
        page.append(' ').append(ExpectedOutcomes.of(row, column)).append(" |");
      }
      page.append('\n');
    }
    page.append(ExpectedOutcomes.TCP_PATHS_EXIST ? "" : WITHOUT_TCP);
    page.append(WHY).append(causes());
    page.append("\n## The kinds\n\n| kind | mapping | filtering |\n|---|---|---|\n");
    for (NatKind kind : NatKind.values()) {
      page.append("| ").append(kind).append(" | ").append(kind.mapping());
      page.append(" | ").append(kind.filtering()).append(" |\n");
    }
    long direct =
        ExpectedOutcomes.pairs().stream().map(Pair::expected).filter(Outcome::isDirect).count();
    page.append(TAIL.formatted(ExpectedOutcomes.pairs().size(), direct));
    return page.toString();
  }

  private static String causes() {
    StringBuilder rows = new StringBuilder();
    for (Pair pair : ExpectedOutcomes.pairs()) {
      ExpectedCause one = ExpectedOutcomes.cause(pair.one(), pair.other());
      ExpectedCause other = ExpectedOutcomes.cause(pair.other(), pair.one());
      if (one != ExpectedCause.NONE) {
        rows.append("| ").append(pair).append(" | `").append(one);
        rows.append("` | `").append(other).append("` |\n");
      }
    }
    return rows.toString();
  }

  private static final String WHY =
      """

      ## Why not direct over UDP

      What [`parley why`](cli.md#parley-why) says on the side of the first network, and on that of the
      second.

      | pair | here | there |
      |---|---|---|
      """;

  private static final String HEAD =
      """
      # Through which NATs two peers get

      Generated from `ExpectedOutcomes`, the table that the laboratory tests the programs against, and
      the simulator the paths; a test fails when this page is not up to date. A pair that cannot be direct is relayed, and its
      messages flow all the same.
      """;

  private static final String WITHOUT_TCP =
      """

      This build has no TCP paths yet: what is to be direct over TCP is relayed.
      """;

  private static final String TAIL =
      """

      In the words of RFC 4787. A double NAT is a port-restricted router behind another. A full cone
      forwards TCP to the port whose UDP it maps. A network that blocks UDP lets TCP out.

      Two peers find a way straight over UDP when each can learn where the other's packets will come
      from. A symmetric NAT uses a port for each destination that nobody else can know: the other side
      has to accept packets from a port that it has not sent to, and a port-restricted one does not.

      ## The simulator

      `NatMatrixSimTest` lets the same pairs meet twenty times each, by twenty seeds, in an internet in
      memory whose time is virtual: seconds for all of them, on any machine. It knows UDP and the relay;
      what is direct over TCP alone is relayed in there. Two port-restricted networks are direct 269 ms
      after the first contact, 40 ms apart; no pair takes more than 300 ms. In the same internet
      `LosingPathsTest`, `UnsteadyLinesTest` and `RandomNetworksTest` end and restore paths, restart
      routers and peers, lose and disorder packets, and let 500 random networks suffer random events;
      `CostOfTheImpossibleTest` bounds what a pair that can only be relayed spends on trying: 655 KB from
      each side in the first hour, 475 KB in each later one. A test that fails names its seed.

      ## The laboratory

      `NatMatrixIT` builds two networks of each kind out of network namespaces, veth pairs and
      nftables, 40 ms apart from everything else, and verifies how each maps and filters. Then every
      one of the %d pairs meets, knowing nothing of each other but keys and a relay: %d end up direct.
      It prints the time to the first message and to the direct path, and asks both sides of each relayed
      pair why that is so; `-Dlab.pairs=symmetric` lets only those meet in whose name that is
      found, a regular expression. `NatKindsIT` verifies the kinds one by one; `RidingOutIT` pulls cables,
      changes addresses, restarts routers and relays, and loses packets.

      `mvn verify -Plab` lets all pairs meet twenty times, with new networks and new daemons each
      time; `-Dlab.rounds=N` as often as you like. It takes root, `ip`, `nft`, `ethtool` and `mount`;
      without them the tests are skipped and say what is missing, and `-Dlab.required=true` lets them
      fail instead. Where the kernel has user namespaces, no root is needed:

      ```sh
      unshare --user --map-root-user --net --mount sh -c \
        'mount -t tmpfs run /run && mkdir /run/netns && ip link set lo up && mvn -o verify'
      ```

      There, Maven has no network: what it needs has to be in its repository already.
      """;
}
