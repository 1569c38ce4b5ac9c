package dev.parley.messaging;

import dev.parley.messaging.MessageRejected.Reason;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Why a message is not accepted, in sentences for the user. */
final class SendRules {
  /** A hundred years: what lies beyond is never. */
  private static final Duration MAX_LIFETIME = Duration.ofDays(36_500);

  private SendRules() {}

  static @Nullable MessageRejected check(OutgoingMessage message) {
    int size = message.body().size();
    if (size > Messages.MAX_BODY_BYTES) {
      return new MessageRejected(
          Reason.TOO_LARGE,
          "this message has "
              + size
              + " bytes; a message has at most "
              + Messages.MAX_BODY_BYTES
              + ". Send it as a file instead");
    }
    if (!WireLimits.isContentType(message.contentType())) {
      return new MessageRejected(
          Reason.BAD_CONTENT_TYPE,
          "a content type has 1 to "
              + Messages.MAX_CONTENT_TYPE_BYTES
              + " bytes and no control characters, such as '"
              + OutgoingMessage.TEXT
              + "'");
    }
    if (message.clientId().filter(id -> !isClientId(id)).isPresent()) {
      return new MessageRejected(
          Reason.BAD_CLIENT_ID,
          "an id of a message has 1 to "
              + Messages.MAX_CLIENT_ID_CHARACTERS
              + " printable ASCII characters");
    }
    if (message.lifetime().filter(it -> !isLifetime(it)).isPresent()) {
      return new MessageRejected(
          Reason.BAD_LIFETIME,
          "a message expires after 1 ms to " + MAX_LIFETIME.toDays() + " days, or never");
    }
    return null;
  }

  private static boolean isClientId(String id) {
    return !id.isEmpty()
        && id.length() <= Messages.MAX_CLIENT_ID_CHARACTERS
        && id.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  private static boolean isLifetime(Duration lifetime) {
    return lifetime.compareTo(Duration.ofMillis(1)) >= 0 && lifetime.compareTo(MAX_LIFETIME) <= 0;
  }

  static MessageRejected clientIdTaken(String clientId) {
    return new MessageRejected(
        Reason.CLIENT_ID_TAKEN,
        "another message was sent under the id '"
            + clientId
            + "': to another peer, or with another body or content type");
  }

  static MessageRejected queueFull(int limit) {
    return new MessageRejected(
        Reason.QUEUE_FULL,
        limit
            + " messages wait for this peer already, the most that are kept; send again once it"
            + " has been reached");
  }

  static MessageRejected diskBehind() {
    return new MessageRejected(
        Reason.QUEUE_FULL,
        "too many messages wait for the disk at once; send again when earlier ones are accepted");
  }

  static MessageRejected shuttingDown() {
    return new MessageRejected(
        Reason.SHUTTING_DOWN, "the node is closing; send again once it is back");
  }

  static MessageRejected notStored(StorageFailure failure) {
    Reason reason =
        switch (failure.kind()) {
          case FULL -> Reason.STORAGE_FULL;
          case FAILING -> Reason.STORAGE_FAILING;
          case CLOSED -> Reason.SHUTTING_DOWN;
        };
    String problem = failure.getMessage() == null ? "" : failure.getMessage();
    return new MessageRejected(reason, "the message was not kept: " + problem);
  }
}
