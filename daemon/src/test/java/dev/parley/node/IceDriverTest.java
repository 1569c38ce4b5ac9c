package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.PeerKey;
import dev.parley.nat.ice.IceAttempt;
import dev.parley.nat.ice.IceCandidate;
import dev.parley.nat.ice.IceCheck;
import dev.parley.nat.ice.IceCredentials;
import dev.parley.nat.ice.IceEngine;
import dev.parley.nat.ice.IceListener;
import dev.parley.nat.ice.IceLocals;
import dev.parley.nat.ice.IceRole;
import dev.parley.nat.path.FlowLookup;
import dev.parley.nat.path.NoticeSigner;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.IceSignal;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is signalled and when, in virtual time; no check is ever sent. */
class IceDriverTest {
  private static final PeerId LOW = PeerId.of(bytes(1));
  private static final PeerId HIGH = PeerId.of(bytes(2));
  private static final IceCredentials CREDENTIALS =
      new IceCredentials("abcdef", "0123456789012345678901");

  private long now;
  private final List<IceSignal> sent = new ArrayList<>();
  private final FakeEngine engine = new FakeEngine();

  private PeerIce peerIce(PeerId self, PeerId peer) {
    PathSwitch paths =
        new PathSwitch(
            nothing(FlowLookup.class),
            nothing(NoticeSigner.class),
            new PathListener() {},
            () -> now,
            new Random(1));
    return new PeerIce(
        peer,
        new IceDriver.Surroundings(
            self,
            engine,
            paths,
            (to, signal) -> sent.add(signal),
            IceDriverTest::locals,
            ImmediateEventExecutor.INSTANCE,
            () -> now,
            new Random(1)));
  }

  @Test
  void theSmallerIdOffersAfterTheHeadStart() {
    PeerIce ice = peerIce(LOW, HIGH);
    ice.tick();
    assertThat(engine.attempts).isEmpty();
    advance(IceDriver.HEAD_START_MILLIS);
    ice.tick();
    assertThat(engine.attempts).hasSize(1);
    engine.last().listener.onReady(CREDENTIALS, candidates(20));
    assertThat(sent).hasSize(2);
    assertThat(sent.get(0).getOffer().getCandidatesCount()).isEqualTo(16);
    assertThat(sent.get(1).getCandidates().getCandidatesCount()).isEqualTo(4);
  }

  @Test
  void theLargerIdWaitsForAnOfferAndAnswersIt() {
    PeerIce ice = peerIce(HIGH, LOW);
    advance(60_000);
    ice.tick();
    assertThat(engine.attempts).isEmpty();
    IceSignal offer = IceFrames.offer(7, IceRole.CONTROLLING, CREDENTIALS, candidates(3));
    ice.onSignal(offer);
    assertThat(engine.last().role).isEqualTo(IceRole.CONTROLLED);
    assertThat(engine.last().remote).isEqualTo(Optional.of(CREDENTIALS));
    assertThat(engine.last().candidates).hasSize(3);
    ice.onSignal(IceFrames.candidates(7, candidates(5)));
    ice.onSignal(IceFrames.candidates(8, candidates(5)));
    assertThat(engine.last().candidates).hasSize(8);
  }

  @Test
  void pausesGrowToFiveMinutesWhileTheLinkStaysRelayed() {
    PeerIce ice = peerIce(LOW, HIGH);
    for (int second = 0; second < 3_600; second++) {
      advance(1_000);
      ice.tick();
      engine.attempts.forEach(IceAttempt::close);
    }
    // 5, 10, … 160 s are over in five minutes; then one in five minutes, give or take a quarter.
    assertThat(engine.attempts).hasSizeBetween(14, 24);
  }

  @Test
  void aPeerThatOffersOrAsksWithoutEndStartsOneAttemptASecond() {
    PeerIce controlled = peerIce(HIGH, LOW);
    PeerIce controlling = peerIce(LOW, HIGH);
    advance(IceDriver.HEAD_START_MILLIS);
    for (int i = 1; i < 1_000; i++) {
      controlled.onSignal(IceFrames.offer(i, IceRole.CONTROLLING, CREDENTIALS, List.of()));
      controlling.onSignal(IceFrames.request());
    }
    assertThat(engine.attempts).hasSize(2);
  }

