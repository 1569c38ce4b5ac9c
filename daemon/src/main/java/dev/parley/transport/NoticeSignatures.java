package dev.parley.transport;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.nat.PeerKey;
import dev.parley.nat.path.NoticeSigner;
import dev.parley.proto.id.PeerId;

/** Signs the path switch's notices with the identity key. */
final class NoticeSignatures implements NoticeSigner {
  private final Identity identity;

  NoticeSignatures(Identity identity) {
    this.identity = identity;
  }

  @Override
  public byte[] sign(byte[] statement) {
    return identity
        .sign(SigningLabel.UNKNOWN_CONNECTION, ByteString.copyFrom(statement))
        .toByteArray();
  }

  @Override
  public boolean verify(PeerKey signer, byte[] statement, byte[] signature) {
    return Identity.verify(
        PeerId.of(signer.toByteArray()),
        ByteString.copyFrom(signature),
        SigningLabel.UNKNOWN_CONNECTION,
        ByteString.copyFrom(statement));
  }
}
