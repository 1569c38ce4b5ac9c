package dev.parley.transport;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Hollow;
import dev.parley.fuzz.Input;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import dev.parley.nat.path.Flow;
import dev.parley.nat.path.NoticeSigner;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathSwitch;
import dev.parley.nat.path.ProbeFuzz;
import dev.parley.nat.path.ProbeKeys;
import dev.parley.peer.v1.ControlFrame;
import dev.parley.peer.v1.Goodbye;
import dev.parley.peer.v1.Hello;
import dev.parley.peer.v1.Ping;
import dev.parley.peer.v1.StreamHeader;
import dev.parley.peer.v1.StreamKind;
import dev.parley.proto.id.PeerId;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.quic.QuicChannel;
import java.lang.reflect.Method;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/** The UDP port, streams that a peer opens, and the frames of its control stream. */
public final class TransportFuzz {
  private static final PeerKey PEER = new PeerKey(1, 2, 3, 4);
  private static final int MIN_INITIAL_BYTES = 1_200;
  private static final byte[] NO_SECRET = new byte[ProbeKeys.SECRET_BYTES];

  private TransportFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] initial = longHeader(0xc0, MIN_INITIAL_BYTES);
    byte[] header =
        StreamHeader.newBuilder().setKind(StreamKind.STREAM_KIND_MESSAGES).build().toByteArray();
    byte[] probe = new byte[128];
    probe[0] = 5;
    probe[1] = 1;
    probe[9] = 7;
    Hello hello =
        Hello.newBuilder()
            .setVersion(ControlStream.VERSION)
            .setSoftware("parley/x")
            .setPathSecret(ByteString.copyFrom(NO_SECRET))
            .setProbeTag(ByteString.copyFrom(new byte[8]))
            .build();
    return List.of(
        FuzzTarget.of("udp-port", TransportFuzz::datagrams, ConnectionIds.class, PathSwitch.class)
            .covering(ProbeFuzz.BEHIND_THE_PORT)
            .seeds(
                Input.ofPieces(
                    chosen(0, initial), chosen(1, longHeader(0xe0, 60)), chosen(0, probe)),
                Input.ofPieces(chosen(2, longHeader(0x40, 60)), chosen(3, initial)))
            .allocating(4 << 20, 256),
        FuzzTarget.of("stream-header", TransportFuzz::streamHeader, IncomingStream.class)
            .seeds(new byte[] {2, 8, 2, 1, 2, 3}, new byte[] {0}, new byte[] {2, 8, 9})
            .seeds(header)
            // A channel of Netty's for every run, and a list for every byte of a header.
            .allocating(2 << 20, 64),
        FuzzTarget.of("bulk-chunks", TransportFuzz::chunks, ChunkReader.class, ByteLeg.class)
            .seeds(
                new byte[] {0, 0, 0, 2, 5, 6, 1, 0, 0, 0},
                new byte[] {0, 0, 0, 1, 5, 2, 0, 0, 4, 0, 0, 0, 2},
                new byte[] {0, 1, 0, 0}),
        FuzzTarget.of("bulk-datagram", TransportFuzz::bulkDatagrams, BulkConnection.class)
            .covering(List.of(Connection.class))
            .seeds(new byte[] {0}, new byte[] {1}, new byte[] {2}),
        FuzzTarget.of("control-frame", TransportFuzz::controlFrames, ControlStream.class)
            .seeds(
                Input.ofPieces(
                    ControlFrame.newBuilder().setHello(hello).build().toByteArray(),
                    ControlFrame.newBuilder()
                        .setPing(Ping.newBuilder().setToken(5))
                        .build()
                        .toByteArray(),
                    ControlFrame.newBuilder()
                        .setGoodbye(
                            Goodbye.newBuilder().setReason(Goodbye.Reason.BLOCKED).setDetail("x"))
                        .build()
                        .toByteArray())));
  }

  private static byte[] chosen(int first, byte[] datagram) {
    return FuzzTarget.behind(first, datagram)[0];
  }

  /** RFC 8999 §5.1. */
  private static byte[] longHeader(int first, int size) {
    byte[] out = new byte[size];
    out[0] = (byte) first;
    out[4] = 1;
    out[5] = 8;
    Arrays.fill(out, 6, 14, (byte) 9);
    out[14] = 16;
    return out;
  }

  /** Each piece is a datagram behind a byte that says from where. */
  private static void datagrams(byte[] input) {
    ConnectionIds ids = new ConnectionIds();
    NoticeSigner signer =
        Hollow.of(
            NoticeSigner.class,
            (method, a) -> method.getName().equals("sign") ? new byte[64] : null);
    PathSwitch paths = new PathSwitch(ids, signer, new PathListener() {}, () -> 0, () -> 7);
    RelayCarrier relay = Hollow.of(RelayCarrier.class, TransportFuzz::relay);
    try (Buffers buffers = new Buffers()) {
      EmbeddedChannel channel = buffers.channel();
      channel.pipeline().addLast(paths);
      Flow dialled = paths.dial(PEER, List.of(source(0)), List.of(relay));
      paths.name(dialled, PEER);
      paths.authorize(PEER, ProbeKeys.derive(NO_SECRET, new byte[32], 7, 8));
      for (Input in = new Input(input); in.hasMore(); ) {
        Input piece = new Input(in.piece());
        int from = piece.number();
        ByteBuf datagram = buffers.of(padded(piece.yes(), piece.rest()));
        if (from % 4 == 3) {
          paths.onRelayed(relay, new PeerKey(0, 0, 0, from), datagram);
        } else {
          channel.writeInbound(new DatagramPacket(datagram, source(9), source(from)));
        }
        Buffers.drain(channel);
      }
      assertThat(paths.held().peers()).isEqualTo(1);
      assertThat(paths.held().strangers()).isLessThanOrEqualTo(512);
      assertThat(ids.size()).isLessThanOrEqualTo(8 * paths.held().flows());
    }
  }

  /** An Initial packet has a size that the fuzzer would long look for. */
  private static byte[] padded(boolean pad, byte[] datagram) {
    return pad ? Arrays.copyOf(datagram, Math.max(datagram.length, MIN_INITIAL_BYTES)) : datagram;
  }

  private static Object relay(Method method, Object[] arguments) {
    if (method.getName().equals("send")) {
      ((ByteBuf) arguments[1]).release();
    }
    return method.getName().equals("isConnected") ? true : null;
  }

  private static InetSocketAddress source(int number) {
    return new InetSocketAddress("198.51.100." + number % 16, 5_000);
  }

  /** With a peer that has dialled us. */
  private static Connection connection(Buffers buffers, LongAdder hostile) {
    PathSwitch paths =
        new PathSwitch(
            new ConnectionIds(),
            Hollow.of(NoticeSigner.class),
            new PathListener() {},
            () -> 0,
            () -> 7);
    PeerId peer = PeerId.of(PEER.toByteArray());
    TransportContext context =
        Hollow.of(
            TransportContext.class,
            (method, a) ->
                switch (method.getName()) {
                  case "self" -> PeerId.of(new byte[PeerId.BYTES]);
                  case "keyOf" -> PEER;
                  case "paths" -> paths;
                  case "nanoTime" -> (LongSupplier) () -> 0;
                  case "random" -> (RandomGenerator) () -> 7;
                  case "instance" -> ByteString.EMPTY;
                  case "ownRecord" -> dev.parley.peer.v1.SignedRecord.getDefaultInstance();
                  case "datagramReceiver" -> (dev.parley.link.DatagramReceiver) (from, bytes) -> {};
                  case "counters" -> new TransportContext.Counters(hostile, new LongAdder());
                  default -> null;
                });
    EmbeddedChannel port = buffers.channel();
    port.pipeline().addLast(paths);
    ByteBuf initial = buffers.of(longHeader(0xc0, MIN_INITIAL_BYTES));
    port.writeInbound(new DatagramPacket(initial, source(9), source(0)));
    DatagramPacket begun = port.readInbound();
    Flow flow = Objects.requireNonNull(paths.flowAt(begun.sender()));
    begun.release();
    paths.name(flow, PEER);
    return new Connection(Hollow.of(QuicChannel.class), flow, peer, context);
  }

  private static void streamHeader(byte[] input) {
    LongAdder hostile = new LongAdder();
    try (Buffers buffers = new Buffers()) {
      Connection connection = connection(buffers, hostile);
      EmbeddedChannel stream = buffers.channel();
      stream.pipeline().addLast(new IncomingStream(connection));
      int reads = 0;
      for (int at = 0; at < input.length && stream.isOpen(); at += 3) {
        reads++;
        stream.writeInbound(
            buffers.of(Arrays.copyOfRange(input, at, Math.min(at + 3, input.length))));
      }
      Buffers.drain(stream);
      assertThat(hostile.sum()).isLessThanOrEqualTo(reads);
    }
  }

  /** However they are cut, the chunks say the same, and no more bytes than came in. */
  private static void chunks(byte[] input) {
    String whole = said(input, input.length);
    assertThat(said(input, 1)).isEqualTo(whole);
    assertThat(said(input, 7)).isEqualTo(whole);
  }

  private static String said(byte[] input, int size) {
    StringBuilder heard = new StringBuilder();
    int[] bytes = new int[1];
    ChunkReader reader = new ChunkReader();
    ChunkReader.Taker taker =
        new ChunkReader.Taker() {
          @Override
          public boolean takesMore() {
            return true;
          }

          @Override
          public void onBytes(java.nio.ByteBuffer part) {
            bytes[0] += part.remaining();
          }

          @Override
          public void onEnd() {
            heard.append("end ");
          }

          @Override
          public void onMoved(int leg) {
            heard.append("moved ").append(leg);
          }
        };
    try {
      for (int at = 0; at < input.length; at += size) {
        int end = Math.min(at + size, input.length);
        reader.read(io.netty.buffer.Unpooled.wrappedBuffer(input, at, end - at), taker);
      }
    } catch (ChunkReader.Malformed e) {
      heard.append("malformed");
    }
    assertThat(bytes[0]).isLessThanOrEqualTo(input.length);
    return heard.append(bytes[0]).toString();
  }

  private static void bulkDatagrams(byte[] input) {
    LongAdder hostile = new LongAdder();
    try (Buffers buffers = new Buffers()) {
      Connection link = connection(buffers, hostile);
      ByteBuf datagram = buffers.of(input);
      link.onDatagram(datagram);
      datagram.release();
    }
  }

  private static void controlFrames(byte[] input) {
    LongAdder hostile = new LongAdder();
    try (Buffers buffers = new Buffers()) {
      ControlStream control = connection(buffers, hostile).control();
      int frames = 0;
      for (Input in = new Input(input); in.hasMore() && hostile.sum() == 0; frames++) {
        control.onFrames(List.of(ByteString.copyFrom(in.piece())));
      }
      assertThat(hostile.sum()).isLessThanOrEqualTo(frames);
      control.onConnectionClosed();
    }
  }
}
