package dev.parley.nat.path;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A path switch between a network and a user that are both played by the test, in virtual time.
 *
 * <p>A flow's datagrams are {@code form, id, filler…}; the form {@link #OPENING} may begin a flow.
 * Every buffer comes from one allocator, so that one that is not released shows.
 */
final class SwitchHarness implements AutoCloseable {
  static final PeerKey PEER = new PeerKey(11, 12, 13, 14);
  static final PeerKey OTHER = new PeerKey(21, 22, 23, 24);
  static final int ORDINARY = 0x40;
  static final int OPENING = 0xc0;
  static final long MS = 1_000_000;

  record Sent(@Nullable InetSocketAddress to, byte[] bytes) {
    boolean isProbe() {
      return bytes[0] == Probe.MAGIC;
    }
  }

  final Ids ids = new Ids();
  final List<String> switches = new ArrayList<>();
  final List<Long> forgotten = new ArrayList<>();
  final List<Integer> stun = new ArrayList<>();
  final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
  final MemoryCarrier relay = new MemoryCarrier();
  final PathSwitch paths;
  final EmbeddedChannel channel;
  int verifications;
  long now = 1_000_000_000_000L;

  SwitchHarness() {
    paths = new PathSwitch(ids, new Signer(), new Listener(), () -> now, new Random(3));
    paths.onStun((from, packet) -> stun.add(packet.readableBytes()));
    channel = new EmbeddedChannel();
    channel.freezeTime();
    channel.config().setAllocator(memory);
    channel.pipeline().addLast(paths);
  }

