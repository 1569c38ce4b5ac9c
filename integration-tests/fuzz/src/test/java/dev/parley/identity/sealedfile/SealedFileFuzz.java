package dev.parley.identity.sealedfile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.FuzzTarget;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.SecureRandom;
import java.util.List;

/** Encrypted backups. */
public final class SealedFileFuzz {
  private static final char[] PASSPHRASE = "secret".toCharArray();
  private static final byte[] PLAIN =
      "what was sealed".getBytes(java.nio.charset.StandardCharsets.UTF_8);
  private static final byte[] SEALED = sealed();

  /** A few chunks, and what Argon2id takes of memory for it. */
  private static final int FIXED = (SealedHeader.MAX_MEMORY_KIB << 10) + (16 << 20);

  private SealedFileFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("sealed-file", SealedFileFuzz::open, SealedInput.class, SealedHeader.class)
            .seeds(FuzzTarget.behind(0, SEALED))
            .seeds(
                FuzzTarget.behind(
                    1, java.util.Arrays.copyOfRange(SEALED, SealedHeader.BYTES, SEALED.length)))
            .allocating(FIXED, 64));
  }

  private static byte[] sealed() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SealedOutput sealing =
        SealedOutput.begin(out, PASSPHRASE, new SealedHeader.Cost(8, 1, 1), new SecureRandom())) {
      sealing.write(PLAIN);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** The whole file, or what comes behind a header that the passphrase opens. */
  private static void open(byte[] input) {
    if (input.length == 0) {
      return;
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    if (input[0] != 0) {
      file.write(SEALED, 0, SealedHeader.BYTES);
    }
    file.write(input, 1, input.length - 1);
    byte[] opened;
    try {
      opened =
          SealedInput.open(new ByteArrayInputStream(file.toByteArray()), PASSPHRASE).readAllBytes();
    } catch (IOException e) {
      return;
    }
    assertThat(opened).as("nobody can forge what it opens").isEqualTo(PLAIN);
  }
}
