package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.util.Optional;

/** A message of the history, of either direction. */
public sealed interface KeptMessage {
  /** Orders the history, across directions and peers. */
  long position();

  MessageId id();

  /** Whom it went to, or came from. */
  PeerId peer();

  /** It came in. */
  record Received(InboxMessage message) implements KeptMessage {
    @Override
    public long position() {
      return message.position();
    }

    @Override
    public MessageId id() {
      return message.id();
    }

    @Override
    public PeerId peer() {
      return message.from();
    }
  }

  /**
   * It went out, or waits to.
   *
   * @param content empty for messages that ended before 0.2.0, which kept no bodies
   */
  record Sent(
      long position, MessageId id, PeerId peer, Optional<Content> content, MessageProgress progress)
      implements KeptMessage {}

  /** What a message says. */
  record Content(String type, ByteString body) {}
}
