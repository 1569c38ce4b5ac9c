package dev.parley.files;

import com.google.common.collect.ImmutableList;
import dev.parley.files.landing.HostileEntryException;
import dev.parley.files.landing.Landing;
import dev.parley.link.Link;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches what has been accepted. Owned by the files' thread. */
final class Incoming implements Receiving.Owner {
  private static final Logger log = LoggerFactory.getLogger(Incoming.class);

  /** Where it arrives damaged so often, it is the disk or the memory of one of the two. */
  private static final int MAX_DAMAGED = 4;

  private final Core core;
  private final Runnable onChange;

  Incoming(Core core, Runnable onChange) {
    this.core = core;
    this.onChange = onChange;
  }

  void start(Item item, Link link) {
    item.opening = true;
    Landing landing = item.landing;
    Optional<Path> directory = item.stored.directory();
    if (directory.isEmpty()) {
      throw new IllegalStateException("accepted without a directory");
    }
    item.disk(core)
        .run(
            () ->
                landing != null
                    ? landing
                    : Landing.open(directory.get(), item.stored.id().toString(), core.disk()),
            open -> opened(item, open, link),
            failure -> {
              item.opening = false;
              onOpeningFailed(item, failure);
            });
  }

  private void opened(Item item, Landing landing, Link link) {
    item.opening = false;
    item.landing = landing;
    if (item.stored.state() != TransferState.QUEUED) {
      discard(item);
      return;
    }
    item.pause = "";
    item.activity = Receiving.start(core, item, landing, link, this);
    core.ledger()
        .progress(
            item,
            new StoredTransfer.Done(landing.bytes(), landing.entries(), item.done.wireBytes()));
    core.ledger().publish(item);
  }

  private void onOpeningFailed(Item item, Exception failure) {
    if (failure instanceof HostileEntryException) {
      onHopeless(item, "what has arrived cannot be gone on with: " + failure.getMessage());
    } else {
      onTrouble(
          item,
          "cannot write to "
              + item.stored.directory().map(Path::toString).orElse("")
              + ": "
              + failure.getMessage()
              + "; it goes on when it can");
    }
  }

  @Override
  public void onComplete(Item item, ImmutableList<String> names) {
    item.activity = null;
    if (item.stored.state() != TransferState.QUEUED) {
      discard(item);
      return;
    }
    item.done =
        new StoredTransfer.Done(
            item.stored.content().bytes(), item.stored.content().entries(), item.done.wireBytes());
    StoredTransfer delivered =
        item.stored.over(TransferState.DELIVERED, false, "", core.ledger().instant());
    core.ledger().change(item, names.isEmpty() ? delivered : delivered.named(first(names)));
    discard(item);
    onChange.run();
  }

  private static ImmutableList<String> first(ImmutableList<String> names) {
    return names.subList(0, Math.min(names.size(), FileFrames.MAX_NAMES));
  }

  @Override
  public void onInterrupted(Item item, String why) {
    log.debug("transfer {} is interrupted: {}", item.stored.id(), why);
    item.activity = null;
    pause(item, "");
  }

  @Override
  public void onTrouble(Item item, String why) {
    item.activity = null;
    // What is on the disk is looked at again when it goes on.
    closeLanding(item);
    pause(item, why);
  }

  @Override
  public void onDamaged(Item item, String why) {
    item.activity = null;
    if (++item.damaged >= MAX_DAMAGED) {
      onHopeless(
          item, "it arrives damaged again and again: the disk or the memory of a side fails");
    } else {
      log.warn("transfer {}: {}", item.stored.id(), why);
      pause(item, "");
    }
  }

  @Override
  public void onHopeless(Item item, String why) {
    item.activity = null;
    if (item.isOpen()) {
      core.ledger()
          .change(
              item, item.stored.over(TransferState.FAILED, false, why, core.ledger().instant()));
    }
    discard(item);
    onChange.run();
  }

  private void pause(Item item, String why) {
    item.pause = why;
    java.time.Duration pause = Limits.pause(item.pauses++);
    item.notBefore = core.ledger().now() + pause.toNanos();
    core.ledger().writeProgress(item);
    core.ledger().publish(item);
    core.thread().schedule(pause, onChange);
    onChange.run();
  }

  /** It is over: what has arrived of it and was not delivered goes. */
  void discard(Item item) {
    closeLanding(item);
    Optional<Path> directory = item.stored.directory();
    if (directory.isPresent()) {
      String id = item.stored.id().toString();
      item.disk(core)
          .run(
              () -> {
                Landing.discard(directory.get(), id);
                return id;
              },
              done -> {},
              failure -> log.warn("cannot remove what is left of {}: {}", id, failure.toString()));
    }
  }

  void closeLanding(Item item) {
    Landing landing = item.landing;
    item.landing = null;
    if (landing != null) {
      item.disk(core)
          .run(
              () -> {
                landing.close();
                return landing;
              },
              done -> {},
              failure -> log.debug("closing {} failed", landing, failure));
    }
  }
}
