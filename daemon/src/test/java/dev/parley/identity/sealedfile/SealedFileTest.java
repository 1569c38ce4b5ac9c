package dev.parley.identity.sealedfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.identity.sealedfile.SealedFileException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SealedFileTest {
  private static final String PASSPHRASE = "correct horse bättery staple";

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 200_000})
  void whatWasSealedIsOpened(int length) throws IOException {
    byte[] plain = noise(length);
    byte[] sealed = seal(plain);
    assertThat(open(sealed, PASSPHRASE)).isEqualTo(plain);
    int chunks = Math.max(1, (length + 65_535) / 65_536);
    assertThat(sealed).hasSize(SealedHeader.BYTES + length + 16 * chunks);
  }

  @Test
  void theUsualCostIsWithinTheBoundsOfReading() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SealedOutput sealed =
        SealedOutput.begin(out, PASSPHRASE.toCharArray(), new SecureRandom())) {
      sealed.write("hello".getBytes(StandardCharsets.US_ASCII));
    }
    assertThat(open(out.toByteArray(), PASSPHRASE)).asString().isEqualTo("hello");
    ByteBuffer header = ByteBuffer.wrap(out.toByteArray());
    assertThat(header.getInt(9)).isEqualTo(65_536);
    assertThat(header.getInt(13)).isEqualTo(3);
  }

  @Test
  void anotherPassphraseIsToldFromDamage() throws IOException {
    byte[] sealed = seal(noise(100));
    assertThat(reason(sealed, "correct horse battery staple")).isEqualTo(Reason.WRONG_PASSPHRASE);
    sealed[sealed.length - 1] ^= 1;
    assertThat(reason(sealed, PASSPHRASE)).isEqualTo(Reason.DAMAGED);
  }

  @Test
  void aByteThatIsChangedAnywhereIsNoticed() throws IOException {
    byte[] plain = noise(150_000);
    byte[] sealed = seal(plain);
    Random random = new Random(42);
    for (int i = 0; i < 400; i++) {
      int at = i < SealedHeader.BYTES ? i : random.nextInt(sealed.length);
      byte[] changed = sealed.clone();
      changed[at] ^= (byte) (1 << random.nextInt(8));
      assertThat(catchThrowableOfType(IOException.class, () -> open(changed, PASSPHRASE)))
          .as("byte %d", at)
          .isInstanceOf(SealedFileException.class);
    }
  }

  @Test
  void aFileThatIsCutOffAnywhereIsNoticed() throws IOException {
    byte[] sealed = seal(noise(150_000));
    Random random = new Random(7);
    int chunk = 65_536 + 16;
    for (int i = 0; i < 100; i++) {
      int length =
          switch (i) {
            case 0 -> 0;
            case 1 -> SealedHeader.BYTES;
            case 2 -> SealedHeader.BYTES + chunk;
            case 3 -> SealedHeader.BYTES + 2 * chunk;
            case 4 -> sealed.length - 1;
            default -> random.nextInt(sealed.length);
          };
      byte[] cut = Arrays.copyOf(sealed, length);
      assertThat(catchThrowableOfType(IOException.class, () -> open(cut, PASSPHRASE)))
          .as("%d bytes", length)
          .isInstanceOf(SealedFileException.class);
    }
  }

  @Test
  void chunksThatAreSwappedOrAppendedAreNoticed() throws IOException {
    byte[] sealed = seal(noise(3 * 65_536));
    int chunk = 65_536 + 16;
    byte[] swapped = sealed.clone();
    System.arraycopy(sealed, SealedHeader.BYTES, swapped, SealedHeader.BYTES + chunk, chunk);
    System.arraycopy(sealed, SealedHeader.BYTES + chunk, swapped, SealedHeader.BYTES, chunk);
    assertThat(reason(swapped, PASSPHRASE)).isEqualTo(Reason.DAMAGED);
    byte[] longer = Arrays.copyOf(sealed, sealed.length + 1);
    assertThat(reason(longer, PASSPHRASE)).isEqualTo(Reason.DAMAGED);
  }

  @Test
  void aHeaderThatAsksForTooMuchIsRefusedBeforeAnythingIsAllocated() throws IOException {
    byte[] sealed = seal(noise(10));
    assertThat(reason(with(sealed, 9, 131_073), PASSPHRASE)).isEqualTo(Reason.EXCESSIVE);
    assertThat(reason(with(sealed, 9, Integer.MAX_VALUE), PASSPHRASE)).isEqualTo(Reason.EXCESSIVE);
    assertThat(reason(with(sealed, 9, -1), PASSPHRASE)).isEqualTo(Reason.EXCESSIVE);
    assertThat(reason(with(sealed, 13, 11), PASSPHRASE)).isEqualTo(Reason.EXCESSIVE);
    assertThat(reason(with(sealed, 13, 0), PASSPHRASE)).isEqualTo(Reason.EXCESSIVE);
    byte[] lanes = sealed.clone();
    lanes[17] = 5;
    assertThat(reason(lanes, PASSPHRASE)).isEqualTo(Reason.EXCESSIVE);
  }

  @Test
  void whatIsNoSealedFileAndWhatIsOfALaterVersionAreToldApart() throws IOException {
    assertThat(reason("Dear diary".getBytes(StandardCharsets.US_ASCII), PASSPHRASE))
        .isEqualTo(Reason.OTHER_KIND);
    assertThat(reason(new byte[0], PASSPHRASE)).isEqualTo(Reason.OTHER_KIND);
    byte[] later = seal(noise(10));
    later[8] = 2;
    assertThat(reason(later, PASSPHRASE)).isEqualTo(Reason.LATER_VERSION);
  }

  private static byte[] with(byte[] sealed, int at, int number) {
    byte[] changed = sealed.clone();
    ByteBuffer.wrap(changed).putInt(at, number);
    return changed;
  }

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static byte[] seal(byte[] plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (SealedOutput sealed = CheapSeal.begin(out, PASSPHRASE)) {
      sealed.write(plain);
    }
    return out.toByteArray();
  }

  private static byte[] open(byte[] sealed, String passphrase) throws IOException {
    return SealedInput.open(new ByteArrayInputStream(sealed), passphrase.toCharArray())
        .readAllBytes();
  }

  private static Reason reason(byte[] sealed, String passphrase) {
    return catchThrowableOfType(SealedFileException.class, () -> open(sealed, passphrase)).reason();
  }
}
