package dev.parley.relay.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.identity.Identity;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.MailFragments;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.Challenge;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.Letter;
import dev.parley.relay.v1.MailNotice;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.Pong;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.ServerFrame;
import dev.parley.relay.v1.TargetAbsent;
import dev.parley.relay.v1.Welcome;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** A relay that means ill: from its first word, or once it has proven its key. */
public final class RelayAnswersFuzz {
  private static final Identity SELF = Identity.ephemeral(new SecureRandom());
  private static final Identity RELAY = Identity.ephemeral(new SecureRandom());
  private static final RelayUrl URL = RelayUrl.parse("127.0.0.1:443#" + RELAY.id());
  private static final ByteString NONCE = ByteString.copyFrom(new byte[RelayWire.NONCE_BYTES]);

  /** The same for every input, because the node's nonce is. */
  private static final ByteString PROOF = proof();

  private RelayAnswersFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] datagram = new byte[RelayWire.DATAGRAM_HEADER_BYTES + 20];
    datagram[0] = RelayWire.RECV;
    byte[] letters =
        MailResponse.newBuilder()
            .setRequestId(1)
            .setStatus(MailResponse.Status.OK)
            .addLetters(Letter.newBuilder().setNumber(1).setSealed(NONCE))
            .build()
            .toByteArray();
    return List.of(
        FuzzTarget.of(
                "relay-answers",
                RelayAnswersFuzz::messages,
                RelayConnection.class,
                RelayWire.class,
                ClientProof.class,
                Greetings.class,
                Goodbyes.class,
                MailExchange.class,
                MailFragments.class)
            .seeds(
                FuzzTarget.behind(0, Input.ofPieces(control(challenge()), control(welcome(PROOF)))))
            .seeds(
                FuzzTarget.behind(
                    1,
                    Input.ofPieces(
                        datagram,
                        control(frame().setPong(Pong.newBuilder().setToken(1)).build()),
                        control(
                            frame()
                                .setTargetAbsent(
                                    TargetAbsent.newBuilder().setPeerId(SELF.id().key()))
                                .build()),
                        control(frame().setMailNotice(MailNotice.getDefaultInstance()).build()),
                        mail(letters),
                        new byte[] {RelayWire.RENDEZVOUS, 10, 2, 8, 7},
                        control(
                            frame()
                                .setGoAway(
                                    GoAway.newBuilder()
                                        .setReason(GoAway.Reason.FULL)
                                        .setRetryAfterMillis(-1))
                                .build()))))
            .seeds(FuzzTarget.behind(3, Input.ofPieces(control(welcome(NONCE)))))
            .allocating(2 << 20, 64));
  }

  private static ServerFrame.Builder frame() {
    return ServerFrame.newBuilder();
  }

  private static byte[] control(ServerFrame frame) {
    ByteBuf message = RelayWire.control(UnpooledByteBufAllocator.DEFAULT, frame);
    try {
      return ByteBufUtil.getBytes(message);
    } finally {
      message.release();
    }
  }

  private static byte[] mail(byte[] message) {
    byte[] fragment = new byte[message.length + 2];
    fragment[0] = RelayWire.MAIL;
    fragment[1] = 1;
    System.arraycopy(message, 0, fragment, 2, message.length);
    return fragment;
  }

  private static ServerFrame challenge() {
    return frame()
        .setChallenge(
            Challenge.newBuilder()
                .setMinVersion(RelayWire.VERSION)
                .setMaxVersion(RelayWire.VERSION)
                .setRelayId(RELAY.id().key())
                .setNonce(NONCE))
        .build();
  }

  private static ServerFrame welcome(ByteString signature) {
    return frame()
        .setWelcome(
            Welcome.newBuilder()
                .setSignature(signature)
                .setObservedIp(ByteString.copyFrom(new byte[] {1, 2, 3, 4}))
                .setObservedPort(9)
                .setStunPort(3_478)
                .setStunHost("stun.example")
                .setMaxDatagramBytes(1_500)
                .setMailLifetimeSeconds(9))
        .build();
  }

  private static ByteString proof() {
    ClientProof node = new ClientProof(URL, SELF, () -> 7);
    ClientProof.Step said = node.onChallenge(challenge().getChallenge());
    ClientFrame answer = ((ClientProof.Step.Say) said).frame();
    return new RelayProof(RELAY.id(), NONCE, SELF.id(), answer.getAnswer().getNonce())
        .signAsRelay(RELAY);
  }

  private static void messages(byte[] input) {
    Input in = new Input(input);
    int mode = in.number();
    Heard heard = new Heard();
    try (Buffers buffers = new Buffers()) {
      EmbeddedChannel channel = buffers.channel();
      RelayConnection connection =
          new RelayConnection(
              URL,
              new RelayEnvironment(
                  SELF, channel.eventLoop(), Runnable::run, () -> 7, Optional.empty()),
              heard);
      channel.pipeline().addLast(connection);
      if ((mode & 1) == 1) {
        receive(channel, buffers, control(challenge()));
      }
      if ((mode & 3) == 1) {
        receive(channel, buffers, control(welcome(PROOF)));
        assertThat(heard.opened).isEqualTo(1);
        var asked = connection.ask(MailRequest.getDefaultInstance());
        assertThat(asked).isNotNull();
      }
      while (in.hasMore() && !connection.isEnded()) {
        receive(channel, buffers, in.piece());
      }
      assertThat(heard.opened).isLessThanOrEqualTo(1);
      assertThat(heard.ended).isEqualTo(connection.isEnded() ? 1 : 0);
      connection.close();
    }
  }

  private static void receive(EmbeddedChannel channel, Buffers buffers, byte[] message) {
    WebSocketFrame frame = new BinaryWebSocketFrame(buffers.of(message));
    channel.writeInbound(frame);
    Buffers.drain(channel);
  }

  private static final class Heard implements RelayConnection.Owner {
    private int opened;
    private int ended;

    @Override
    public void onOpen(RelayGreeting greeting) {
      opened++;
      assertThat(greeting.maxDatagramBytes()).isPositive();
    }

    @Override
    public void onEnded(RelayProblem problem) {
      ended++;
      assertThat(problem.sentence().length()).isLessThan(500);
    }

    @Override
    public void onPong(long token) {}

    @Override
    public void onDatagram(PeerKey source, ByteBuf datagram) {
      datagram.release();
    }

    @Override
    public void onDatagramsComplete() {}

    @Override
    public void onTargetAbsent(PeerKey target) {
      assertThat(PeerId.of(target.toByteArray()).toString()).isNotEmpty();
    }

    @Override
    public void onMail() {}

    @Override
    public void onRendezvous(RendezvousEvent event) {
      assertThat(event.getSerializedSize()).isLessThan(RelayWire.MAX_RENDEZVOUS_BYTES);
    }
  }
}
