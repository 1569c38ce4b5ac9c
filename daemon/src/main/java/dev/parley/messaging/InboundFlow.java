package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.MessageFrame;
import dev.parley.peer.v1.ReadReceipts;
import dev.parley.peer.v1.Refusal;
import dev.parley.proto.id.MessageId;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The receiving side of one stream: what a frame asks for, and whether it is granted. No I/O; owned
 * by the messaging thread.
 *
 * <p>A stream carries a peer's messages in order, without gaps. So when one is refused for now, all
 * that follow on that stream are dropped: the sender ends the stream and begins the next one with
 * the message refused.
 */
final class InboundFlow {
  private final Clock clock;
  private boolean stopped;

  /**
   * @param clock by which messages expire
   */
  InboundFlow(Clock clock) {
    this.clock = clock;
  }

  /** What to do about a frame. */
  Verdict onFrame(ByteString frame, Supplier<Admission.Standing> standing) {
    MessageFrame parsed;
    try {
      parsed = MessageFrame.parseFrom(frame);
    } catch (InvalidProtocolBufferException e) {
      return new Verdict.Garbage("a frame that is no MessageFrame");
    }
    return switch (parsed.getBodyCase()) {
      case ENVELOPE -> onEnvelope(parsed.getEnvelope(), standing);
      case READ_RECEIPTS -> onReceipts(parsed.getReadReceipts());
      // A later version's frame: unknown fields pass.
      case BODY_NOT_SET -> new Verdict.Nothing();
    };
  }

  /** From now on this stream delivers nothing more. */
  void stop() {
    stopped = true;
  }

  boolean isStopped() {
    return stopped;
  }

  /** As {@link #onFrame}, of a frame that holds an envelope. */
  Verdict onEnvelope(Envelope envelope, Supplier<Admission.Standing> standing) {
    if (stopped) {
      return new Verdict.Nothing();
    }
    Optional<MessageId> id = MessageId.tryOf(envelope.getMessageId());
    if (id.isEmpty()) {
      return new Verdict.Garbage("a message id of " + envelope.getMessageId().size() + " bytes");
    }
    boolean wellFormed =
        envelope.getBody().size() <= Messages.MAX_BODY_BYTES
            && WireLimits.isContentType(envelope.getContentType())
            && isTime(envelope.getSentAtMillis())
            && isTime(envelope.getExpiresAtMillis());
    if (!wellFormed) {
      return new Verdict.Refuse(id.get(), Refusal.Reason.MALFORMED);
    }
    long expiresAt = envelope.getExpiresAtMillis();
    if (expiresAt != 0 && expiresAt <= clock.millis()) {
      return new Verdict.Refuse(id.get(), Refusal.Reason.EXPIRED);
    }
    return switch (standing.get()) {
      case WELCOME ->
          new Verdict.Accept(
              id.get(),
              envelope.getContentType(),
              envelope.getBody(),
              Instant.ofEpochMilli(envelope.getSentAtMillis()));
      case NOT_ALLOWED -> new Verdict.Refuse(id.get(), Refusal.Reason.NOT_ALLOWED);
      case FULL -> {
        stopped = true;
        yield new Verdict.Refuse(id.get(), Refusal.Reason.INBOX_FULL);
      }
    };
  }

  private static Verdict onReceipts(ReadReceipts receipts) {
    int count = receipts.getMessageIdsCount();
    if (count > WireLimits.MAX_RECEIPT_IDS || !isTime(receipts.getReadAtMillis())) {
      return new Verdict.Garbage("read receipts out of bounds");
    }
    ImmutableList.Builder<MessageId> ids = ImmutableList.builder();
    for (ByteString bytes : receipts.getMessageIdsList()) {
      Optional<MessageId> id = MessageId.tryOf(bytes);
      if (id.isEmpty()) {
        return new Verdict.Garbage("a read receipt for an id of " + bytes.size() + " bytes");
      }
      ids.add(id.get());
    }
    return new Verdict.Read(ids.build(), Instant.ofEpochMilli(receipts.getReadAtMillis()));
  }

  private static boolean isTime(long millis) {
    return millis >= 0 && millis <= WireLimits.MAX_TIME_MILLIS;
  }

  /** What a frame leads to. */
  sealed interface Verdict {
    /** To be committed, then acknowledged. */
    record Accept(MessageId id, String contentType, ByteString body, Instant sentAt)
        implements Verdict {}

    /** To be told so, once everything before it is committed. */
    record Refuse(MessageId id, Refusal.Reason reason) implements Verdict {}

    /** The peer has read messages of ours. */
    record Read(ImmutableList<MessageId> ids, Instant at) implements Verdict {}

    /** The stream is of no further use. */
    record Garbage(String what) implements Verdict {}

    record Nothing() implements Verdict {}
  }
}
