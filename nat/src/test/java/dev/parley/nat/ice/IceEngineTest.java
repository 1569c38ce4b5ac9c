package dev.parley.nat.ice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.common.collect.ImmutableList;
import dev.parley.nat.ice.NatNetwork.Host;
import dev.parley.nat.ice.NatNetwork.Nat;
import dev.parley.nat.ice.NatNetwork.Side;
import dev.parley.nat.stun.StunClass;
import dev.parley.nat.stun.StunWriter;
import dev.parley.nat.stun.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IceEngineTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private static void exchange(Side a, Side b) {
    await().atMost(LONG).until(() -> a.isReady() && b.isReady());
    a.hear(b, true);
    b.hear(a, true);
  }

  private static void awaitPairs(NatNetwork network, Side a, Side b) {
    await("seed " + network.seed)
        .atMost(LONG)
        .until(() -> !a.pairs.isEmpty() && !b.pairs.isEmpty());
  }

  @Test
  void twoPortRestrictedNatsArePunchedThoughEveryFifthPacketIsLost() {
    try (NatNetwork network = new NatNetwork(0.2)) {
      Host alice = network.host(Nat.PORT_RESTRICTED);
      Host bob = network.host(Nat.PORT_RESTRICTED);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      Side b = Side.start(bob, IceRole.CONTROLLED, bob.locals());
      exchange(a, b);
      awaitPairs(network, a, b);
      assertThat(a.pairs).contains(bob.locals().reflexive().get(0));
      assertThat(b.pairs).contains(alice.locals().reflexive().get(0));
    }
  }

  @Test
  void aSymmetricNatReachesAPublicHostWhichLearnsItsAddressFromTheCheck() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.SYMMETRIC);
      Host bob = network.host(Nat.NONE);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      Side b = Side.start(bob, IceRole.CONTROLLED, bob.locals());
      exchange(a, b);
      awaitPairs(network, a, b);
      assertThat(a.pairs).containsExactly(bob.inside());
      assertThat(b.pairs).doesNotContain(alice.locals().reflexive().get(0));
    }
  }

  @Test
  void aSideThatComesLateIsWaitedFor() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.PORT_RESTRICTED);
      Host bob = network.host(Nat.PORT_RESTRICTED);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      Side b = Side.start(bob, IceRole.CONTROLLED, bob.locals());
      await().atMost(LONG).until(() -> a.isReady() && b.isReady());
      a.hear(b, true);
      await().atMost(LONG).until(() -> alice.sent.get() > 4);
      b.hear(a, true);
      awaitPairs(network, a, b);
    }
  }

  @Test
  void aConflictOfRolesIsSettled() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.PORT_RESTRICTED);
      Host bob = network.host(Nat.PORT_RESTRICTED);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      Side b = Side.start(bob, IceRole.CONTROLLING, bob.locals());
      exchange(a, b);
      awaitPairs(network, a, b);
      await().atMost(LONG).until(() -> a.isOver() && b.isOver());
      assertThat(a.failures).isEmpty();
      assertThat(b.failures).isEmpty();
    }
  }

  @Test
  void candidatesMayAllComeAfterTheCredentials() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.PORT_RESTRICTED);
      Host bob = network.host(Nat.PORT_RESTRICTED);
      IceLocals late = bob.locals();
      IceLocals hostsOnly = new IceLocals(late.hosts(), ImmutableList.of(), ImmutableList.of());
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      Side b = Side.start(bob, IceRole.CONTROLLED, hostsOnly);
      await().atMost(LONG).until(() -> a.isReady() && b.isReady());
      a.hear(b, false);
      b.hear(a, false);
      b.onLoop(() -> b.attempt.update(late));
      assertThat(b.candidates).hasSize(2);
      a.onLoop(() -> a.attempt.addRemoteCandidates(b.candidates));
      b.onLoop(() -> b.attempt.addRemoteCandidates(a.candidates));
      awaitPairs(network, a, b);
    }
  }

  @Test
  void whereNoPairCanWorkTheAttemptFailsAndIsFreed() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.SYMMETRIC);
      Host bob = network.host(Nat.SYMMETRIC);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      Side b = Side.start(bob, IceRole.CONTROLLED, bob.locals());
      exchange(a, b);
      await().atMost(LONG).until(() -> a.failures.size() == 1 && b.failures.size() == 1);
      await().atMost(LONG).until(() -> alice.engine.inFlight() + bob.engine.inFlight() == 0);
      assertThat(a.pairs).isEmpty();
      // What an impossible pair costs is documented by this figure.
      assertThat(alice.sent.get()).isLessThan(60);
    }
  }

  @Test
  void anAttemptThatIsDoneLingersAndThenLeavesNothing() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.NONE);
      Host bob = network.host(Nat.NONE);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      Side b = Side.start(bob, IceRole.CONTROLLED, bob.locals());
      exchange(a, b);
      awaitPairs(network, a, b);
      assertThat(a.isOver()).isFalse();
      await().atMost(LONG).until(() -> alice.engine.inFlight() + bob.engine.inFlight() == 0);
      assertThat(((Ice4jEngine) alice.engine).demultiplexer().size()).isZero();
      assertThat(((Ice4jEngine) bob.engine).demultiplexer().size()).isZero();
    }
  }

  @Test
  void noMoreThanSixteenRunAtATimeAndTheQueueIsBounded() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.NONE);
      List<Side> sides = new ArrayList<>();
      for (int i = 0; i < IceEngine.MAX_ATTEMPTS + IceEngine.MAX_WAITING + 5; i++) {
        sides.add(Side.start(alice, IceRole.CONTROLLING, alice.locals()));
      }
      await().atMost(LONG).until(() -> sides.stream().filter(Side::isReady).count() == 16);
      assertThat(alice.engine.inFlight()).isEqualTo(IceEngine.MAX_ATTEMPTS);
      await()
          .atMost(LONG)
          .until(() -> sides.stream().filter(side -> !side.failures.isEmpty()).count() == 5);
      sides.get(0).onLoop(sides.get(0).attempt::close);
      await().atMost(LONG).until(sides.get(IceEngine.MAX_ATTEMPTS)::isReady);
      sides.forEach(side -> side.onLoop(side.attempt::close));
      await().atMost(LONG).until(() -> alice.engine.inFlight() == 0);
    }
  }

  @Test
  void forgedPacketsAreNeverAnsweredAndNothingGrows() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.NONE);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      await().atMost(LONG).until(a::isReady);
      CheckDemultiplexer demultiplexer = ((Ice4jEngine) alice.engine).demultiplexer();
      Random random = new Random(network.seed);
      int count = 5_000;
      int[] sizes = new int[2];
      List<Integer> taken = new ArrayList<>();
      a.onLoop(
          () -> {
            sizes[0] = demultiplexer.size();
            for (int i = 0; i < count; i++) {
              InetSocketAddress from =
                  new InetSocketAddress("198.51.100.7", 1024 + random.nextInt(60_000));
              ByteBuf packet = forged(i, a.credentials.ufrag(), random);
              if (alice.engine.onStun(packet, from)) {
                taken.add(i);
              }
              packet.release();
            }
            sizes[1] = demultiplexer.size();
          });
      assertThat(taken).isEmpty();
      assertThat(alice.engine.rejected()).isEqualTo(count);
      assertThat(alice.sent.get()).isZero();
      assertThat(sizes[1]).isEqualTo(sizes[0]);
    }
  }

  @Test
  void aPeerCannotAimChecksAtMoreThanAFewStrangeAddresses() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.NONE);
      Side a = Side.start(alice, IceRole.CONTROLLING, alice.locals());
      await().atMost(LONG).until(a::isReady);
      Random random = new Random(network.seed);
      List<Integer> taken = new ArrayList<>();
      a.onLoop(
          () -> {
            for (int i = 0; i < 100; i++) {
              ByteBuf packet =
                  StunWriter.binding(StunClass.REQUEST, TransactionId.random(random))
                      .username(a.credentials.ufrag() + ":abcd")
                      .integrity(a.credentials.key())
                      .fingerprint()
                      .finish(UnpooledByteBufAllocator.DEFAULT);
              if (alice.engine.onStun(packet, new InetSocketAddress("198.51.100.7", 2000 + i))) {
                taken.add(i);
              }
              packet.release();
            }
          });
      assertThat(taken).hasSize(CheckPort.MAX_LEARNED);
    }
  }

  private static ByteBuf forged(int i, String ufrag, Random random) {
    StunClass messageClass = StunClass.values()[i % StunClass.values().length];
    StunWriter writer = StunWriter.binding(messageClass, TransactionId.random(random));
    if (i % 3 != 0) {
      writer.username(ufrag + ":abcd");
    }
    if (i % 2 == 0) {
      writer.integrity("the wrong password of them all".getBytes(StandardCharsets.US_ASCII));
    }
    return writer.fingerprint().finish(UnpooledByteBufAllocator.DEFAULT);
  }

  @Test
  void twoHundredAttemptsLeaveNoThreads() {
    try (NatNetwork network = new NatNetwork(0)) {
      Host alice = network.host(Nat.NONE);
      for (int i = 0; i < 200; i++) {
        Side side = Side.start(alice, IceRole.CONTROLLING, alice.locals());
        await().pollInterval(Duration.ofMillis(1)).atMost(LONG).until(side::isReady);
        side.onLoop(side.attempt::close);
      }
      await().atMost(LONG).until(() -> alice.engine.inFlight() == 0);
      assertThat(((Ice4jEngine) alice.engine).demultiplexer().size()).isZero();
      await()
          .atMost(LONG)
          .untilAsserted(
              () ->
                  assertThat(Thread.getAllStackTraces().keySet())
                      .noneMatch(thread -> thread.getName().startsWith("IceConnector@")));
    }
  }
}
