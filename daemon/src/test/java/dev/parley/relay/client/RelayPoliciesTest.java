package dev.parley.relay.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.discovery.RelayUrl;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.client.HomeSelection.Candidate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The pure functions of the relay client: when to try again, whom to choose, when to give up. */
final class RelayPoliciesTest {
  private static final RelayUrl A = RelayUrl.parse("wss://a.example");
  private static final RelayUrl B = RelayUrl.parse("wss://b.example");
  private static final RelayProblem UNREACHABLE = new RelayProblem.Unreachable("refused");

  private final Random random = new Random(42);

  @Test
  void pausesDoubleFromATenthOfASecondToTenSecondsWithJitter() {
    long[] full = {100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000, 10_000};
    for (int failures = 1; failures <= full.length; failures++) {
      for (int i = 0; i < 200; i++) {
        assertThat(Backoff.pause(failures, UNREACHABLE, random).toMillis())
            .isBetween(full[failures - 1] / 2, full[failures - 1]);
      }
    }
    assertThat(Backoff.pause(Integer.MAX_VALUE, UNREACHABLE, random))
        .isLessThanOrEqualTo(Backoff.LONGEST);
  }

  @Test
  void aDaemonThatWasReplacedWaitsLong() {
    assertThat(Backoff.pause(1, new RelayProblem.Replaced(), random))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  @Test
  void whatTheRelayAsksForIsHonouredUpToAMinute() {
    assertThat(Backoff.pause(1, new RelayProblem.Full(Duration.ofSeconds(30)), random))
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(Backoff.pause(1, new RelayProblem.RateLimited(Duration.ofDays(40)), random))
        .isEqualTo(Duration.ofSeconds(60));
    assertThat(Backoff.pause(1, new RelayProblem.Restarting(Duration.ZERO), random))
        .isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
  }

  @Test
  void whatOnlyAPersonCanMendIsTriedSlowlyFromTheFirst() {
    PeerId id = ThrowawayIdentity.create().id();
    List<RelayProblem> problems =
        List.of(
            new RelayProblem.WrongKey(Optional.empty(), id),
            new RelayProblem.OtherVersion(2, 3),
            new RelayProblem.NotTrusted("expired"),
            new RelayProblem.KeyRefused());
    assertThat(problems)
        .allSatisfy(
            problem ->
                assertThat(Backoff.pause(1, problem, random))
                    .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10)));
  }

  @Test
  void theNearestConnectedRelayIsHome() {
    assertThat(choose(Optional.empty(), up(A, 50), up(B, 20))).contains(B);
    assertThat(choose(Optional.empty(), up(A, 50), down(B))).contains(A);
    assertThat(choose(Optional.empty(), unmeasured(A), up(B, 900))).contains(B);
    assertThat(choose(Optional.empty(), unmeasured(A), unmeasured(B))).contains(A);
  }

  @Test
  void homeStaysUnlessAnotherIsMuchNearer() {
    assertThat(choose(Optional.of(A), up(A, 50), up(B, 41))).as("9 ms nearer").contains(A);
    assertThat(choose(Optional.of(A), up(A, 200), up(B, 170))).as("15 % nearer").contains(A);
    assertThat(choose(Optional.of(A), up(A, 50), up(B, 40))).as("10 ms and 20 %").contains(B);
    assertThat(choose(Optional.of(A), unmeasured(A), up(B, 1))).as("not measured").contains(A);
  }

  @Test
  void aLostHomeIsLeftForAnyOtherAndKeptWhileThereIsNone() {
    assertThat(choose(Optional.of(A), down(A), up(B, 900))).contains(B);
    assertThat(choose(Optional.of(A), down(A), down(B))).contains(A);
    assertThat(choose(Optional.empty(), down(A), down(B))).isEmpty();
  }

  @Test
  void twoPingsWithoutAnAnswerAreTheEnd() {
    Heartbeat heartbeat = new Heartbeat();
    assertThat(heartbeat.onPingDue()).isEqualTo(Heartbeat.Action.PING);
    heartbeat.onPingSent(0);
    assertThat(heartbeat.onPingDue()).isEqualTo(Heartbeat.Action.PING);
    long second = heartbeat.onPingSent(10);
    assertThat(heartbeat.onPong(second, 20)).isTrue();
    assertThat(heartbeat.onPingDue())
        .as("an answer starts afresh")
        .isEqualTo(Heartbeat.Action.PING);
    heartbeat.onPingSent(30);
    assertThat(heartbeat.onPingDue()).isEqualTo(Heartbeat.Action.PING);
    heartbeat.onPingSent(40);
    assertThat(heartbeat.onPingDue()).isEqualTo(Heartbeat.Action.DEAD);
  }

  @Test
  void theRoundTripIsTheQuickestOfTheFirstThreeAndThenSmoothed() {
    Heartbeat heartbeat = new Heartbeat();
    sample(heartbeat, 9_000);
    sample(heartbeat, 800);
    assertThat(heartbeat.rtt()).isEmpty();
    sample(heartbeat, 1_000);
    assertThat(heartbeat.rtt()).contains(Duration.ofNanos(800));
    sample(heartbeat, 1_600);
    assertThat(heartbeat.rtt()).contains(Duration.ofNanos(900));
  }

  @Test
  void anInventedOrRepeatedAnswerSaysNothing() {
    Heartbeat heartbeat = new Heartbeat();
    long token = heartbeat.onPingSent(0);
    assertThat(heartbeat.onPong(token + 1, 5)).isFalse();
    assertThat(heartbeat.onPong(token, 5)).isTrue();
    assertThat(heartbeat.onPong(token, 6)).isFalse();
  }

  private static void sample(Heartbeat heartbeat, long nanos) {
    heartbeat.onPong(heartbeat.onPingSent(0), nanos);
  }

  private static Optional<RelayUrl> choose(Optional<RelayUrl> present, Candidate... candidates) {
    return HomeSelection.choose(present, List.of(candidates));
  }

  private static Candidate up(RelayUrl url, int millis) {
    return new Candidate(url, true, Optional.of(Duration.ofMillis(millis)));
  }

  private static Candidate unmeasured(RelayUrl url) {
    return new Candidate(url, true, Optional.empty());
  }

  private static Candidate down(RelayUrl url) {
    return new Candidate(url, false, Optional.empty());
  }
}
