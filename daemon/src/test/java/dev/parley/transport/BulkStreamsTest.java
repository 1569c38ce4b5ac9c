package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.StreamEnd;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.PathKind;
import dev.parley.transport.TransportFixture.Endpoint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("UnstableApiUsage")
class BulkStreamsTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final TransportFixture fixture = new TransportFixture();
  private final Queue<End> accepted = new ConcurrentLinkedQueue<>();
  private Endpoint alice;
  private Endpoint bob;

  /** One end of a stream, and all that was heard of it. */
  private static class End implements ByteStreamHandler {
    final Hasher hasher = Hashing.sha256().newHasher();
    final StringBuffer text = new StringBuffer();
    volatile ByteStream stream;
    volatile long received;
    volatile boolean peerEnded;
    volatile @Nullable StreamEnd closed;
    volatile int woken;

    @Override
    public void onBytes(ByteBuffer bytes) {
      if (received < 1_000) {
        text.append(StandardCharsets.UTF_8.decode(bytes.duplicate()));
      }
      received += bytes.remaining();
      hasher.putBytes(bytes);
    }

    @Override
    public void onWritable() {
      woken++;
    }

    @Override
    public void onEnd() {
      peerEnded = true;
    }

    @Override
    public void onClosed(StreamEnd how) {
      assertThat(closed).isNull();
      closed = how;
    }
  }

  @BeforeEach
  void connect() throws Exception {
    alice = fixture.endpoint();
    bob = fixture.endpoint();
    accept(bob);
    accept(alice);
    alice.onLoop(() -> alice.transport.know(peer -> true));
    bob.onLoop(() -> bob.transport.know(peer -> true));
    alice.knowsRelayOf(bob);
    alice.transport.want(bob.id());
    await().atMost(LONG).until(() -> alice.link(bob) != null && bob.link(alice) != null);
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  private void accept(Endpoint endpoint) {
    endpoint.transport.accept(
        ByteStreamKind.CHANNEL,
        stream -> {
          End end = new End();
          end.stream = stream;
          accepted.add(end);
          return end;
        });
  }

  private End open(Endpoint from, Endpoint to) {
    End end = new End();
    end.stream = from.link(to).open(ByteStreamKind.CHANNEL, end);
    return end;
  }

  private End accepted() {
    await().atMost(LONG).until(() -> !accepted.isEmpty());
    return accepted.remove();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private void goDirect() throws Exception {
    alice.offer(bob, bob.address());
    PeerKey key = PeerKey.of(bob.id().toByteArray());
    await()
        .atMost(LONG)
        .until(
            () ->
                alice.transport.paths().current(key).stream()
                    .anyMatch(path -> path.kind() == PathKind.DIRECT));
  }

  @Test
  void eachDirectionEndsOnItsOwn() {
    End one = open(alice, bob);
    one.stream.write(bytes("hello "));
    one.stream.write(bytes("bob"));
    one.stream.end();
    End other = accepted();
    await().atMost(LONG).until(() -> other.peerEnded);
    assertThat(other.text).hasToString("hello bob");
    assertThat(other.closed).isNull();

    other.stream.write(bytes("hello alice"));
    other.stream.end();

    await().atMost(LONG).until(() -> one.closed != null && other.closed != null);
    assertThat(one.text).hasToString("hello alice");
    assertThat(one.closed).isEqualTo(new StreamEnd.Complete());
    assertThat(other.closed).isEqualTo(new StreamEnd.Complete());
    assertThat(other.stream.peer()).isEqualTo(alice.id());
  }

  @Test
  void aResetReachesTheOtherSideWithItsReason() {
    End one = open(alice, bob);
    one.stream.write(bytes("x"));
    End other = accepted();
    other.stream.reset(4711);
    await().atMost(LONG).until(() -> one.closed != null && other.closed != null);
    assertThat(one.closed).isEqualTo(new StreamEnd.Reset(4711, true));
    assertThat(other.closed).isEqualTo(new StreamEnd.Reset(4711, false));
  }

  @Test
  void aResetIsHeardByWhoDoesNotReadAndOnlyWrites() {
    End one = open(alice, bob);
    one.stream.setReading(false);
    one.stream.write(bytes("x"));
    End other = accepted();
    other.stream.reset(99);
    await()
        .atMost(LONG)
        .until(
            () -> {
              one.stream.write(bytes("more"));
              return one.closed != null;
            });
    assertThat(one.closed).isEqualTo(new StreamEnd.Reset(99, true));
  }

  @Test
  void whoeverDoesNotReadHoldsTheWriterBack() {
    End one = open(alice, bob);
    one.stream.write(bytes("x"));
    End other = accepted();
    await().atMost(LONG).until(() -> other.received == 1);
    other.stream.setReading(false);
    long written = 1;
    byte[] block = new byte[64 * 1024];
    while (written < 64 << 20) {
      if (!one.stream.isWritable()) {
        long before = other.received;
        int woken = one.woken;
        await().pollDelay(Duration.ofMillis(200)).atMost(LONG).until(() -> true);
        if (!one.stream.isWritable() && other.received == before && one.woken == woken) {
          break;
        }
        continue;
      }
      one.stream.write(ByteBuffer.wrap(block));
      written += block.length;
    }
    assertThat(written).isBetween(1L << 20, 16L << 20);
    assertThat(other.received).isLessThan(1 << 20);

    other.stream.setReading(true);
    one.stream.end();
    long all = written;
    await().atMost(LONG).until(() -> other.peerEnded);
    assertThat(other.received).isEqualTo(all);
    assertThat(one.woken).isPositive();
  }

  @Test
  void whenThePathGetsBetterABusyStreamMovesAndNothingIsLost() throws Exception {
    End one = open(alice, bob);
    one.stream.write(bytes("x"));
    End other = accepted();
    Hasher sent = Hashing.sha256().newHasher().putBytes(bytes("x"));
    Hasher back = Hashing.sha256().newHasher();
    Random random = new Random(5);
    PeerKey key = PeerKey.of(bob.id().toByteArray());
    goDirect();
    for (int round = 0; round < 60; round++) {
      PathKind kind = round % 2 == 0 ? PathKind.RELAY : PathKind.DIRECT;
      alice.onLoop(() -> alice.transport.paths().pin(key, kind));
      int pieces = 1 + random.nextInt(40);
      for (int i = 0; i < pieces; i++) {
        byte[] piece = new byte[1 + random.nextInt(40_000)];
        random.nextBytes(piece);
        sent.putBytes(piece);
        one.stream.write(ByteBuffer.wrap(piece));
        back.putBytes(piece);
        other.stream.write(ByteBuffer.wrap(piece));
      }
      if (round % 5 == 4) {
        alice.onLoop(() -> alice.transport.bulk().of(bob.id()).refresh());
      }
      if (round % 7 == 6) {
        bob.onLoop(() -> bob.transport.bulk().of(alice.id()).refresh());
      }
      await().atMost(LONG).until(() -> one.stream.isWritable() && other.stream.isWritable());
    }
    one.stream.end();
    other.stream.end();

    await().atMost(LONG).until(() -> one.closed != null && other.closed != null);
    assertThat(one.closed).isEqualTo(new StreamEnd.Complete());
    assertThat(other.hasher.hash()).isEqualTo(sent.hash());
    assertThat(one.hasher.hash()).isEqualTo(back.hash());
    assertThat(alice.transport.bulk().of(bob.id()).connectionsMade()).isGreaterThan(3);
  }

  @Test
  void aStreamIsLostWithItsLinkAndANewOneOpensOnTheNext() throws Exception {
    End one = open(alice, bob);
    one.stream.write(bytes("x"));
    End other = accepted();
    bob.kill();
    Endpoint reborn = fixture.endpoint(bob.identity, 0);
    accept(reborn);
    alice.knowsRelayOf(reborn);

    await().atMost(LONG).until(() -> one.closed instanceof StreamEnd.Lost);
    await().atMost(LONG).until(() -> alice.link(reborn) != null);
    open(alice, reborn).stream.write(bytes("again"));
    End again = accepted();
    await().atMost(LONG).until(() -> again.text.toString().equals("again"));
    assertThat(other).isNotSameAs(again);
  }

  @Test
  void aConnectionWithoutStreamsRetiresAndTheNextStreamOpensAnother() throws Exception {
    End one = open(alice, bob);
    one.stream.end();
    End other = accepted();
    other.stream.end();
    await().atMost(LONG).until(() -> one.closed != null);
    long later = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
    await()
        .atMost(LONG)
        .until(
            () -> {
              alice.onLoop(() -> alice.transport.bulk().tick(later));
              return alice.transport.bulk().of(bob.id()).connections() == 0
                  && bob.transport.bulk().of(alice.id()).connections() == 0;
            });

    End next = open(bob, alice);
    next.stream.write(bytes("y"));
    End there = accepted();
    await().atMost(LONG).until(() -> there.text.toString().equals("y"));
  }

  @Test
  void aThousandStreamsAtATimeAreNoTrouble() {
    List<End> ours = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      End end = open(alice, bob);
      end.stream.write(bytes("n" + i));
      ours.add(end);
    }
    await().atMost(LONG).until(() -> accepted.size() == 1_000);
    accepted.forEach(end -> end.stream.write(bytes("ok")));
    await().atMost(LONG).until(() -> ours.stream().allMatch(end -> end.received == 2));
    ours.forEach(end -> end.stream.end());
    accepted.forEach(end -> end.stream.end());
    await().atMost(LONG).until(() -> ours.stream().allMatch(end -> end.closed != null));
  }

  @Test
  void datagramsArriveAndAreBoundedInSize() {
    Queue<String> heard = new ConcurrentLinkedQueue<>();
    bob.transport.receive(
        (peer, datagram) -> heard.add(StandardCharsets.UTF_8.decode(datagram).toString()));
    int most = alice.link(bob).maxDatagramBytes();
    assertThatThrownBy(() -> alice.link(bob).sendDatagram(ByteBuffer.allocate(most + 1)))
        .isInstanceOf(IllegalArgumentException.class);
    String large = "x".repeat(most);
    await()
        .atMost(LONG)
        .until(
            () -> {
              alice.link(bob).sendDatagram(bytes("small"));
              alice.link(bob).sendDatagram(bytes(large));
              return heard.contains("small") && heard.contains(large);
            });
  }
}
