package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.link.LinkPath;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Instant;

/**
 * A message that has arrived.
 *
 * @param position grows with arrival, across all peers; there are gaps where duplicates came
 */
public record InboxMessage(
    long position,
    MessageId id,
    PeerId from,
    String contentType,
    ByteString body,
    Instant sentAt,
    Instant receivedAt,
    LinkPath.Kind path) {

  private static final int OVERHEAD_BYTES = 256;

  /** What it takes in memory, roughly. */
  public long weight() {
    return body.size() + OVERHEAD_BYTES;
  }
}
