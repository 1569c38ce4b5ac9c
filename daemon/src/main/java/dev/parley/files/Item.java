package dev.parley.files;

import dev.parley.files.landing.Landing;
import dev.parley.link.LinkPath;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One transfer while the node runs. Owned by the files' thread. */
final class Item {
  /** Under way on a stream. */
  interface Activity {
    /** Ends it at once, and closes what is open; tells nobody but the peer. */
    void stop(int reason);

    LinkPath path();
  }

  StoredTransfer stored;
  StoredTransfer.Done done;
  final Meter meter = new Meter();
  @Nullable Activity activity;

  /** What has arrived, while it is open. */
  @Nullable Landing landing;

  /** It is being opened. */
  boolean opening;

  /** How often something has arrived damaged. */
  int damaged;

  private @Nullable DiskLine disk;
  final Checkpoints checkpoints = new Checkpoints();

  /** A stream is open on which the peer is told. */
  boolean telling;

  /** Why it waits, if it is for more than a link or its turn. */
  String pause = "";

  /** Pauses in a row. */
  int pauses;

  /** By the ticker; before that nothing is tried. */
  long notBefore;

  /** Of the publication of progress. */
  long publishedAt;

  Item(StoredTransfer stored, long now) {
    this.stored = stored;
    this.done = stored.done();
    this.notBefore = now;
  }

  DiskLine disk(Core core) {
    DiskLine line = disk == null ? new DiskLine(core.thread()) : disk;
    disk = line;
    return line;
  }

  TransferState state() {
    if (stored.state() != TransferState.QUEUED) {
      return stored.state();
    }
    if (activity != null) {
      return TransferState.ACTIVE;
    }
    return pause.isEmpty() ? TransferState.QUEUED : TransferState.PAUSED;
  }

  boolean isOpen() {
    return !stored.state().isOver();
  }

  Transfer shown(long now) {
    Activity under = activity;
    Optional<Transfer.Live> live = Optional.empty();
    if (under != null && isOpen()) {
      long rate = meter.bytesPerSecond(now, done.bytes());
      live =
          Optional.of(
              new Transfer.Live(
                  rate,
                  Meter.timeLeft(stored.content().bytes() - done.bytes(), rate),
                  under.path()));
    }
    return new Transfer(
        stored.id(),
        stored.peer(),
        stored.direction(),
        state(),
        stored.content().names(),
        stored.content().bytes(),
        stored.content().entries(),
        stored.content().leftOut(),
        stored.directory(),
        done.bytes(),
        done.entries(),
        done.wireBytes(),
        isOpen() ? pause : stored.problem(),
        stored.createdAt(),
        stored.endedAt(),
        live);
  }
}
