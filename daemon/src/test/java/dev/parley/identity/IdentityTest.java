package dev.parley.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.proto.id.PeerId;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdentityTest {
  private static final ByteString TEXT = ByteString.copyFromUtf8("hello");

  private final Identity alice = TestIdentities.of(1);
  private final Identity bob = TestIdentities.of(2);

  @Test
  void thePeerIdIsThePublicKeyOfRfc8032() {
    // RFC 8032 §7.1, TEST 1.
    Identity identity =
        TestIdentities.of(
            HexFormat.of()
                .parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"));

    assertThat(identity.id().toByteArray())
        .asHexString()
        .isEqualToIgnoringCase("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
  }

  @Test
  void aSignatureIsGoodForItsSignerItsLabelAndItsPartsOnly() {
    ByteString signature = alice.sign(SigningLabel.RELAY_CLIENT, TEXT);

    assertThat(Identity.verify(alice.id(), signature, SigningLabel.RELAY_CLIENT, TEXT)).isTrue();
    assertThat(Identity.verify(bob.id(), signature, SigningLabel.RELAY_CLIENT, TEXT)).isFalse();
    assertThat(Identity.verify(alice.id(), signature, SigningLabel.RELAY_SERVER, TEXT)).isFalse();
    assertThat(Identity.verify(alice.id(), signature, SigningLabel.RELAY_CLIENT, TEXT.concat(TEXT)))
        .isFalse();
  }

  @Test
  void partsAreSignedOneAfterTheOther() {
    ByteString signature =
        alice.sign(SigningLabel.RELAY_CLIENT, TEXT.substring(0, 2), TEXT.substring(2));

    assertThat(Identity.verify(alice.id(), signature, SigningLabel.RELAY_CLIENT, TEXT)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 63, 65, 1000})
  void aSignatureOfAnotherLengthIsRefused(int length) {
    ByteString signature = ByteString.copyFrom(new byte[length]);

    assertThat(Identity.verify(alice.id(), signature, SigningLabel.RELAY_CLIENT, TEXT)).isFalse();
  }

  @Test
  void aPeerIdThatIsNoPointOfTheCurveVerifiesNothing() {
    byte[] noPoint = new byte[PeerId.BYTES];
    java.util.Arrays.fill(noPoint, (byte) 0xff);
    ByteString signature = alice.sign(SigningLabel.RELAY_CLIENT, TEXT);

    assertThat(Identity.verify(PeerId.of(noPoint), signature, SigningLabel.RELAY_CLIENT, TEXT))
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
      })
  void aPeerIdThatBelongsToNobodyVerifiesNothing(String point) throws Exception {
    // R = the neutral element, S = 0: with such a key this "signs" every text, or every few.
    byte[] signature = new byte[Identity.SIGNATURE_BYTES];
    signature[0] = 1;
    PeerId nobody = PeerId.of(HexFormat.of().parseHex(point));

    for (int i = 0; i < 32; i++) {
      ByteString text = ByteString.copyFromUtf8("text " + i);
      assertThat(
              Identity.verify(
                  nobody, ByteString.copyFrom(signature), SigningLabel.RELAY_CLIENT, text))
          .isFalse();
    }
    assertThat(SmallOrder.contains(nobody)).isTrue();
  }

  @Test
  void theCertificateNamesThePeerAndOutlivesEveryClock() throws Exception {
    X509Certificate certificate = alice.certificate();

    certificate.verify(certificate.getPublicKey());
    certificate.checkValidity(Date.from(Instant.parse("2000-01-02T00:00:00Z")));
    certificate.checkValidity(Date.from(Instant.parse("9999-12-30T00:00:00Z")));
    assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=" + alice.id());
    assertThat(certificate.getSerialNumber().signum()).isPositive();
    assertThat(Identity.idOf(certificate.getPublicKey())).contains(alice.id());
  }

  @Test
  void certificatesOfOneKeyDifferInTheirSerialNumber() {
    assertThat(TestIdentities.of(1).certificate().getSerialNumber())
        .isNotEqualTo(alice.certificate().getSerialNumber());
  }

  @ParameterizedTest
  @ValueSource(strings = {"EC", "RSA", "X25519", "Ed448"})
  void aKeyOfAnotherKindNamesNoPeer(String algorithm) throws Exception {
    assertThat(Identity.idOf(KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPublic()))
        .isEmpty();
  }

  @Test
  void ephemeralIdentitiesDiffer() {
    SecureRandom random = new SecureRandom();

    assertThat(Identity.ephemeral(random).id()).isNotEqualTo(Identity.ephemeral(random).id());
  }
}
