package dev.parley.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.misc.MiscObjectIdentifiers;
import org.bouncycastle.asn1.misc.ScryptParams;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.EncryptionScheme;
import org.bouncycastle.asn1.pkcs.KeyDerivationFunc;
import org.bouncycastle.asn1.pkcs.PBES2Parameters;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.util.ScryptConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptedKeyCodecTest {
  private static final char[] PASSPHRASE = "secret".toCharArray();

  private static byte[] asking(int cost, int blockSize, int parallel) throws IOException {
    PBES2Parameters parameters =
        new PBES2Parameters(
            new KeyDerivationFunc(
                MiscObjectIdentifiers.id_scrypt,
                new ScryptParams(new byte[16], cost, blockSize, parallel)),
            new EncryptionScheme(NISTObjectIdentifiers.id_aes256_CBC, DERNull.INSTANCE));
    return new EncryptedPrivateKeyInfo(
            new AlgorithmIdentifier(PKCSObjectIdentifiers.id_PBES2, parameters), new byte[64])
        .getEncoded();
  }

  @ParameterizedTest
  @CsvSource({"1073741824,8,1", "32768,1000000,1", "32768,8,1000000"})
  void aKeyThatWouldTakeAllMemoryOrForEverIsRefusedAtOnce(int cost, int blockSize, int parallel)
      throws IOException {
    byte[] key = asking(cost, blockSize, parallel);
    assertThatThrownBy(() -> EncryptedKeyCodec.decrypt(key, PASSPHRASE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more memory or time");
  }

  @Test
  void theStrongestThatIsRecommendedIsOpened() throws IOException {
    byte[] pkcs8 = Identity.newKey(new SecureRandom()).getEncoded();
    ScryptConfig strong = new ScryptConfig.Builder(1 << 17, 8, 1).withSaltLength(16).build();
    byte[] encrypted = EncryptedKeyCodec.encrypt(pkcs8, PASSPHRASE, new SecureRandom(), strong);
    assertThat(EncryptedKeyCodec.decrypt(encrypted, PASSPHRASE)).contains(pkcs8);
  }
}
