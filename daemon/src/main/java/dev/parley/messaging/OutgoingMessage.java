package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;

/** A message to be sent. The limits of {@link Messages} are checked when it is sent. */
public record OutgoingMessage(PeerId to, String contentType, ByteString body) {
  public static final String TEXT = "text/plain; charset=utf-8";

  public static OutgoingMessage text(PeerId to, String text) {
    return new OutgoingMessage(to, TEXT, ByteString.copyFromUtf8(text));
  }
}
