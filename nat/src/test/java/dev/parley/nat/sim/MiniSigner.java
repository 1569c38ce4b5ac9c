package dev.parley.nat.sim;

import dev.parley.nat.PeerKey;
import dev.parley.nat.path.NoticeSigner;
import java.util.Arrays;

/** A signature is the signer's key twice: nobody forges in here. */
record MiniSigner(PeerKey self) implements NoticeSigner {
  @Override
  public byte[] sign(byte[] statement) {
    return signatureOf(self);
  }

  @Override
  public boolean verify(PeerKey signer, byte[] statement, byte[] signature) {
    return Arrays.equals(signature, signatureOf(signer));
  }

  private static byte[] signatureOf(PeerKey signer) {
    byte[] twice = Arrays.copyOf(signer.toByteArray(), 2 * PeerKey.BYTES);
    System.arraycopy(signer.toByteArray(), 0, twice, PeerKey.BYTES, PeerKey.BYTES);
    return twice;
  }
}
