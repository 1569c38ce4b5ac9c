package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.Optional;

/**
 * A message to be sent. The limits of {@link Messages} are checked when it is sent.
 *
 * @param lifetime how long it may take; undelivered by then, it ends as expired
 * @param clientId an id of the caller's own: a send that is repeated under the same id, after a
 *     crash for instance, is the same message
 */
public record OutgoingMessage(
    PeerId to,
    String contentType,
    ByteString body,
    Optional<Duration> lifetime,
    Optional<String> clientId) {
  public static final String TEXT = "text/plain; charset=utf-8";

  /** One that never expires, without an id of the caller's. */
  public OutgoingMessage(PeerId to, String contentType, ByteString body) {
    this(to, contentType, body, Optional.empty(), Optional.empty());
  }

  public static OutgoingMessage text(PeerId to, String text) {
    return new OutgoingMessage(to, TEXT, ByteString.copyFromUtf8(text));
  }

  public OutgoingMessage expiringAfter(Duration time) {
    return new OutgoingMessage(to, contentType, body, Optional.of(time), clientId);
  }

  public OutgoingMessage withClientId(String id) {
    return new OutgoingMessage(to, contentType, body, lifetime, Optional.of(id));
  }
}
