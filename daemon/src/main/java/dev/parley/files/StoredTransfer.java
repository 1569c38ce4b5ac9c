package dev.parley.files;

import com.google.common.collect.ImmutableList;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of a transfer.
 *
 * @param state never {@code ACTIVE} nor {@code PAUSED}
 * @param told whether the peer has this state on its disk
 */
public record StoredTransfer(
    TransferId id,
    PeerId peer,
    Transfer.Direction direction,
    TransferState state,
    boolean told,
    Content content,
    Optional<Path> directory,
    Done done,
    String problem,
    Instant createdAt,
    Optional<Instant> endedAt) {

  /** What it is made of. */
  public record Content(ImmutableList<String> names, long bytes, int entries, int leftOut) {}

  /** How far it was when it was written down. */
  public record Done(long bytes, int entries, long wireBytes) {
    public static final Done NOTHING = new Done(0, 0, 0);
  }

  boolean isIncoming() {
    return direction == Transfer.Direction.INCOMING;
  }

  StoredTransfer in(TransferState next, boolean isTold) {
    return new StoredTransfer(
        id, peer, direction, next, isTold, content, directory, done, problem, createdAt, endedAt);
  }

  StoredTransfer acceptedTo(Path target) {
    return new StoredTransfer(
        id,
        peer,
        direction,
        TransferState.QUEUED,
        told,
        content,
        Optional.of(target),
        done,
        problem,
        createdAt,
        endedAt);
  }

  StoredTransfer over(TransferState end, boolean isTold, String why, Instant now) {
    return new StoredTransfer(
        id,
        peer,
        direction,
        end,
        isTold,
        content,
        directory,
        done,
        why,
        createdAt,
        Optional.of(now));
  }

  StoredTransfer with(Done progress) {
    return new StoredTransfer(
        id, peer, direction, state, told, content, directory, progress, problem, createdAt,
        endedAt);
  }

  StoredTransfer named(ImmutableList<String> names) {
    return new StoredTransfer(
        id,
        peer,
        direction,
        state,
        told,
        new Content(names, content.bytes, content.entries, content.leftOut),
        directory,
        done,
        problem,
        createdAt,
        endedAt);
  }
}
