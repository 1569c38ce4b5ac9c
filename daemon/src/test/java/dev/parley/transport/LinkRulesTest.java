package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import dev.parley.transport.LinkRules.Candidate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LinkRulesTest {
  private static final PeerId SMALL = peer(1);
  private static final PeerId LARGE = peer(2);
  private static final ByteString UNKNOWN = ByteString.EMPTY;
  private static final ByteString BEFORE = ByteString.copyFromUtf8("instance");
  private static final ByteString AFTER = ByteString.copyFromUtf8("reborn!!");
  private static final Duration YOUNG = Duration.ofMillis(50);
  private static final Duration OLD = LinkRules.SIMULTANEOUS.plusMillis(1);

  static Stream<Arguments> table() {
    return Stream.of(
        arguments("the peer has restarted", SMALL, BEFORE, YOUNG, LARGE, AFTER, true),
        arguments("it gave its own up", LARGE, BEFORE, YOUNG, LARGE, UNKNOWN, true),
        arguments("we gave ours up", SMALL, BEFORE, YOUNG, SMALL, UNKNOWN, true),
        arguments("the older has stood for long", SMALL, BEFORE, OLD, LARGE, UNKNOWN, true),
        arguments("both at once, larger first", LARGE, BEFORE, YOUNG, SMALL, BEFORE, true),
        arguments("both at once, smaller first", SMALL, BEFORE, YOUNG, LARGE, BEFORE, false),
        arguments("before any hello", SMALL, UNKNOWN, YOUNG, LARGE, UNKNOWN, false),
        arguments("just within", SMALL, BEFORE, LinkRules.SIMULTANEOUS, LARGE, BEFORE, false));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("table")
  void theNewerStaysAsTheRulesSay(
      String name,
      PeerId olderDialler,
      ByteString olderInstance,
      Duration age,
      PeerId newerDialler,
      ByteString newerInstance,
      boolean newerStays) {
    assertThat(
            LinkRules.newerStays(
                new Candidate(olderDialler, olderInstance),
                age,
                new Candidate(newerDialler, newerInstance)))
        .isEqualTo(newerStays);
  }

  /** Dials that cross, each seen by either end when it happens to be: both keep the same one. */
  @Test
  void bothEndsOfSimultaneousDialsKeepTheSameConnection() {
    long seed = 11;
    Random random = new Random(seed);
    for (int round = 0; round < 20_000; round++) {
      PeerId one = peer(random.nextInt());
      PeerId two = peer(random.nextInt());
      if (one.equals(two)) {
        continue;
      }
      List<PeerId> atOne = inAnyOrder(one, two, random);
      List<PeerId> atTwo = inAnyOrder(one, two, random);
      assertThat(survivor(atOne, random)).as("seed %s", seed).isEqualTo(survivor(atTwo, random));
    }
  }

  private static List<PeerId> inAnyOrder(PeerId one, PeerId two, Random random) {
    return random.nextBoolean() ? List.of(one, two) : List.of(two, one);
  }

  /** By whom the connection was dialled that is left at one end, the two having come in order. */
  private static PeerId survivor(List<PeerId> diallers, Random random) {
    Duration age = Duration.ofMillis(random.nextInt((int) LinkRules.SIMULTANEOUS.toMillis()));
    Candidate older = new Candidate(diallers.get(0), random.nextBoolean() ? BEFORE : UNKNOWN);
    Candidate newer = new Candidate(diallers.get(1), random.nextBoolean() ? BEFORE : UNKNOWN);
    return LinkRules.newerStays(older, age, newer) ? newer.dialler() : older.dialler();
  }

  @Test
  void pausesBetweenDialsDoubleAndStayWithinTheirBounds() {
    RandomGenerator random = new Random(3);
    for (int failures = 1; failures < 100; failures++) {
      long whole =
          Math.min(
              DialPauses.FIRST.toNanos() << Math.min(failures - 1, 30),
              DialPauses.LONGEST.toNanos());
      for (int i = 0; i < 50; i++) {
        assertThat(DialPauses.after(failures, random).toNanos())
            .isGreaterThan(whole - whole / 4 - 1)
            .isLessThanOrEqualTo(whole);
      }
    }
  }

  @Test
  void twoThatLostEachOtherDoNotDialInStep() {
    Set<Duration> pauses = new HashSet<>();
    RandomGenerator random = new Random(3);
    List<Duration> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(DialPauses.after(5, random));
    }
    pauses.addAll(all);
    assertThat(pauses.size()).isGreaterThan(90);
  }

  private static PeerId peer(int seed) {
    byte[] bytes = new byte[32];
    Arrays.fill(bytes, (byte) seed);
    bytes[1] = (byte) (seed >> 8);
    bytes[2] = (byte) (seed >> 16);
    return PeerId.of(bytes);
  }
}
