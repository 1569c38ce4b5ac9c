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
 * @param sentAt by the sender's clock, as it says
 * @param receivedAt by this node's clock
 * @param redelivered handed to this consumer before, and not acknowledged. A hint: when the process
 *     is killed within some 200 ms of handing a message over for the first time, it comes again
 *     without this mark. To tell what was seen before, keep (from, id)
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
