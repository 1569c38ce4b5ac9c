package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.Optional;

/**
 * A message to be sent. The limits of {@link Messages} are checked when it is sent.
 *
 * @param to need not be a contact; for a peer of whom nothing is known, the message waits until it
 *     makes itself known
 * @param contentType a media type, at most {@link Messages#MAX_CONTENT_TYPE_BYTES} bytes of UTF-8
 * @param body at most {@link Messages#MAX_BODY_BYTES}
 * @param lifetime how long it may take; undelivered by then, it ends as expired
 * @param clientId an id of the caller's own: a send that is repeated under the same id, after a
 *     crash for instance, is the same message. Remembered for as long as the message is kept
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

  /** A text, as people write it. */
  public static OutgoingMessage text(PeerId to, String text) {
    return new OutgoingMessage(to, TEXT, ByteString.copyFromUtf8(text));
  }

  /** The same, to end as expired when it is not delivered after this time. */
  public OutgoingMessage expiringAfter(Duration time) {
    return new OutgoingMessage(to, contentType, body, Optional.of(time), clientId);
  }

  /** The same, under an id of the caller's: 1 to 128 printable ASCII characters. */
  public OutgoingMessage withClientId(String id) {
    return new OutgoingMessage(to, contentType, body, lifetime, Optional.of(id));
  }
}
