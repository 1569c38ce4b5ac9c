package dev.parley.pairing;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What both sides derive once they agree on a key, by HKDF-SHA-256 (RFC 5869):
 *
 * <pre>
 * prk        = Extract(salt = "parley/pairing-key/v1" || 00, agreed key)
 * confirm(r) = Expand(prk, "parley/pairing-confirm/v1" || 00 || r || transcript, 32)
 * seal(r)    = Expand(prk, "parley/pairing-seal/v1" || 00 || r || transcript, 32)
 * </pre>
 *
 * <p>r is one byte, the role of who sends. Each key seals two messages: nonce 0 an introduction,
 * nonce 1 the end. Immutable.
 */
final class PairingKeys {
  static final int BYTES = 32;
  static final int TAG_BYTES = 16;

  private static final ByteString KEY = label("parley/pairing-key/v1");
  private static final ByteString CONFIRM = label("parley/pairing-confirm/v1");
  private static final ByteString SEAL = label("parley/pairing-seal/v1");
  private static final ByteString TRANSCRIPT = label("parley/pairing-transcript/v1");
  private static final int NONCE_BYTES = 12;

  private final byte[] prk;
  private final ByteString transcript;

  PairingKeys(ByteString agreed, ByteString transcript) {
    this.prk = hmac(KEY.toByteArray(), agreed);
    this.transcript = transcript;
  }

  /** Which of the two messages of a side. */
  enum Message {
    INTRODUCTION(0),
    END(1);

    private final int number;

    Message(int number) {
      this.number = number;
    }
  }

  /** The hash of all that was said before the keys; each part has a fixed length. */
  static ByteString transcript(ByteString... parts) {
    ByteString all = TRANSCRIPT;
    for (ByteString part : parts) {
      all = all.concat(part);
    }
    return ByteString.copyFrom(Hashing.sha256().hashBytes(all.toByteArray()).asBytes());
  }

  ByteString confirmation(PairingRole of) {
    return ByteString.copyFrom(expand(CONFIRM, of));
  }

  ByteString seal(PairingRole by, Message message, ByteString content) {
    try {
      return ByteString.copyFrom(
          cipher(Cipher.ENCRYPT_MODE, by, message).doFinal(content.toByteArray()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot seal with ChaCha20-Poly1305", e);
    }
  }

  /** Empty when the other side has not sealed this. */
  Optional<ByteString> open(PairingRole by, Message message, ByteString sealed) {
    try {
      return Optional.of(
          ByteString.copyFrom(
              cipher(Cipher.DECRYPT_MODE, by, message).doFinal(sealed.toByteArray())));
    } catch (GeneralSecurityException e) {
      // It came from outside: too short, or the tag does not fit.
      return Optional.empty();
    }
  }

  private Cipher cipher(int mode, PairingRole by, Message message) throws GeneralSecurityException {
    byte[] nonce = new byte[NONCE_BYTES];
    nonce[NONCE_BYTES - 1] = (byte) message.number;
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, new SecretKeySpec(expand(SEAL, by), "ChaCha20"), new IvParameterSpec(nonce));
    cipher.updateAAD(transcript.toByteArray());
    return cipher;
  }

  /** RFC 5869 §2.3, of one block. */
  private byte[] expand(ByteString label, PairingRole role) {
    return hmac(
        prk,
        label
            .concat(ByteString.copyFrom(new byte[] {role.number()}))
            .concat(transcript)
            .concat(ByteString.copyFrom(new byte[] {1})));
  }

  private static byte[] hmac(byte[] key, ByteString data) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(data.toByteArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot compute HMAC-SHA-256", e);
    }
  }

  private static ByteString label(String text) {
    return ByteString.copyFrom(text + "\0", StandardCharsets.US_ASCII);
  }
}
