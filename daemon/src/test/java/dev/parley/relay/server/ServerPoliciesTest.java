package dev.parley.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.common.base.Ticker;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.nat.PeerKey;
import dev.parley.relay.TestRelays.LimitsBuilder;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** The small parts of the relay that need no network. */
final class ServerPoliciesTest {
  private long nanos;
  private final Ticker clock =
      new Ticker() {
        @Override
        public long read() {
          return nanos;
        }
      };

  @Test
  void aBucketLetsItsBurstThroughAndThenItsRate() {
    TokenBucket bucket = new TokenBucket(10, 0);
    assertThat(bucket.tryTake(10, 5, 10, 0)).isTrue();
    assertThat(bucket.tryTake(1, 5, 10, 0)).isFalse();
    assertThat(bucket.tryTake(1, 5, 10, TimeUnit.MILLISECONDS.toNanos(199))).isFalse();
    assertThat(bucket.tryTake(1, 5, 10, TimeUnit.MILLISECONDS.toNanos(201))).isTrue();
    assertThat(bucket.tryTake(11, 5, 10, TimeUnit.HOURS.toNanos(1))).as("never more").isFalse();
    assertThat(bucket.tryTake(10, 5, 10, 0)).as("a clock that goes back is no loss").isTrue();
  }

  @Test
  void addressesOfOneIpv6NetworkCountAsOne() throws Exception {
    Limits limits = LimitsBuilder.limits(b -> b.maxNewConnectionsPerAddressPerSecond = 1);
    Admission admission = new Admission(limits, clock);
    assertThat(decide(admission, "2001:db8::1", limits)).isEmpty();
    assertThat(decide(admission, "2001:db8::2:3:4:5", limits))
        .containsExactly(Refusal.NEW_CONNECTIONS_PER_ADDRESS);
    assertThat(decide(admission, "2001:db8:0:1::1", limits)).isEmpty();
    assertThat(decide(admission, "192.0.2.1", limits)).isEmpty();
    assertThat(decide(admission, "192.0.2.2", limits)).isEmpty();
    assertThat(decide(admission, "192.0.2.1", limits))
        .containsExactly(Refusal.NEW_CONNECTIONS_PER_ADDRESS);
  }

  @Test
  void theAddressesRememberedAreBounded() throws Exception {
    Limits limits =
        LimitsBuilder.limits(
            b -> {
              b.maxNewConnectionsPerAddressPerSecond = 1;
              b.maxNewConnectionsPerSecond = Integer.MAX_VALUE;
            });
    Admission admission = new Admission(limits, clock);
    for (int i = 0; i < Admission.MAX_ADDRESSES + 10_000; i++) {
      byte[] ip = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      admission.decide(InetAddress.getByAddress(ip), false, 0, limits);
    }
    assertThat(admission.remembered()).isLessThanOrEqualTo(Admission.MAX_ADDRESSES);
  }

  private static List<Refusal> decide(Admission admission, String from, Limits limits)
      throws Exception {
    return admission.decide(InetAddress.getByName(from), false, 0, limits).stream().toList();
  }

  @Test
  void noticesOfAbsenceAreBoundedInNumberAndRate() {
    AbsenceNotices notices = new AbsenceNotices(0);
    int told = 0;
    for (int i = 0; i < 10_000; i++) {
      told += notices.mayTell(new PeerKey(i, 0, 0, 0), 0) ? 1 : 0;
    }
    assertThat(told).isEqualTo(AbsenceNotices.PER_SECOND);
    for (int second = 1; second < 100; second++) {
      for (int i = 0; i < 100; i++) {
        notices.mayTell(new PeerKey(second, i, 0, 0), TimeUnit.SECONDS.toNanos(second));
      }
    }
    assertThat(notices.remembered()).isEqualTo(AbsenceNotices.MAX_TARGETS);
  }

  @Test
  void aFloodIsCountedInFullAndLoggedOnceInTenSeconds() {
    Logger logger = (Logger) LoggerFactory.getLogger(Counters.class);
    ListAppender<ILoggingEvent> log = new ListAppender<>();
    log.start();
    logger.addAppender(log);
    try {
      Counters counters = new Counters(clock);
      for (int i = 0; i < 1_000; i++) {
        counters.refused(Refusal.CLIENT_RATE, "mallory");
      }
      assertThat(log.list).hasSize(1);
      nanos += Counters.LOG_INTERVAL_NANOS;
      counters.refused(Refusal.CLIENT_RATE, "mallory");
      counters.refused(Refusal.CLIENT_RATE, "mallory");

      assertThat(log.list).hasSize(2);
      assertThat(log.list.get(1).getFormattedMessage())
          .contains(": 1000 (last from mallory; 1001 since the start)");
      assertThat(counters.snapshot(0).refused("client-rate")).isEqualTo(1_002);
    } finally {
      logger.detachAppender(log);
    }
  }

  @Test
  void theUrlOfARelayBoundToEveryAddressNamesOneThatOthersMayReach() throws Exception {
    assertThat(
            RelayHost.firstOf(
                List.of(
                    InetAddress.getByName("127.0.0.1"),
                    InetAddress.getByName("fe80::1"),
                    InetAddress.getByName("2001:db8::7"),
                    InetAddress.getByName("192.0.2.7"))))
        .isEqualTo("192.0.2.7");
    assertThat(RelayHost.firstOf(List.of(InetAddress.getByName("::1")))).isEqualTo("127.0.0.1");
    assertThat(RelayHost.of(InetAddress.getByName("127.0.0.9"))).isEqualTo("127.0.0.9");
  }
}
