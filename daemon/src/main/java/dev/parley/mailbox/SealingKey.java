package dev.parley.mailbox;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * From the secret of the KEM to the key of one message, and what is done with it.
 *
 * <p>The secret is the output of SHA3-256 already, so HKDF-Expand alone does (RFC 5869 §3.3): key =
 * HMAC-SHA-256(secret, label || 0 || header || recipient || 1).
 */
final class SealingKey {
  /** Listed in docs/protocol.md. */
  static final String LABEL = "parley/sealed-message-key/v1";

  private static final ByteString INFO =
      ByteString.copyFrom((LABEL + "\0").getBytes(StandardCharsets.US_ASCII));

  /** RFC 5869 §2.3: the number of the first and only block. */
  private static final byte FIRST_BLOCK = 1;

  /** RFC 8439 §2.8. */
  private static final int NONCE_BYTES = 12;

  private final byte[] key;
  private final ByteString associated;

  private SealingKey(byte[] key, ByteString associated) {
    this.key = key;
    this.associated = associated;
  }

  static SealingKey of(ByteString secret, ByteString header, PeerId recipient) {
    ByteString associated = SealedMessage.associated(header, recipient);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.toByteArray(), "HmacSHA256"));
      mac.update(INFO.asReadOnlyByteBuffer());
      mac.update(associated.asReadOnlyByteBuffer());
      mac.update(FIRST_BLOCK);
      return new SealingKey(mac.doFinal(), associated);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no HMAC-SHA-256", e);
    }
  }

  ByteString encrypt(byte[] padded) {
    try {
      return ByteString.copyFrom(cipher(Cipher.ENCRYPT_MODE).doFinal(padded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot encrypt with ChaCha20-Poly1305", e);
    }
  }

  /** Empty when it was not encrypted with this key, or has been changed. */
  Optional<byte[]> decrypt(ByteString body) {
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE).doFinal(body.toByteArray()));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot decrypt with ChaCha20-Poly1305", e);
    }
  }

  private Cipher cipher(int mode) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(
        mode, new SecretKeySpec(key, "ChaCha20"), new IvParameterSpec(new byte[NONCE_BYTES]));
    // Bytes, not a buffer: of a read-only buffer Java 17 and Java 25 authenticate
    // different things.
    cipher.updateAAD(associated.toByteArray());
    return cipher;
  }

  byte[] bytes() {
    return key.clone();
  }
}
