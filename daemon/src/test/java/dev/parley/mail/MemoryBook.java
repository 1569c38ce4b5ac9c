package dev.parley.mail;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyId;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A disk that never fails. */
final class MemoryBook implements MailBook {
  final Map<PrekeyId, Kept> prekeys = new LinkedHashMap<>();
  final Map<PeerId, Correspondent> correspondents = new LinkedHashMap<>();
  Optional<Instant> ages = Optional.empty();

  @Override
  public CompletionStage<ImmutableMap<PeerId, Correspondent>> correspondents() {
    return CompletableFuture.completedFuture(ImmutableMap.copyOf(correspondents));
  }

  @Override
  public CompletionStage<Void> putGiven(PeerId peer, ByteString token) {
    Correspondent old = correspondents.getOrDefault(peer, Correspondent.NEW);
    correspondents.put(
        peer, new Correspondent(Optional.of(token), old.received(), old.depositedUpTo()));
    return done();
  }

  @Override
  public CompletionStage<Void> putReceived(PeerId peer, ByteString token) {
    Correspondent old = correspondents.getOrDefault(peer, Correspondent.NEW);
    correspondents.put(
        peer, new Correspondent(old.given(), Optional.of(token), old.depositedUpTo()));
    return done();
  }

  @Override
  public CompletionStage<Void> putDeposited(PeerId peer, long upTo) {
    Correspondent old = correspondents.getOrDefault(peer, Correspondent.NEW);
    correspondents.put(peer, new Correspondent(old.given(), old.received(), upTo));
    return done();
  }

  @Override
  public CompletionStage<Void> forget(PeerId peer) {
    correspondents.remove(peer);
    return done();
  }

  @Override
  public CompletionStage<Optional<Instant>> ages() {
    return CompletableFuture.completedFuture(ages);
  }

  @Override
  public CompletionStage<ImmutableList<Kept>> prekeys() {
    return CompletableFuture.completedFuture(ImmutableList.copyOf(prekeys.values()));
  }

  @Override
  public CompletionStage<Void> addPrekeys(List<OwnPrekey> added) {
    added.forEach(own -> prekeys.put(own.prekey().id(), new Kept(own, Optional.empty())));
    return done();
  }

  @Override
  public CompletionStage<Void> replaceMediumTerm(OwnPrekey fresh, Instant now) {
    prekeys.replaceAll(
        (id, kept) ->
            kept.own().prekey().kind() == PrekeyKind.MEDIUM_TERM && kept.replacedAt().isEmpty()
                ? new Kept(kept.own(), Optional.of(now))
                : kept);
    return addPrekeys(List.of(fresh));
  }

  @Override
  public CompletionStage<Optional<OwnPrekey>> prekey(PrekeyId id) {
    return CompletableFuture.completedFuture(Optional.ofNullable(prekeys.get(id)).map(Kept::own));
  }

  @Override
  public CompletionStage<Void> destroy(List<PrekeyId> ids) {
    ids.forEach(prekeys::remove);
    return done();
  }

  private static CompletionStage<Void> done() {
    return CompletableFuture.completedFuture(null);
  }
}