  void advance(long nanos) {
    now += nanos;
    channel.advanceTimeBy(nanos, TimeUnit.NANOSECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  static InetSocketAddress address(int number) {
    return new InetSocketAddress("198.51.100." + (number & 0xff), 5000 + number);
  }

  static byte[] datagram(int form, int id, int size) {
    byte[] bytes = new byte[size];
    bytes[0] = (byte) form;
    bytes[1] = (byte) (id >> 16);
    bytes[2] = (byte) (id >> 8);
    bytes[3] = (byte) id;
    return bytes;
  }

  private ByteBuf buffer(byte[] bytes) {
    return memory.buffer(bytes.length).writeBytes(bytes);
  }

  void receive(InetSocketAddress from, byte[] bytes) {
    channel.writeInbound(new DatagramPacket(buffer(bytes), PathSwitch.LOCAL, from));
  }

  void receiveRelayed(PeerKey from, byte[] bytes) {
    paths.onRelayed(relay, from, buffer(bytes));
    channel.runPendingTasks();
  }

  /** What the user has got since the last call: the flows' addresses. */
  List<InetSocketAddress> delivered() {
    List<InetSocketAddress> flows = new ArrayList<>();
    for (DatagramPacket p = channel.readInbound(); p != null; p = channel.readInbound()) {
      flows.add(p.sender());
      p.release();
    }
    return flows;
  }

  void write(Flow flow, byte[] bytes) {
    channel.writeOutbound(new DatagramPacket(buffer(bytes), flow.address()));
  }

  void writeSegmented(Flow flow, byte[] bytes, int segment) {
    channel.writeOutbound(
        new io.netty.channel.unix.SegmentedDatagramPacket(buffer(bytes), segment, flow.address()));
  }

  /** What has gone out since the last call, straight and over the relay. */
  List<Sent> sent() {
    List<Sent> all = new ArrayList<>();
    for (DatagramPacket p = channel.readOutbound(); p != null; p = channel.readOutbound()) {
      all.add(new Sent(p.recipient(), bytesOf(p.content())));
      p.release();
    }
    all.addAll(relay.sent);
    relay.sent.clear();
    return all;
  }

  /** The same without probes: null stands for the relay. */
  List<@Nullable InetSocketAddress> targets() {
    List<@Nullable InetSocketAddress> targets = new ArrayList<>();
    sent().stream().filter(s -> !s.isProbe()).forEach(s -> targets.add(s.to()));
    return targets;
  }

  /** A flow of ours to that peer whose handshake was answered from this address. */
  Flow connected(PeerKey peer, InetSocketAddress at, int id) {
    Flow flow = paths.dial(peer, List.of(at), List.of(relay));
    write(flow, datagram(OPENING, id, 1200));
    receive(at, datagram(ORDINARY, id, 60));
    paths.name(flow, peer);
    delivered();
    return flow;
  }

  Peer authorize(PeerKey peer, long localTag) {
    byte[] ours = new byte[ProbeKeys.SECRET_BYTES];
    byte[] theirs = new byte[ProbeKeys.SECRET_BYTES];
    Arrays.fill(theirs, (byte) localTag);
    paths.reserve(localTag);
    paths.authorize(peer, ProbeKeys.derive(ours, theirs, localTag, -localTag));
    return new Peer(ProbeKeys.derive(theirs, ours, -localTag, localTag));
  }

  /** The other end of a link. */
  final class Peer {
    final ProbeKeys keys;
    private final Random random = new Random(9);

    Peer(ProbeKeys keys) {
      this.keys = keys;
    }

    byte[] request(int size) {
      return encode(new Probe(Probe.REQUEST, keys.remoteTag(), keys.nextTransaction(random)), size);
    }

    byte[] encode(Probe probe, int size) {
      ByteBuf out = probe.encode(memory, size, keys);
      byte[] bytes = bytesOf(out);
      out.release();
      return bytes;
    }

    byte[] answerTo(byte[] request) {
      long transaction = java.nio.ByteBuffer.wrap(request).getLong(10);
      return encode(new Probe(Probe.ANSWER, keys.remoteTag(), transaction), request.length);
    }

    /** Answers all probes that have gone to one of these addresses, from there. */
    void answer(InetSocketAddress... reachable) {
      for (Sent sent : sent()) {
        if (sent.isProbe() && sent.bytes()[1] == Probe.REQUEST) {
          if (sent.to() == null) {
            receiveRelayed(PEER, answerTo(sent.bytes()));
          } else if (List.of(reachable).contains(sent.to())) {
            receive(sent.to(), answerTo(sent.bytes()));
          }
        }
      }
    }
  }

  static byte[] bytesOf(ByteBuf content) {
    byte[] bytes = new byte[content.readableBytes()];
    content.getBytes(content.readerIndex(), bytes);
    return bytes;
  }

  long dropped(Drop reason) {
    return paths.drops().of(reason);
  }

  @Override
  public void close() {
    sent();
    delivered();
    channel.finishAndReleaseAll();
    assertThat(memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory())
        .as("bytes in buffers that nobody has released")
        .isZero();
  }

  /** Knows flows by the three bytes behind the form. */
  static final class Ids implements FlowLookup {
    final Map<Integer, Flow> flows = new HashMap<>();

    private static int idOf(ByteBuf datagram) {
      return datagram.getUnsignedMedium(datagram.readerIndex() + 1);
    }

    @Override
    public @Nullable Flow find(ByteBuf datagram) {
      return datagram.readableBytes() < 4 ? null : flows.get(idOf(datagram));
    }

    @Override
    public boolean mayOpen(ByteBuf datagram) {
      return datagram.getUnsignedByte(datagram.readerIndex()) == OPENING;
    }

    @Override
    public void opened(ByteBuf datagram, Flow flow) {
      flows.put(idOf(datagram), flow);
    }

    @Override
    public void sending(ByteBuf datagram, Flow flow) {
      flows.putIfAbsent(idOf(datagram), flow);
    }

    @Override
    public void closed(Flow flow) {
      flows.values().removeIf(f -> f == flow);
    }
  }

  /** Keeps what it is given to send. */
  static final class MemoryCarrier implements RelayCarrier {
    final Queue<Sent> sent = new ArrayDeque<>();
    boolean connected = true;

    @Override
    public String name() {
      return "relay.example:443";
    }

    @Override
    public boolean send(PeerKey target, ByteBuf datagram) {
      if (connected) {
        sent.add(new Sent(null, bytesOf(datagram)));
      }
      datagram.release();
      return connected;
    }

    @Override
    public boolean isConnected() {
      return connected;
    }
  }

  /** A signature is the signer's key twice; enough to tell a forger. */
  final class Signer implements NoticeSigner {
    @Override
    public byte[] sign(byte[] statement) {
      return signatureOf(OTHER);
    }

    @Override
    public boolean verify(PeerKey signer, byte[] statement, byte[] signature) {
      verifications++;
      return Arrays.equals(signature, signatureOf(signer));
    }
  }

  static byte[] signatureOf(PeerKey signer) {
    byte[] twice = Arrays.copyOf(signer.toByteArray(), Probe.SIGNATURE_BYTES);
    System.arraycopy(signer.toByteArray(), 0, twice, PeerKey.BYTES, PeerKey.BYTES);
    return twice;
  }

  private final class Listener implements PathListener {
    @Override
    public void onSwitched(PeerKey peer, PathReport report, String reason) {
      switches.add(report.remote());
    }

    @Override
    public void onForgotten(PeerKey peer, long localTag) {
      forgotten.add(localTag);
    }
  }
}
