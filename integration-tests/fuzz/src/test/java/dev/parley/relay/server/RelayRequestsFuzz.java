package dev.parley.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Hollow;
import dev.parley.fuzz.Input;
import dev.parley.identity.Identity;
import dev.parley.relay.MailFragments;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.mailbox.MailStore;
import dev.parley.relay.mailbox.Mailroom;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.Ping;
import dev.parley.relay.v1.ServerFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;

/** What a relay gets to read: HTTP from anybody, and messages before and after the proof. */
public final class RelayRequestsFuzz {
  private static final Identity RELAY = Identity.ephemeral(new SecureRandom());
  private static final Identity NODE = Identity.ephemeral(new SecureRandom());
  private static final InetSocketAddress FROM = new InetSocketAddress("203.0.113.7", 4_321);
  private static final ByteString NONCE = ByteString.copyFrom(new byte[RelayWire.NONCE_BYTES]);

  private RelayRequestsFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] send = new byte[RelayWire.DATAGRAM_HEADER_BYTES + 20];
    send[0] = RelayWire.SEND;
    byte[] ping = control(ClientFrame.newBuilder().setPing(Ping.newBuilder().setToken(3)).build());
    byte[] open = new byte[] {RelayWire.RENDEZVOUS, 10, 0};
    byte[] frame = new byte[] {RelayWire.RENDEZVOUS, 26, 1, 7};
    byte[] mail = new byte[] {RelayWire.MAIL, 1, 13, 1, 0, 0, 0, 34, 2, 8, 1};
    byte[] answer =
        control(
            ClientFrame.newBuilder()
                .setAnswer(
                    Answer.newBuilder()
                        .setVersion(RelayWire.VERSION)
                        .setPeerId(NODE.id().key())
                        .setNonce(NONCE)
                        .setSignature(ByteString.copyFrom(new byte[64]))
                        .setSoftware("x"))
                .build());
    String upgrade =
        "GET /parley HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + "X-Forwarded-For: 1.2.3.4, 2001:db8::1\r\n\r\n";
    return List.of(
        FuzzTarget.of(
                "relay-http", RelayRequestsFuzz::http, UpgradeHandler.class, ObservedAddress.class)
            .seeds(
                "\0" + upgrade,
                "\1" + upgrade,
                "\0GET / HTTP/1.1\r\n\r\n",
                "\0POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n")
            .allocating(4 << 20, 256),
        FuzzTarget.of(
                "relay-requests",
                RelayRequestsFuzz::messages,
                Session.class,
                RelayWire.class,
                AnswerCheck.class,
                Forwarder.class,
                MailDesk.class,
                MailFragments.class,
                RendezvousDesk.class)
            .seeds(FuzzTarget.behind(0, Input.ofPieces(answer)))
            .seeds(FuzzTarget.behind(1, Input.ofPieces(send, ping, mail, new byte[] {9})))
            .seeds(FuzzTarget.behind(1, Input.ofPieces(open, frame)))
            .allocating(2 << 20, 64));
  }

  private static byte[] control(ClientFrame frame) {
    ByteBuf message = RelayWire.control(UnpooledByteBufAllocator.DEFAULT, frame);
    try {
      return ByteBufUtil.getBytes(message);
    } finally {
      message.release();
    }
  }

  private static RelayCore core(boolean behindProxy) {
    Ticker ticker =
        new Ticker() {
          @Override
          public long read() {
            return 0;
          }
        };
    return new RelayCore(RELAY, Limits.DEFAULT, behindProxy, RelayCore.Timing.DEFAULT, ticker);
  }

  private static EmbeddedChannel channel(Buffers buffers, RelayCore core) {
    EmbeddedChannel channel = buffers.channel();
    HandshakeSlot.take(core.counters.handshakes, channel);
    return channel;
  }

  private static void http(byte[] input) {
    Input in = new Input(input);
    RelayCore core = core(in.yes());
    try (Buffers buffers = new Buffers()) {
      EmbeddedChannel channel = channel(buffers, core);
      channel.pipeline().addLast(new ConnectionInitializer(core, null));
      channel.writeInbound(buffers.of(in.rest()));
      channel.runPendingTasks();
      Buffers.drain(channel);
      assertThat(core.directory.size()).isZero();
    }
    assertThat(core.counters.handshakes.get()).isZero();
  }

  private static void messages(byte[] input) throws InvalidProtocolBufferException {
    Input in = new Input(input);
    RelayCore core = core(false);
    MailRates rates =
        new MailRates(MailboxLimits.DEFAULT.requestsPerAddressPerSecond(), core.ticker);
    Mailroom rooms =
        new Mailroom(Hollow.of(MailStore.class), MailboxLimits.DEFAULT, Clock.systemUTC());
    MailService mail = new MailService(rooms, core.directory, rates);
    // Its thread has all it can take: answers are given at once. Requests have a target of their
    // own.
    mail.close();
    core.setMail(mail);
    try (Buffers buffers = new Buffers()) {
      EmbeddedChannel channel = channel(buffers, core);
      channel.pipeline().addLast("session", new Session(core, FROM));
      if (in.yes()) {
        prove(channel, buffers);
        assertThat(core.directory.size()).isEqualTo(1);
      }
      Buffers.drain(channel);
      while (in.hasMore() && channel.isOpen()) {
        receive(channel, buffers, in.piece());
      }
      assertThat(core.mailBytes.get()).isBetween(0L, (long) MailFragments.MAX_BYTES);
    }
    assertThat(core.directory.size()).isZero();
    assertThat(core.slots.size()).isZero();
    assertThat(core.mailBytes.get()).isZero();
  }

  private static void prove(EmbeddedChannel channel, Buffers buffers)
      throws InvalidProtocolBufferException {
    BinaryWebSocketFrame first = channel.readOutbound();
    ServerFrame challenge = RelayWire.readServerFrame(first.content().skipBytes(1));
    first.release();
    RelayProof proof =
        new RelayProof(RELAY.id(), challenge.getChallenge().getNonce(), NODE.id(), NONCE);
    receive(
        channel,
        buffers,
        control(
            ClientFrame.newBuilder()
                .setAnswer(
                    Answer.newBuilder()
                        .setVersion(RelayWire.VERSION)
                        .setPeerId(NODE.id().key())
                        .setNonce(NONCE)
                        .setSignature(proof.signAsNode(NODE)))
                .build()));
  }

  private static void receive(EmbeddedChannel channel, Buffers buffers, byte[] message) {
    WebSocketFrame frame = new BinaryWebSocketFrame(buffers.of(message));
    channel.writeInbound(frame);
    Buffers.drain(channel);
  }
}
