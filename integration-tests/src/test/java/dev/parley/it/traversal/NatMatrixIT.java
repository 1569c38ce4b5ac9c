package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.HashBasedTable;
import com.google.common.collect.Table;
import dev.parley.it.lab.Prober;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.ExpectedOutcomes;
import dev.parley.it.nat.ExpectedOutcomes.Pair;
import dev.parley.it.nat.NatKind;
import dev.parley.it.nat.Outcome;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every pair of networks meets, 40 ms apart, and ends up as the table of expected outcomes says.
 *
 * <p>Two networks of each kind, with one daemon in each, make all the pairs. {@code
 * -Dlab.rounds=20} does it all again so often, with new networks and new daemons; {@code
 * -Dlab.pairs=symmetric} takes only the pairs in whose name that is found, a regular expression.
 */
@ExtendWith(StageExtension.class)
@RequiresLab
class NatMatrixIT {
  private static final Duration ALONE = Duration.ofSeconds(3);
  private static final Duration IN_THE_END = Duration.ofSeconds(20);

  /** Whoever has not found a direct path by then is taken to be relayed. */
  private static final Duration SETTLED = Duration.ofSeconds(12);

  static IntStream rounds() {
    return IntStream.rangeClosed(1, Integer.getInteger("lab.rounds", 1));
  }

  @ParameterizedTest
  @MethodSource("rounds")
  void everyPairEndsUpAsTheTableSays(int round, Stage stage) {
    Town town = Town.build(stage).withSecondStun();
    Table<NatKind, Boolean, Site> sites = sites(town);
    verify(town, sites);
    Table<NatKind, Boolean, Daemon> daemons = daemons(town, sites);

    Map<Pair, Meeting> meetings = new LinkedHashMap<>();
    for (Pair pair : pairs()) {
      // The next pair begins when this one is done, so that the times are those of a calm machine.
      if (pair.expected().isDirect()) {
        begin(pair, daemons, meetings).awaitDirect(ALONE);
      }
    }
    for (Pair pair : pairs()) {
      if (!pair.expected().isDirect()) {
        begin(pair, daemons, meetings).firstMessageMillis();
      }
    }
    meetings.forEach((pair, meeting) -> settle(pair.expected(), meeting));
    System.out.println(report(round, meetings));
    meetings.values().forEach(Meeting::talk);
    meetings.forEach(NatMatrixIT::askWhy);
    assertThat(meetings)
        .allSatisfy((pair, meeting) -> assertThat(meeting.outcome()).isEqualTo(pair.expected()));
  }

  /** All of them, or those that {@code -Dlab.pairs} asks for. */
  private static List<Pair> pairs() {
    Predicate<String> asked = Pattern.compile(System.getProperty("lab.pairs", "")).asPredicate();
    return ExpectedOutcomes.pairs().stream().filter(p -> asked.test(p.toString())).toList();
  }

  /** The kinds that meet somebody. */
  private static Set<NatKind> kinds() {
    return pairs().stream()
        .flatMap(pair -> Stream.of(pair.one(), pair.other()))
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(NatKind.class)));
  }

  private static void askWhy(Pair pair, Meeting meeting) {
    if (!pair.expected().isDirect()) {
      meeting.awaitCauses(
          ExpectedOutcomes.cause(pair.one(), pair.other()),
          ExpectedOutcomes.cause(pair.other(), pair.one()));
    }
  }

  private static Table<NatKind, Boolean, Site> sites(Town town) {
    Table<NatKind, Boolean, Site> sites = HashBasedTable.create();
    for (NatKind kind : kinds()) {
      for (boolean second : new boolean[] {false, true}) {
        sites.put(kind, second, Site.build(town.internet(), kind, name(kind, second)));
      }
    }
    return sites;
  }

  private static String name(NatKind kind, boolean second) {
    return kind.toString().replaceAll("[ -]", "").toLowerCase(java.util.Locale.ROOT)
        + (second ? "2" : "1");
  }

  private static void verify(Town town, Table<NatKind, Boolean, Site> sites) {
    Prober prober = Prober.on(town.internet());
    List<Supplier<Boolean>> checks = new ArrayList<>();
    for (var cell : sites.cellSet()) {
      NatKind kind = cell.getRowKey();
      checks.add(
          () -> {
            assertThat(prober.probe(cell.getValue()).behaviour())
                .as("%s", cell.getValue())
                .isEqualTo(
                    new Prober.Behaviour(kind.mapping(), kind.filtering(), kind == NatKind.OPEN));
            return true;
          });
    }
    Town.together(checks);
  }

  private static Table<NatKind, Boolean, Daemon> daemons(
      Town town, Table<NatKind, Boolean, Site> sites) {
    List<Supplier<Daemon>> starts = new ArrayList<>();
    for (var cell : sites.cellSet()) {
      starts.add(() -> town.daemon(name(cell.getRowKey(), cell.getColumnKey()), cell.getValue()));
    }
    List<Daemon> started = Town.together(starts);
    Table<NatKind, Boolean, Daemon> daemons = HashBasedTable.create();
    int next = 0;
    for (var cell : sites.cellSet()) {
      daemons.put(cell.getRowKey(), cell.getColumnKey(), started.get(next++));
    }
    return daemons;
  }

  private static Meeting begin(
      Pair pair, Table<NatKind, Boolean, Daemon> daemons, Map<Pair, Meeting> meetings) {
    Meeting meeting =
        Meeting.begin(daemons.get(pair.one(), false), daemons.get(pair.other(), true));
    meetings.put(pair, meeting);
    return meeting;
  }

  private static void settle(Outcome expected, Meeting meeting) {
    if (expected.isDirect()) {
      meeting.awaitDirect(IN_THE_END);
    } else {
      meeting.awaitAge(SETTLED);
    }
  }

  private static String report(int round, Map<Pair, Meeting> meetings) {
    StringBuilder report = new StringBuilder();
    report.append(
        "round %d, %d ms round trip%n%-36s %-16s %-16s %10s %10s%n"
            .formatted(
                round,
                Town.ROUND_TRIP.toMillis(),
                "",
                "expected",
                "is",
                "message ms",
                "direct ms"));
    meetings.forEach(
        (pair, meeting) ->
            report.append(
                "%-36s %-16s %-16s %10d %10s%n"
                    .formatted(
                        pair,
                        pair.expected(),
                        meeting.outcome(),
                        meeting.firstMessageMillis(),
                        meeting.directMillis() < 0 ? "–" : meeting.directMillis())));
    return report.toString();
  }
}
