package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Instant;

/**
 * A message that waits for its peer.
 *
 * @param position grows in the order of acceptance, across all peers
 */
public record OutboxMessage(
    long position,
    MessageId id,
    PeerId to,
    String contentType,
    ByteString body,
    Instant acceptedAt) {

  /** What one message takes besides its body, roughly: row, objects, envelope. */
  private static final int OVERHEAD_BYTES = 256;

  /** What it takes in memory, roughly. */
  public long weight() {
    return body.size() + OVERHEAD_BYTES;
  }
}
