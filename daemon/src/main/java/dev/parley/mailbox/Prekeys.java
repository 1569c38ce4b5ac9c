package dev.parley.mailbox;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.kem.XWing;
import dev.parley.peer.v1.Prekey;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.proto.id.PeerId;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Makes and checks prekeys. Stateless; any thread may call it. */
public final class Prekeys {
  /** Bytes of a serialized {@link Prekey}; those of this version have 1,287. */
  public static final int MAX_BYTES = 1_400;

  /**
   * How long a prekey may be sealed to. A peer that has been away for longer gets no more mail
   * until it is back; one key for ever would be a second identity key.
   */
  public static final Duration USE = Duration.ofDays(28);

  private Prekeys() {}

  /** A fresh prekey of {@code self}, signed. */
  public static OwnPrekey make(Identity self, PrekeyKind kind, Instant now, SecureRandom random) {
    byte[] seed = new byte[XWing.SEED_BYTES];
    random.nextBytes(seed);
    return of(self, PrekeyId.next(random), kind, ByteString.copyFrom(seed), now);
  }

  static OwnPrekey of(Identity self, PrekeyId id, PrekeyKind kind, ByteString seed, Instant now) {
    ByteString prekey =
        Prekey.newBuilder()
            .setPeerId(self.id().key())
            .setPrekeyId(id.value())
            .setKindValue(onWire(kind))
            .setPublicKey(XWing.publicKey(seed))
            .setMadeAtMillis(now.toEpochMilli())
            .setUseUntilMillis(now.plus(USE).toEpochMilli())
            .build()
            .toByteString();
    SignedPrekey signed =
        SignedPrekey.newBuilder()
            .setPrekey(prekey)
            .setSignature(self.sign(SigningLabel.PREKEY, prekey))
            .build();
    PublicPrekey verified =
        verify(signed, self.id())
            .orElseThrow(() -> new IllegalStateException("a prekey just signed does not verify"));
    return new OwnPrekey(verified, seed);
  }

  /**
   * The prekey, when {@code owner} has signed it and it keeps the bounds; else empty. Whether its
   * key is one, sealing will tell.
   */
  public static Optional<PublicPrekey> verify(SignedPrekey signed, PeerId owner) {
    return read(signed)
        .filter(prekey -> prekey.owner().equals(owner))
        .filter(
            prekey ->
                Identity.verify(
                    owner, signed.getSignature(), SigningLabel.PREKEY, signed.getPrekey()));
  }

  /** The same, whoever has signed it: for what comes from where only this node writes. */
  public static Optional<PublicPrekey> read(SignedPrekey signed) {
    if (signed.getPrekey().size() > MAX_BYTES) {
      return Optional.empty();
    }
    Prekey raw;
    try {
      raw = Prekey.parseFrom(signed.getPrekey());
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
    Optional<PrekeyKind> kind = kind(raw);
    Optional<PeerId> owner = PeerId.tryOf(raw.getPeerId());
    if (kind.isEmpty() || owner.isEmpty() || !keepsBounds(raw)) {
      return Optional.empty();
    }
    return Optional.of(
        new PublicPrekey(
            owner.get(),
            new PrekeyId(raw.getPrekeyId()),
            kind.get(),
            raw.getPublicKey(),
            Instant.ofEpochMilli(raw.getMadeAtMillis()),
            Instant.ofEpochMilli(raw.getUseUntilMillis()),
            signed));
  }

  private static boolean keepsBounds(Prekey raw) {
    long made = raw.getMadeAtMillis();
    long until = raw.getUseUntilMillis();
    // The numbers are unsigned on the wire. The difference of two that are not negative is exact.
    return raw.getPublicKey().size() == XWing.PUBLIC_KEY_BYTES
        && made >= 0
        && until > made
        && until - made <= USE.toMillis();
  }

  private static Optional<PrekeyKind> kind(Prekey raw) {
    return switch (raw.getKind()) {
      case PREKEY_KIND_MEDIUM_TERM -> Optional.of(PrekeyKind.MEDIUM_TERM);
      case PREKEY_KIND_ONE_TIME -> Optional.of(PrekeyKind.ONE_TIME);
      case PREKEY_KIND_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
    };
  }

  private static int onWire(PrekeyKind kind) {
    return switch (kind) {
      case MEDIUM_TERM -> dev.parley.peer.v1.PrekeyKind.PREKEY_KIND_MEDIUM_TERM_VALUE;
      case ONE_TIME -> dev.parley.peer.v1.PrekeyKind.PREKEY_KIND_ONE_TIME_VALUE;
    };
  }
}
