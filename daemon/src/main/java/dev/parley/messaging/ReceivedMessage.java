package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.link.LinkPath;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Instant;

/**
 * A message in the inbox.
 *
 * @param position grows with arrival at this node, across all peers
 * @param path the kind of path it came by
 * @param redelivered sent to this consumer before, and not acknowledged
 */
public record ReceivedMessage(
    long position,
    MessageId id,
    PeerId from,
    String contentType,
    ByteString body,
    Instant sentAt,
    Instant receivedAt,
    LinkPath.Kind path,
    boolean redelivered) {}
