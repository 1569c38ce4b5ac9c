package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.Optional;

/**
 * A message that waits for its peer.
 *
 * @param position grows in the order of acceptance, across all peers
 * @param expiresAt not to be delivered after this time
 * @param client present when the caller gave the send an id; not read back from disk
 */
public record OutboxMessage(
    long position,
    MessageId id,
    PeerId to,
    String contentType,
    ByteString body,
    Instant acceptedAt,
    Optional<Instant> expiresAt,
    Optional<ClientSend> client) {

  /** What one message takes besides its body, roughly: row, objects, envelope. */
  private static final int OVERHEAD_BYTES = 256;

  /** One that never expires, without an id of the caller's. */
  public OutboxMessage(
      long position,
      MessageId id,
      PeerId to,
      String contentType,
      ByteString body,
      Instant acceptedAt) {
    this(position, id, to, contentType, body, acceptedAt, Optional.empty(), Optional.empty());
  }

  /** What it takes in memory, roughly. */
  public long weight() {
    return body.size() + OVERHEAD_BYTES;
  }
}
