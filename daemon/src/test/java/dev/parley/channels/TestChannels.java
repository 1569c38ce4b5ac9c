package dev.parley.channels;

import dev.parley.config.NodeConfig.ChannelLimits;
import dev.parley.link.ByteNetwork;
import dev.parley.link.StreamEnd;
import dev.parley.proto.id.PeerId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Two nodes with channels on a network in memory, and programs that note what they hear. */
final class TestChannels implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(60);
  static final PeerId ALICE = ByteNetwork.peer(1);
  static final PeerId BOB = ByteNetwork.peer(2);
  static final ServiceName WEB = new ServiceName("web");

  final ByteNetwork network = new ByteNetwork(new Random(5));
  final AtomicLong nanos = new AtomicLong();
  final Set<PeerId> contactsOfBob = ConcurrentHashMap.newKeySet();
  final ByteNetwork.Node aliceLinks = network.join(ALICE);
  final ByteNetwork.Node bobLinks = network.join(BOB);
  final ChannelEngine alice;
  final ChannelEngine bob;

  TestChannels() {
    this(ChannelLimits.DEFAULT, ChannelLimits.DEFAULT);
  }

  TestChannels(ChannelLimits ofAlice, ChannelLimits ofBob) {
    ChannelEngine.Environment environment =
        new ChannelEngine.Environment(network.thread(), nanos::get);
    contactsOfBob.add(ALICE);
    alice =
        ChannelEngine.start(
            aliceLinks, new ChannelEngine.Rules(ofAlice, peer -> true), environment);
    bob =
        ChannelEngine.start(
            bobLinks, new ChannelEngine.Rules(ofBob, contactsOfBob::contains), environment);
  }

  CompletableFuture<StreamChannel> open() {
    return alice.open(BOB, WEB, LONG);
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    network.close();
  }

  /** Accepts everything, and keeps it. */
  static final class Accepting implements ChannelListener {
    final List<StreamChannel> streams = new CopyOnWriteArrayList<>();
    final List<DatagramChannel> datagrams = new CopyOnWriteArrayList<>();

    @Override
    public void onStream(PeerId peer, Opening<StreamChannel> opening) {
      streams.add(opening.accept());
    }

    @Override
    public void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
      datagrams.add(opening.accept());
    }
  }

  /** Answers when the test does. */
  static final class Holding implements ChannelListener {
    final List<Opening<StreamChannel>> streams = new CopyOnWriteArrayList<>();

    @Override
    public void onStream(PeerId peer, Opening<StreamChannel> opening) {
      streams.add(opening);
    }
  }

  /** What one end of a channel hears. */
  static final class Heard implements StreamChannel.Handler, DatagramChannel.Handler {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final List<String> datagrams = new CopyOnWriteArrayList<>();
    final CompletableFuture<Void> end = new CompletableFuture<>();
    final CompletableFuture<StreamEnd> closed = new CompletableFuture<>();

    @Override
    public synchronized void onBytes(ByteBuffer piece) {
      while (piece.hasRemaining()) {
        bytes.write(piece.get());
      }
    }

    synchronized String text() {
      return bytes.toString(StandardCharsets.UTF_8);
    }

    synchronized int size() {
      return bytes.size();
    }

    @Override
    public void onDatagram(ByteBuffer datagram) {
      datagrams.add(StandardCharsets.UTF_8.decode(datagram).toString());
    }

    @Override
    public void onEnd() {
      end.complete(null);
    }

    @Override
    public void onClosed(StreamEnd how) {
      if (!closed.complete(how)) {
        throw new AssertionError("closed twice");
      }
    }
  }
}
