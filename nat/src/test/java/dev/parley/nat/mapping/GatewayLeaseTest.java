package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On the embedded event loop, whose time only moves when the test says so. */
final class GatewayLeaseTest {
  private static final InetSocketAddress EXTERNAL = new InetSocketAddress("203.0.113.7", 4_000);
  private static final InetSocketAddress OTHER = new InetSocketAddress("203.0.113.8", 4_000);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final AtomicLong nanos = new AtomicLong();
  private final List<Runnable> blocked = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final Fake pcp = new Fake(Protocol.PCP);
  private final Fake natPmp = new Fake(Protocol.NAT_PMP);
  private boolean slow;

  private final GatewayLease lease =
      new GatewayLease(
          new GatewayLease.Target(
              Gateway.of(InetAddress.getLoopbackAddress(), InetAddress.getLoopbackAddress()),
              4_000,
              () -> List.of(pcp, natPmp)),
          new PortMapper.Environment(channel.eventLoop(), this::execute, nanos::get, new Random(1)),
          PortMapper.Timing.DEFAULT,
          new PortMapper.Listener() {
            @Override
            public void onMapped(InetSocketAddress external, Protocol protocol) {
              events.add(
                  "mapped " + protocol.word() + " " + external.getAddress().getHostAddress());
            }

            @Override
            public void onLost(InetSocketAddress external) {
              events.add("lost " + external.getAddress().getHostAddress());
            }
          });

  GatewayLeaseTest() {
    channel.freezeTime();
  }

  @AfterEach
  void close() {
    channel.close();
  }

  private void execute(Runnable task) {
    if (slow) {
      blocked.add(task);
    } else {
      task.run();
    }
  }

  private void answerAll() {
    List<Runnable> now = List.copyOf(blocked);
    blocked.clear();
    now.forEach(Runnable::run);
    channel.runPendingTasks();
  }

