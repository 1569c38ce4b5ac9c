package dev.parley.store;

import com.google.protobuf.ByteString;
import dev.parley.link.LinkPath;
import dev.parley.messaging.InboxMessage;
import dev.parley.messaging.OutboxMessage;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Messages for tests of the store, and a way to wait for it. */
final class StoredMessages {
  static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  private StoredMessages() {}

  static PeerId peer(int number) {
    return PeerId.of(ByteBuffer.allocate(PeerId.BYTES).putInt(number).array());
  }

  static MessageId id(long number) {
    return MessageId.of(ByteBuffer.allocate(MessageId.BYTES).putLong(8, number).array());
  }

  static OutboxMessage outgoing(long position, PeerId to) {
    return outgoing(position, to, ByteString.copyFromUtf8("message " + position));
  }

  static OutboxMessage outgoing(long position, PeerId to, ByteString body) {
    return new OutboxMessage(position, id(position), to, "text/plain", body, NOW);
  }

  static InboxMessage incoming(long position, PeerId from, long id) {
    ByteString body = ByteString.copyFromUtf8("message " + id);
    return new InboxMessage(
        position, id(id), from, "text/plain", body, NOW, NOW, LinkPath.Kind.RELAY);
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }
}
