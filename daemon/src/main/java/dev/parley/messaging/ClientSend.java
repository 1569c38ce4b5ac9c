package dev.parley.messaging;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * What makes a send that is repeated under its own id the same send.
 *
 * @param clientId as the caller chose it
 * @param digest of whom it goes to and what it says
 */
public record ClientSend(String clientId, ByteString digest) {

  static ClientSend of(String clientId, OutgoingMessage message) {
    byte[] type = message.contentType().getBytes(StandardCharsets.UTF_8);
    Hasher hasher = Hashing.sha256().newHasher();
    hasher.putBytes(message.to().key().toByteArray());
    // Lengths first, so that no two sends make the same bytes.
    hasher.putInt(type.length).putBytes(type).putBytes(message.body().asReadOnlyByteBuffer());
    return new ClientSend(clientId, ByteString.copyFrom(hasher.hash().asBytes()));
  }
}
