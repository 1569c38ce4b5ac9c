package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.identity.PairSecrets;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who looks around, and for whom.
 *
 * @param id of this node
 * @param open whether everybody may see who it is
 * @param port of UDP, at which it is reached
 * @param contacts whom it wants to find, and who may find it; thread-safe
 * @param record what it says of itself where it is open; thread-safe
 * @param secrets what it has in common with a contact, for {@link LanTokens#LABEL}
 */
public record LanSelf(
    PeerId id,
    boolean open,
    int port,
    Supplier<ImmutableSet<PeerId>> contacts,
    Supplier<SignedRecord> record,
    Function<PeerId, Optional<ByteString>> secrets) {

  /** With the secrets that this identity has with its contacts. */
  public static LanSelf of(
      Identity identity,
      boolean open,
      int port,
      Supplier<ImmutableSet<PeerId>> contacts,
      Supplier<SignedRecord> record) {
    return new LanSelf(
        identity.id(),
        open,
        port,
        contacts,
        record,
        peer -> PairSecrets.between(identity, peer, LanTokens.LABEL));
  }
}
