package dev.parley.relay.mailbox;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a relay knows of a capability: SHA-256 over a label and the token. Whoever reads the relay's
 * disk can leave no mail by it.
 */
public record CapabilityHash(ByteString bytes) {
  /** Bytes of a token: random, so that it cannot be guessed. */
  public static final int TOKEN_BYTES = 32;

  public static final int BYTES = 32;

  /** Listed in docs/protocol.md. */
  static final String LABEL = "parley/mail-capability/v1";

  public CapabilityHash {
    if (bytes.size() != BYTES) {
      throw new IllegalArgumentException("a hash of " + bytes.size() + " bytes");
    }
  }

  /** Empty when this is no token. */
  public static Optional<CapabilityHash> ofToken(ByteString token) {
    if (token.size() != TOKEN_BYTES) {
      return Optional.empty();
    }
    byte[] hash =
        Hashing.sha256()
            .newHasher()
            .putBytes((LABEL + "\0").getBytes(StandardCharsets.US_ASCII))
            .putBytes(token.asReadOnlyByteBuffer())
            .hash()
            .asBytes();
    return Optional.of(new CapabilityHash(ByteString.copyFrom(hash)));
  }

  /** The hash in these bytes of unknown origin, or empty when there are not exactly 32. */
  public static Optional<CapabilityHash> tryOf(ByteString bytes) {
    return bytes.size() == BYTES ? Optional.of(new CapabilityHash(bytes)) : Optional.empty();
  }
}
