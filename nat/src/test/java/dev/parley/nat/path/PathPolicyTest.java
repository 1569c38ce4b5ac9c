package dev.parley.nat.path;

import static dev.parley.nat.path.PathKind.DIRECT;
import static dev.parley.nat.path.PathKind.RELAY;
import static dev.parley.nat.path.PathKind.TURN;
import static dev.parley.nat.path.PathPolicy.Standing.ANSWERING;
import static dev.parley.nat.path.PathPolicy.Standing.DOUBTED;
import static dev.parley.nat.path.PathPolicy.Standing.UNPROVEN_RELAY;
import static dev.parley.nat.path.PathPolicy.Standing.UNUSABLE;
import static dev.parley.nat.path.PathTransport.TCP;
import static dev.parley.nat.path.PathTransport.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.parley.nat.path.PathPolicy.Option;
import dev.parley.nat.path.PathPolicy.Standing;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PathPolicyTest {
  private static final int NONE = -1;
  private static final long SEED = 20_261_122;

  static Stream<Arguments> table() {
    return Stream.of(
        // Rule 1: a pinned kind, whenever there is a path of it.
        row("pinned relay though direct answers", RELAY, 0, 1, direct(20), relay(30)),
        row("pinned relay that is only doubted", RELAY, 0, 1, direct(20), in(DOUBTED, relay(30))),
        row("pinned relay that is unproven", RELAY, 0, 1, direct(20), unprovenRelay()),
        row("pinned kind that is silent", RELAY, 0, 0, direct(20), in(UNUSABLE, relay(30))),
        row("the pin is off again", null, 1, 0, direct(20), relay(30)),
        // Rule 2: standing.
        row("nothing at all", null, NONE, NONE),
        row("nothing that is usable", null, 0, NONE, in(UNUSABLE, direct(20))),
        row("the first that can be used", null, NONE, 0, unprovenRelay()),
        row("answering over doubted", null, NONE, 1, in(DOUBTED, direct(20)), direct(90)),
        row(
            "doubted over an unproven relay",
            null,
            NONE,
            1,
            unprovenRelay(),
            in(DOUBTED, direct(9))),
        row("proven direct after an unproven relay", null, 0, 1, unprovenRelay(), direct(80)),
        row("silent in use", null, 0, 1, in(UNUSABLE, direct(20)), relay(30)),
        row("doubted in use beside its equal", null, 0, 1, in(DOUBTED, direct(20)), direct(90)),
        row("doubted in use beside a worse kind", null, 0, 0, in(DOUBTED, direct(20)), relay(30)),
        row("doubted relay in use beside direct", null, 0, 1, in(DOUBTED, relay(20)), direct(90)),
        // Rule 3: cost.
        row("direct over TURN over relay", null, NONE, 2, relay(20), turn(20), direct(20)),
        row("TURN over relay", null, NONE, 1, relay(20), turn(20)),
        row("direct though slower", null, NONE, 1, relay(20), direct(160)),
        row("relay over a far slower direct path", null, NONE, 0, relay(20), direct(171)),
        row(
            "UDP over TCP",
            null,
            NONE,
            1,
            new Option(ANSWERING, DIRECT, TCP, 20_000_000),
            direct(60)),
        row("the shorter round trip", null, NONE, 1, direct(40), direct(39)),
        // Rule 4: hysteresis.
        row("shorter, but by less than 3 ms", null, 0, 0, direct(10), direct(8)),
        row("shorter by 3 ms, but not by a fifth", null, 0, 0, direct(40), direct(33)),
        row("shorter by both", null, 0, 1, direct(40), direct(31)),
        row("direct a little beyond far slower", null, 0, 0, direct(171), relay(20)),
        row("direct well beyond far slower", null, 0, 1, direct(220), relay(20)),
        row("back to direct, not at the edge", null, 1, 1, direct(168), relay(20)),
        row("back to direct, inside the edge", null, 1, 0, direct(160), relay(20)),
        row("to direct from a slow relay", null, 0, 1, relay(1000), direct(1000)),
        row("two unproven relays are not swapped", null, 1, 1, unprovenRelay(), unprovenRelay()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void theChoiceIsAsTheRulesSay(
      String name, @Nullable PathKind pinned, int current, int expected, List<Option> options) {
    assertThat(PathPolicy.choose(options, current, pinned).index()).isEqualTo(expected);
  }

  @Test
  void aChoiceOnceMadeStandsWhileNothingChanges() {
    Random random = new Random(SEED);
    for (int round = 0; round < 5_000; round++) {
      List<Option> options = randomOptions(random);
      PathKind pinned = random.nextInt(4) == 0 ? any(random, PathKind.values()) : null;
      int first = PathPolicy.choose(options, NONE, pinned).index();
      int start = random.nextInt(options.size());
      int second = PathPolicy.choose(options, start, pinned).index();

      assertThat(PathPolicy.choose(options, first, pinned).index())
          .as("seed %s round %s %s", SEED, round, options)
          .isEqualTo(first);
      if (second >= 0) {
        assertThat(PathPolicy.choose(options, second, pinned).index())
            .as("seed %s round %s from %s %s", SEED, round, start, options)
            .isEqualTo(second);
      }
    }
  }

  @Test
  void whatIsUnusableIsNeverChosenAndWhatIsUsableAlwaysFound() {
    Random random = new Random(SEED);
    for (int round = 0; round < 5_000; round++) {
      List<Option> options = randomOptions(random);
      int chosen = PathPolicy.choose(options, random.nextInt(options.size()), null).index();
      boolean anyUsable = options.stream().anyMatch(o -> o.standing() != UNUSABLE);

      assertThat(chosen >= 0).as("seed %s round %s", SEED, round).isEqualTo(anyUsable);
      if (chosen >= 0) {
        assertThat(options.get(chosen).standing()).isNotEqualTo(UNUSABLE);
      }
    }
  }

  private static List<Option> randomOptions(Random random) {
    List<Option> options = new ArrayList<>();
    int count = 1 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      PathKind kind = any(random, PathKind.values());
      Standing standing = any(random, Standing.values());
      boolean unproven = standing == UNPROVEN_RELAY;
      long rtt = unproven ? -1 : random.nextInt(400) * 1_000_000L;
      options.add(
          new Option(standing, unproven ? RELAY : kind, any(random, PathTransport.values()), rtt));
    }
    return options;
  }

  private static <T> T any(Random random, T[] values) {
    return values[random.nextInt(values.length)];
  }

  private static Arguments row(
      String name, @Nullable PathKind pinned, int current, int expected, Option... options) {
    return arguments(name, pinned, current, expected, List.of(options));
  }

  private static Option direct(long rttMillis) {
    return new Option(ANSWERING, DIRECT, UDP, rttMillis * 1_000_000);
  }

  private static Option turn(long rttMillis) {
    return new Option(ANSWERING, TURN, UDP, rttMillis * 1_000_000);
  }

  private static Option relay(long rttMillis) {
    return new Option(ANSWERING, RELAY, TCP, rttMillis * 1_000_000);
  }

  private static Option unprovenRelay() {
    return new Option(UNPROVEN_RELAY, RELAY, TCP, -1);
  }

  private static Option in(Standing standing, Option option) {
    return new Option(standing, option.kind(), option.transport(), option.rttNanos());
  }
}
