package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** When the node measures its own NAT, in virtual time. */
class OwnNatTest {
  private final Set<InetSocketAddress> servers = new HashSet<>();
  private final List<CompletableFuture<NetcheckReport>> measurements = new ArrayList<>();
  private long now;
  private boolean mapped;
  private int changes;
  private final OwnNat own =
      new OwnNat(
          () -> servers,
          () -> {
            CompletableFuture<NetcheckReport> begun = new CompletableFuture<>();
            measurements.add(begun);
            return begun;
          },
          () -> mapped,
          () -> now);

  private void server(int number) {
    servers.add(new InetSocketAddress("192.0.2." + number, 3478));
  }

  private void pass(long seconds) {
    for (long second = 0; second < seconds; second++) {
      now += Duration.ofSeconds(1).toNanos();
      own.tick();
    }
  }

  private void answer(boolean udp) {
    measurements
        .get(measurements.size() - 1)
        .complete(
            new NetcheckReport(
                udp,
                udp,
                false,
                NetcheckReport.Behavior.UNKNOWN,
                NetcheckReport.Behavior.UNKNOWN,
                Optional.empty(),
                mapped
                    ? ImmutableList.of(new NetcheckReport.PortMapping("pcp", "203.0.113.1:4"))
                    : ImmutableList.of(),
                ImmutableList.of()));
  }

  @Test
  void withoutAServerNothingIsMeasuredAndNothingIsKnown() {
    pass(100);
    assertThat(measurements).isEmpty();
    own.run();
    answer(false);
    assertThat(own.facts()).as("nobody was asked").isEmpty();
  }

  @Test
  void itIsMeasuredOnceForEachSetOfServersAndAgainNowAndThen() {
    own.onChange(() -> changes++);
    server(1);
    pass(1);
    assertThat(measurements).hasSize(1);
    pass(60);
    assertThat(measurements).as("one at a time").hasSize(1);
    answer(true);
    pass(60);
    assertThat(measurements).hasSize(1);
    server(2);
    pass(1);
    assertThat(measurements).hasSize(2);
    answer(true);
    pass(OwnNat.REFRESH_SECONDS);
    assertThat(measurements).hasSize(3);
    answer(false);
    assertThat(changes).isEqualTo(2);
    assertThat(own.facts().orElseThrow().udp()).isFalse();
  }

  @Test
  void aNetworkThatKeepsChangingIsMeasuredSoOften() {
    server(1);
    for (int second = 0; second < 100; second++) {
      own.onNetworkChanged();
      pass(1);
      answer(true);
    }
    assertThat(measurements).hasSize((int) (100 / OwnNat.MIN_GAP_SECONDS));
  }

  @Test
  void aPortMappingThatComesLaterIsSeen() {
    server(1);
    pass(1);
    answer(true);
    mapped = true;
    pass(OwnNat.MIN_GAP_SECONDS);
    answer(true);
    assertThat(own.facts().orElseThrow().portMapping()).isTrue();
    pass(60);
    assertThat(measurements).hasSize(2);
  }

  @Test
  void aMeasurementThatFailsLeavesWhatIsKnown() {
    server(1);
    pass(1);
    answer(true);
    own.onNetworkChanged();
    pass(OwnNat.MIN_GAP_SECONDS);
    measurements.get(1).completeExceptionally(new IllegalStateException("the port is closed"));
    assertThat(own.facts()).isPresent();
  }
}
