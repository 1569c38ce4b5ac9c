package dev.parley.control;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.MessageStatus;
import dev.parley.control.v1.Path;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PathTransport;
import dev.parley.control.v1.SendRequest;
import dev.parley.link.LinkPath;
import dev.parley.messaging.OutgoingMessage;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.Optional;

/** Values of several services, as the control API writes them. */
final class Wire {
  private Wire() {}

  static Path path(LinkPath path) {
    return Path.newBuilder()
        .setKind(kind(path.kind()))
        .setTransport(
            switch (path.transport()) {
              case UDP -> PathTransport.PATH_TRANSPORT_UDP;
              case TCP -> PathTransport.PATH_TRANSPORT_TCP;
            })
        .setRemote(path.remote())
        .setRttMicros(path.rtt().map(Wire::micros).orElse(0L))
        .build();
  }

  static PathKind kind(LinkPath.Kind kind) {
    return switch (kind) {
      case DIRECT -> PathKind.PATH_KIND_DIRECT;
      case RELAY -> PathKind.PATH_KIND_RELAY;
      case TURN -> PathKind.PATH_KIND_TURN;
    };
  }

  /** Empty when unspecified, or unknown to this version. */
  static Optional<LinkPath.Kind> kind(PathKind kind) {
    return switch (kind) {
      case PATH_KIND_DIRECT -> Optional.of(LinkPath.Kind.DIRECT);
      case PATH_KIND_RELAY -> Optional.of(LinkPath.Kind.RELAY);
      case PATH_KIND_TURN -> Optional.of(LinkPath.Kind.TURN);
      case PATH_KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  static MessageState state(dev.parley.messaging.MessageState state) {
    return switch (state) {
      case QUEUED -> MessageState.MESSAGE_STATE_QUEUED;
      case SENT -> MessageState.MESSAGE_STATE_SENT;
      case DELIVERED -> MessageState.MESSAGE_STATE_DELIVERED;
      case READ -> MessageState.MESSAGE_STATE_READ;
      case EXPIRED -> MessageState.MESSAGE_STATE_EXPIRED;
      case FAILED -> MessageState.MESSAGE_STATE_FAILED;
    };
  }

  static OutgoingMessage outgoing(SendRequest request, PeerId to) {
    String type = request.getContentType();
    // An unsigned field: what reads as negative is longer than any lifetime.
    long expire = request.getExpireMillis();
    return new OutgoingMessage(
        to,
        type.isEmpty() ? OutgoingMessage.TEXT : type,
        request.getBody(),
        expire == 0
            ? Optional.empty()
            : Optional.of(Duration.ofMillis(expire < 0 ? Long.MAX_VALUE : expire)),
        request.getClientId().isEmpty() ? Optional.empty() : Optional.of(request.getClientId()));
  }

  static MessageStatus status(dev.parley.messaging.MessageStatus status) {
    return MessageStatus.newBuilder()
        .setMessageId(status.id().toString())
        .setState(state(status.state()))
        .setAtMillis(status.at().toEpochMilli())
        .setProblem(status.problem())
        .build();
  }

  /** At least 1: zero says "unknown" on the wire. */
  static long micros(Duration duration) {
    return Math.max(1, duration.toNanos() / 1_000);
  }
}
