package dev.parley.identity.sealedfile;

import dev.parley.identity.sealedfile.SealedFileException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * The first bytes of a sealed file, 50 of them: "parleybk"; the version, 1; of Argon2id (RFC 9106)
 * the memory in KiB (4), the passes (4) and the lanes (1); the salt (16); a check by which a wrong
 * passphrase is told from damage (16). Big-endian. All of it is authenticated with every chunk.
 */
final class SealedHeader {
  static final int BYTES = 50;

  /** RFC 9106 §4 recommends 64 MiB and three passes where memory is scarce: a second or two. */
  static final int MEMORY_KIB = 65_536;

  static final int PASSES = 3;
  static final int LANES = 1;

  /** What a header may ask for. The daemon's heap has 256 MiB. */
  static final int MAX_MEMORY_KIB = 131_072;

  static final int MAX_PASSES = 10;
  static final int MAX_LANES = 4;

  private static final byte[] MAGIC = "parleybk".getBytes(StandardCharsets.US_ASCII);
  private static final byte VERSION = 1;
  private static final int SALT_BYTES = 16;
  private static final int CHECK_BYTES = 16;
  private static final int KEY_BYTES = 32;

  private final byte[] bytes;
  private final byte[] key;

  private SealedHeader(byte[] bytes, byte[] key) {
    this.bytes = bytes;
    this.key = key;
  }

  byte[] bytes() {
    return bytes.clone();
  }

  byte[] key() {
    return key.clone();
  }

  /** A new one, with a key that no other file has. */
  static SealedHeader make(char[] passphrase, Cost cost, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] made = derive(passphrase, cost, salt);
    byte[] bytes =
        ByteBuffer.allocate(BYTES)
            .put(MAGIC)
            .put(VERSION)
            .putInt(cost.memoryKib)
            .putInt(cost.passes)
            .put((byte) cost.lanes)
            .put(salt)
            .put(made, KEY_BYTES, CHECK_BYTES)
            .array();
    return new SealedHeader(bytes, Arrays.copyOf(made, KEY_BYTES));
  }

  /** Reads one; nothing is allocated on its word before it is within bounds. */
  static SealedHeader read(InputStream in, char[] passphrase) throws IOException {
    byte[] bytes = in.readNBytes(BYTES);
    if (bytes.length < MAGIC.length + 1
        || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw new SealedFileException(Reason.OTHER_KIND, "is no backup of parley");
    }
    if (bytes[MAGIC.length] != VERSION) {
      throw new SealedFileException(
          Reason.LATER_VERSION,
          "is a backup of another version (format " + (bytes[MAGIC.length] & 0xff) + ")");
    }
    if (bytes.length < BYTES) {
      throw new SealedFileException(Reason.DAMAGED, "ends within its header");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes, MAGIC.length + 1, BYTES - MAGIC.length - 1);
    Cost cost = new Cost(header.getInt(), header.getInt(), header.get() & 0xff);
    if (!cost.isWithinBounds()) {
      throw new SealedFileException(
          Reason.EXCESSIVE,
          "asks for more memory or time than a backup of parley does, or is damaged");
    }
    byte[] salt = new byte[SALT_BYTES];
    header.get(salt);
    byte[] made = derive(passphrase, cost, salt);
    byte[] check = Arrays.copyOfRange(made, KEY_BYTES, KEY_BYTES + CHECK_BYTES);
    if (!MessageDigest.isEqual(check, Arrays.copyOfRange(bytes, BYTES - CHECK_BYTES, BYTES))) {
      throw new SealedFileException(
          Reason.WRONG_PASSPHRASE, "is not opened by this passphrase, or its header is damaged");
    }
    return new SealedHeader(bytes, Arrays.copyOf(made, KEY_BYTES));
  }

  /**
   * What a guess costs.
   *
   * @param passes over the memory
   */
  record Cost(int memoryKib, int passes, int lanes) {
    static final Cost USUAL = new Cost(MEMORY_KIB, PASSES, LANES);

    boolean isWithinBounds() {
      return lanes >= 1
          && lanes <= MAX_LANES
          && passes >= 1
          && passes <= MAX_PASSES
          && memoryKib >= 8 * lanes
          && memoryKib <= MAX_MEMORY_KIB;
    }
  }

  private static byte[] derive(char[] passphrase, Cost cost, byte[] salt) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(passphrase));
    byte[] utf8 = new byte[encoded.remaining()];
    encoded.get(utf8);
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(cost.memoryKib)
            .withIterations(cost.passes)
            .withParallelism(cost.lanes)
            .withSalt(salt)
            .build());
    byte[] made = new byte[KEY_BYTES + CHECK_BYTES];
    generator.generateBytes(utf8, made);
    Arrays.fill(utf8, (byte) 0);
    Arrays.fill(encoded.array(), (byte) 0);
    return made;
  }
}
