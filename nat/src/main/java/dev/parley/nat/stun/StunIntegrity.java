package dev.parley.nat.stun;

import java.security.GeneralSecurityException;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two checks over a message. Both cover it up to where their own attribute begins, with the
 * header's length field as if that attribute ended the message.
 */
final class StunIntegrity {
  static final int HMAC_SHA1_BYTES = 20;

  /** RFC 8489 §14.7: tells a STUN fingerprint from any other CRC-32. */
  private static final int FINGERPRINT_XOR = 0x5354554e;

  private StunIntegrity() {}

  /** RFC 8489 §14.5. */
  static byte[] hmacSha1(byte[] message, int attributeStart, byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(key, "HmacSHA1"));
      mac.update(message, 0, 2);
      mac.update(lengthField(attributeStart + 4 + HMAC_SHA1_BYTES));
      mac.update(message, 4, attributeStart - 4);
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM lacks HMAC-SHA1", e);
    }
  }

  /** RFC 8489 §14.7. */
  static int fingerprint(byte[] message, int attributeStart) {
    CRC32 crc = new CRC32();
    crc.update(message, 0, 2);
    crc.update(lengthField(attributeStart + 4 + 4));
    crc.update(message, 4, attributeStart - 4);
    return (int) crc.getValue() ^ FINGERPRINT_XOR;
  }

  private static byte[] lengthField(int messageBytes) {
    int length = messageBytes - StunMessage.HEADER_BYTES;
    return new byte[] {(byte) (length >> 8), (byte) length};
  }
}
