package dev.parley.identity.sealedfile;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * ChaCha20-Poly1305 (RFC 8439) over the chunks of one file. The nonce is the number of the chunk
 * and whether it is the last, so that chunks cannot be swapped, left out or cut off; the key is of
 * this file alone, so that no nonce comes twice. The header is authenticated with each.
 */
final class ChunkCipher {
  /** Plaintext of each chunk but the last, which may have less, or nothing. */
  static final int CHUNK_BYTES = 65_536;

  static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  private final SealedHeader header;
  private long number;

  ChunkCipher(SealedHeader header) {
    this.header = header;
  }

  byte[] seal(byte[] chunk, int length, boolean last) {
    try {
      return next(Cipher.ENCRYPT_MODE, last).doFinal(chunk, 0, length);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot encrypt with ChaCha20-Poly1305", e);
    }
  }

  /** Null when it is not the chunk that belongs here. */
  byte @Nullable [] open(byte[] sealed, int length, boolean last) {
    try {
      return next(Cipher.DECRYPT_MODE, last).doFinal(sealed, 0, length);
    } catch (AEADBadTagException e) {
      return null;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM cannot decrypt with ChaCha20-Poly1305", e);
    }
  }

  private Cipher next(int mode, boolean last) throws GeneralSecurityException {
    byte[] nonce =
        ByteBuffer.allocate(NONCE_BYTES)
            .putLong(3, number++)
            .put(NONCE_BYTES - 1, (byte) (last ? 1 : 0))
            .array();
    Cipher cipher = Cipher.getInstance("ChaCha20-Poly1305");
    cipher.init(mode, new SecretKeySpec(header.key(), "ChaCha20"), new IvParameterSpec(nonce));
    cipher.updateAAD(header.bytes());
    return cipher;
  }
}
