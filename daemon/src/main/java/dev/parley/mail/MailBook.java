package dev.parley.mail;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyId;
import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What mail keeps on disk. Stages complete when it is there, or fail and nothing has changed. */
public interface MailBook {
  /**
   * A prekey of ours.
   *
   * @param replacedAt since when it is not the newest medium-term key any more
   */
  record Kept(OwnPrekey own, Optional<Instant> replacedAt) {}

  /**
   * What goes between us and a contact.
   *
   * @param given the token by which the contact may leave us mail
   * @param received the token by which we may leave mail for it
   * @param depositedUpTo the position in the outbox of the last message that was left
   */
  record Correspondent(
      Optional<ByteString> given, Optional<ByteString> received, long depositedUpTo) {
    static final Correspondent NEW = new Correspondent(Optional.empty(), Optional.empty(), 0);
  }

  CompletionStage<ImmutableMap<PeerId, Correspondent>> correspondents();

  CompletionStage<Void> putGiven(PeerId peer, ByteString token);

  CompletionStage<Void> putReceived(PeerId peer, ByteString token);

  CompletionStage<Void> putDeposited(PeerId peer, long upTo);

  /** Forgets a peer that is no contact any more. */
  CompletionStage<Void> forget(PeerId peer);

  /**
   * The clock by which this node measures ages: it follows the machine's, but not at once; empty in
   * the first minute of a database.
   */
  CompletionStage<Optional<Instant>> ages();

  /** All prekeys, without order. */
  CompletionStage<ImmutableList<Kept>> prekeys();

  CompletionStage<Void> addPrekeys(List<OwnPrekey> prekeys);

  /** Makes this the newest medium-term key; the ones before are replaced as of now. */
  CompletionStage<Void> replaceMediumTerm(OwnPrekey prekey, Instant now);

  CompletionStage<Optional<OwnPrekey>> prekey(PrekeyId id);

  /** Overwrites and deletes the private halves. */
  CompletionStage<Void> destroy(List<PrekeyId> ids);
}