  private void pass(Duration time) {
    for (long left = time.toMillis(); left > 0; left -= 250) {
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(250));
      channel.advanceTimeBy(250, TimeUnit.MILLISECONDS);
      channel.runPendingTasks();
    }
  }

  /** Grants unless told to fail. */
  private static final class Fake implements MappingClient {
    private final Protocol protocol;
    private final List<String> calls = new ArrayList<>();
    private @Nullable IOException failure;
    private boolean there = true;
    private InetSocketAddress external = EXTERNAL;
    private Duration lifetime = Duration.ofHours(2);

    Fake(Protocol protocol) {
      this.protocol = protocol;
    }

    @Override
    public Protocol protocol() {
      return protocol;
    }

    @Override
    public Grant map(int externalPort, Duration wanted) throws IOException {
      calls.add("map");
      if (failure != null) {
        throw failure;
      }
      there = true;
      return new Grant(external, lifetime);
    }

    @Override
    public boolean stillThere() throws IOException {
      calls.add("check");
      if (failure != null) {
        throw failure;
      }
      return there;
    }

    @Override
    public void release() {
      calls.add("release");
    }

    long count(String call) {
      return calls.stream().filter(call::equals).count();
    }
  }

  private void begin() {
    lease.begin();
    channel.runPendingTasks();
  }

  @Test
  void aGatewayThatSpeaksPcpIsAskedByNothingElse() {
    begin();
    pass(Duration.ofSeconds(10));

    assertThat(events).containsExactly("mapped pcp 203.0.113.7");
    assertThat(natPmp.calls).isEmpty();
  }

  @Test
  void theNextProtocolIsTriedWhileTheFirstIsSilent() {
    slow = true;
    begin();
    pass(Duration.ofMillis(500));
    assertThat(blocked).hasSize(2);
    blocked.remove(1).run();
    channel.runPendingTasks();
    assertThat(events).containsExactly("mapped nat-pmp 203.0.113.7");

    // The better one comes late, with the same mapping: nothing changes for peers.
    answerAll();
    assertThat(lease.mapped()).contains(new PortMapper.Mapped(Protocol.PCP, EXTERNAL));
    assertThat(events).hasSize(1);
    assertThat(natPmp.count("release")).isZero();
  }

  @Test
  void ofTwoMappingsTheWorseIsTakenBack() {
    slow = true;
    natPmp.external = OTHER;
    begin();
    pass(Duration.ofMillis(500));
    answerAll();
    answerAll();

    assertThat(lease.mapped()).contains(new PortMapper.Mapped(Protocol.PCP, EXTERNAL));
    assertThat(natPmp.count("release")).isEqualTo(1);
    assertThat(pcp.count("release")).isZero();
  }

  @Test
  void itIsRenewedAtHalfOfItsLife() {
    begin();
    pass(Duration.ofMinutes(59));
    assertThat(pcp.count("map")).isEqualTo(1);
    pass(Duration.ofMinutes(2));
    assertThat(pcp.count("map")).isEqualTo(2);
    assertThat(events).hasSize(1);
  }

  @Test
  void aLifeOfOneSecondDoesNotMakeUsAskEverySecond() {
    pcp.lifetime = Duration.ofSeconds(1);
    begin();
    pass(Duration.ofMinutes(1));
    assertThat(pcp.count("map")).isBetween(2L, 16L);
  }

  @Test
  void aMappingThatTheGatewayHasForgottenIsMadeAnewWithinAMinute() {
    begin();
    pcp.there = false;
    pcp.external = OTHER;
    pass(Duration.ofSeconds(61));
    assertThat(events)
        .containsExactly("mapped pcp 203.0.113.7", "lost 203.0.113.7", "mapped pcp 203.0.113.8");
  }

  @Test
  void aGatewayThatFallsSilentKeepsItsMappingUntilItsLifeIsOver() {
    begin();
    pcp.failure = new IOException("silent");
    natPmp.failure = pcp.failure;
    pass(Duration.ofMinutes(119));
    assertThat(events).hasSize(1);
    pass(Duration.ofMinutes(2));
    assertThat(events).containsExactly("mapped pcp 203.0.113.7", "lost 203.0.113.7");

    pcp.failure = null;
    pass(Duration.ofMinutes(2));
    assertThat(events).hasSize(3).last().isEqualTo("mapped pcp 203.0.113.7");
  }

  @Test
  void aRefusedRenewalEndsTheMapping() {
    begin();
    pcp.failure = new MappingException("no more");
    pass(Duration.ofMinutes(61));
    assertThat(events)
        .containsExactly(
            "mapped pcp 203.0.113.7", "lost 203.0.113.7", "mapped nat-pmp 203.0.113.7");
  }

  @Test
  void attemptsThatFailAreRepeatedMoreAndMoreRarely() {
    pcp.failure = new MappingException("no");
    natPmp.failure = new MappingException("no");
    begin();
    pass(Duration.ofHours(24));
    // After 1, 2, 4, 8, 16 and then every 32 minutes.
    assertThat(pcp.count("map")).isBetween(45L, 52L);
    assertThat(events).isEmpty();

    pcp.failure = null;
    lease.refresh();
    channel.runPendingTasks();
    assertThat(events).containsExactly("mapped pcp 203.0.113.7");
  }

  @Test
  void whatIsGrantedAfterTheEndIsTakenBack() {
    slow = true;
    begin();
    assertThat(lease.close()).isCompleted();
    answerAll();
    answerAll();
    assertThat(pcp.count("release")).isEqualTo(1);
    assertThat(events).isEmpty();
  }

  @Test
  void theEndTakesTheMappingBack() {
    begin();
    var released = lease.close();
    channel.runPendingTasks();
    assertThat(released).isCompleted();
    assertThat(pcp.calls).containsExactly("map", "release");
    pass(Duration.ofHours(3));
    assertThat(pcp.calls).hasSize(2);
  }
}