  @Test
  void aChangeOfTheNetworkIsTriedAtOnceFromEitherSide() {
    PeerIce controlling = peerIce(LOW, HIGH);
    PeerIce controlled = peerIce(HIGH, LOW);
    advance(10_000);
    controlling.restart();
    assertThat(engine.attempts).hasSize(1);
    controlled.restart();
    assertThat(sent).containsExactly(IceFrames.request());
  }

  @Test
  void offersWithoutCredentialsAndUnusableCandidatesAreNotTaken() {
    PeerIce ice = peerIce(HIGH, LOW);
    ice.onSignal(
        IceSignal.newBuilder()
            .setGeneration(1)
            .setOffer(dev.parley.peer.v1.IceOffer.getDefaultInstance())
            .build());
    assertThat(engine.attempts).isEmpty();
    IceCandidate loopback = candidate(new InetSocketAddress("127.0.0.1", 5000));
    IceCandidate group = candidate(new InetSocketAddress("224.0.0.1", 5000));
    IceCandidate dns = candidate(new InetSocketAddress("192.0.2.1", 53));
    ice.onSignal(
        IceFrames.offer(2, IceRole.CONTROLLING, CREDENTIALS, List.of(loopback, group, dns)));
    assertThat(engine.last().candidates).isEmpty();
  }

  private void advance(long millis) {
    now += millis * 1_000_000;
  }

  private static IceLocals locals() {
    return new IceLocals(
        ImmutableList.of(new InetSocketAddress("192.0.2.9", 4000)),
        ImmutableList.of(),
        ImmutableList.of());
  }

  private static ImmutableList<IceCandidate> candidates(int count) {
    ImmutableList.Builder<IceCandidate> all = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      all.add(candidate(new InetSocketAddress("198.51.100." + (i + 1), 5000)));
    }
    return all.build();
  }

  private static IceCandidate candidate(InetSocketAddress address) {
    return new IceCandidate(IceCandidate.Type.HOST, address, 100, "1", Optional.empty());
  }

  private static byte[] bytes(int first) {
    byte[] bytes = new byte[PeerId.BYTES];
    bytes[0] = (byte) first;
    return bytes;
  }

  private static <T> T nothing(Class<T> type) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              throw new AssertionError(method + " is not called here");
            }));
  }

  private static final class FakeEngine implements IceEngine {
    final List<FakeAttempt> attempts = new ArrayList<>();

    FakeAttempt last() {
      return attempts.get(attempts.size() - 1);
    }

    @Override
    public IceAttempt start(PeerKey peer, IceRole role, IceLocals own, IceListener listener) {
      FakeAttempt attempt = new FakeAttempt(role, listener);
      attempts.add(attempt);
      return attempt;
    }

    @Override
    public boolean onStun(ByteBuf packet, InetSocketAddress from) {
      return false;
    }

    @Override
    public void prewarm() {}

    @Override
    public long rejected() {
      return 0;
    }

    @Override
    public int inFlight() {
      return 0;
    }

    @Override
    public void close() {}
  }

  private static final class FakeAttempt implements IceAttempt {
    final IceRole role;
    final IceListener listener;
    final List<IceCandidate> candidates = new ArrayList<>();
    Optional<IceCredentials> remote = Optional.empty();
    boolean over;

    FakeAttempt(IceRole role, IceListener listener) {
      this.role = role;
      this.listener = listener;
    }

    @Override
    public void begin(IceCredentials credentials) {
      remote = Optional.of(credentials);
    }

    @Override
    public void addRemoteCandidates(List<IceCandidate> more) {
      candidates.addAll(more);
    }

    @Override
    public void update(IceLocals locals) {}

    @Override
    public ImmutableList<IceCheck> checks() {
      return candidates.stream()
          .map(c -> new IceCheck(c.type(), c.address(), IceCheck.State.FAILED))
          .collect(ImmutableList.toImmutableList());
    }

    @Override
    public boolean isOver() {
      return over;
    }

    @Override
    public void close() {
      over = true;
    }
  }
}
