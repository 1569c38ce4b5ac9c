package dev.parley.mailbox;

import com.google.protobuf.ByteString;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.PeerId;
import java.time.Instant;

/** A prekey as others see it. Every instance has been verified: its owner has signed it. */
public record PublicPrekey(
    PeerId owner,
    PrekeyId id,
    PrekeyKind kind,
    ByteString publicKey,
    Instant madeAt,
    Instant useUntil,
    SignedPrekey signed) {

  /** Whether a message may still be sealed to it. */
  public boolean isUsableAt(Instant now) {
    return now.isBefore(useUntil);
  }
}
