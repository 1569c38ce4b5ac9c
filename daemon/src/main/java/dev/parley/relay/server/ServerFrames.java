package dev.parley.relay.server;

import com.google.protobuf.ByteString;
import dev.parley.nat.PeerKey;
import dev.parley.relay.RelayProof;
import dev.parley.relay.RelayWire;
import dev.parley.relay.v1.Challenge;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.MailNotice;
import dev.parley.relay.v1.Pong;
import dev.parley.relay.v1.ServerFrame;
import dev.parley.relay.v1.TargetAbsent;
import dev.parley.relay.v1.Welcome;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The control messages that a relay sends. */
final class ServerFrames {
  private ServerFrames() {}

  static ServerFrame challenge(RelayCore core, ByteString nonce) {
    return ServerFrame.newBuilder()
        .setChallenge(
            Challenge.newBuilder()
                .setMinVersion(RelayWire.VERSION)
                .setMaxVersion(RelayWire.VERSION)
                .setRelayId(core.identity.id().key())
                .setNonce(nonce))
        .build();
  }

  static ServerFrame welcome(
      RelayCore core, RelayProof proof, @Nullable InetSocketAddress observed) {
    Welcome.Builder welcome =
        Welcome.newBuilder()
            .setSignature(proof.signAsRelay(core.identity))
            .setStunPort(core.stunPort())
            .setStunHost(core.stunHost())
            .setRendezvous(observed != null)
            .setMaxDatagramBytes(core.limits().maxDatagramBytes())
            .setBytesPerSecond(core.limits().bytesPerSecondPerClient());
    MailService mail = core.mail();
    if (mail != null) {
      welcome.setMailLifetimeSeconds((int) mail.lifetimeSeconds());
    }
    if (observed != null) {
      welcome
          .setObservedIp(ByteString.copyFrom(observed.getAddress().getAddress()))
          .setObservedPort(observed.getPort());
    }
    return ServerFrame.newBuilder().setWelcome(welcome).build();
  }

  static ServerFrame targetAbsent(PeerKey target) {
    return ServerFrame.newBuilder()
        .setTargetAbsent(
            TargetAbsent.newBuilder().setPeerId(ByteString.copyFrom(target.toByteArray())))
        .build();
  }

  static ServerFrame mailNotice() {
    return ServerFrame.newBuilder().setMailNotice(MailNotice.getDefaultInstance()).build();
  }

  static ServerFrame pong(long token) {
    return ServerFrame.newBuilder().setPong(Pong.newBuilder().setToken(token)).build();
  }

  static ServerFrame goAway(GoAway.Reason reason, String detail, Duration retryAfter) {
    return ServerFrame.newBuilder()
        .setGoAway(
            GoAway.newBuilder()
                .setReason(reason)
                .setDetail(detail)
                .setRetryAfterMillis((int) retryAfter.toMillis()))
        .build();
  }
}
