package dev.parley.files;

import com.google.common.collect.ImmutableList;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Sends files and directories to contacts, and takes theirs. Thread-safe; nothing here blocks.
 * Implemented by parley alone.
 *
 * <p>What completes later does so on a thread of the node where nothing may block, and
 * exceptionally with {@link TransferRejected}.
 */
public interface FileTransfers {
  /**
   * Offers files and directories to a contact, as they are now. Completes once the offer is on
   * disk: from then on it is told to the peer when there is a link, and what comes of it goes on
   * over crashes of either side. The files must stay where and as they are until it is delivered;
   * one that has changed by then ends the transfer.
   *
   * <p>Links and special files are left out, and counted.
   *
   * @param paths absolute
   */
  CompletionStage<Transfer> send(PeerId to, List<Path> paths);

  /** All transfers that are not over, and those that were over lately; the oldest first. */
  CompletionStage<ImmutableList<Transfer>> list();

  /**
   * Accepts an offer.
   *
   * @param directory absolute, made when it is not there; the configured one when empty
   */
  CompletionStage<Transfer> accept(TransferId id, Optional<Path> directory);

  /** Refuses an offer. */
  CompletionStage<Transfer> refuse(TransferId id);

  /** Ends a transfer, at either side; what has arrived of it is deleted. */
  CompletionStage<Transfer> cancel(TransferId id);

  /**
   * Calls {@code watcher} with every transfer whose state has changed, and at most four times a
   * second with one that makes progress, until the returned handle is closed. On a thread of the
   * node; must not block.
   */
  Watch watch(Consumer<Transfer> watcher);

  /** How many there are of what. */
  Summary summary();

  /**
   * @param offers of peers, that wait for this user's answer
   * @param waiting accepted, or waiting for the peer's answer, and not active
   */
  record Summary(int offers, int active, int waiting) {}

  /** Ends what it was returned for. */
  interface Watch extends AutoCloseable {
    @Override
    void close();
  }
}
