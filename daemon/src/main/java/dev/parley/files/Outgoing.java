package dev.parley.files;

import dev.parley.files.content.Manifest;
import dev.parley.files.content.SourceException;
import dev.parley.peer.v1.FileAnswer;
import dev.parley.peer.v1.FileFetch;
import dev.parley.proto.id.PeerId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offers what is to be sent, and sends what is fetched. Owned by the files' thread. */
final class Outgoing implements Serving.Owner {
  private static final Logger log = LoggerFactory.getLogger(Outgoing.class);

  private final Core core;
  private final Runnable onChange;

  /** Scans under way. */
  private int scanning;

  Outgoing(Core core, Runnable onChange) {
    this.core = core;
    this.onChange = onChange;
  }

  void offer(TransferId id, PeerId to, List<Path> paths, CompletableFuture<Transfer> done) {
    long open = core.ledger().of(to).filter(i -> !i.stored.isIncoming() && i.isOpen()).count();
    if (!core.isContact().test(to)) {
      reject(done, TransferRejected.Reason.NOT_A_CONTACT, "files go to contacts only");
    } else if (open + scanning >= Limits.MAX_OPEN_PER_PEER) {
      reject(
          done,
          TransferRejected.Reason.TOO_MANY,
          "there are " + open + " transfers to this peer already; wait until some are over");
    } else {
      scanning++;
      core.thread()
          .onDisk(
              () -> Manifest.write(core.manifest(id), paths),
              summary -> offer(id, to, summary, done),
              failure -> {
                scanning--;
                rejectScan(done, failure);
              });
    }
  }

  private void offer(
      TransferId id, PeerId to, Manifest.Summary summary, CompletableFuture<Transfer> done) {
    StoredTransfer stored =
        new StoredTransfer(
            id,
            to,
            Transfer.Direction.OUTGOING,
            TransferState.OFFERED,
            false,
            new StoredTransfer.Content(
                summary.names(), summary.bytes(), summary.entries(), summary.leftOut()),
            Optional.empty(),
            StoredTransfer.Done.NOTHING,
            "",
            core.ledger().instant(),
            Optional.empty());
    core.ledger()
        .add(stored)
        .whenComplete(
            (written, failure) ->
                core.thread()
                    .post(
                        () -> {
                          scanning--;
                          if (failure != null) {
                            dropManifest(id);
                            reject(
                                done,
                                TransferRejected.Reason.STORAGE_FAILING,
                                "the offer could not be written down: " + failure.getMessage());
                          } else {
                            Item item = core.ledger().added(stored);
                            done.complete(item.shown(core.ledger().now()));
                            onChange.run();
                          }
                        }));
  }

  private static void rejectScan(CompletableFuture<Transfer> done, Exception failure) {
    if (failure instanceof SourceException source) {
      reject(
          done,
          source.reason() == SourceException.Reason.TOO_MUCH
              ? TransferRejected.Reason.TOO_LARGE
              : TransferRejected.Reason.UNREADABLE,
          String.valueOf(source.getMessage()));
    } else {
      reject(
          done,
          TransferRejected.Reason.STORAGE_FAILING,
          "the list of files could not be made: " + failure.getMessage());
    }
  }

  static void reject(
      CompletableFuture<Transfer> done, TransferRejected.Reason reason, String message) {
    done.completeExceptionally(new TransferRejected(reason, message));
  }

  /** A peer fetches. */
  void serve(FileStream stream, FileFetch fetch) {
    Optional<Item> found =
        TransferId.tryOf(fetch.getTransferId())
            .flatMap(core.ledger()::find)
            .filter(item -> item.stored.peer().equals(stream.peer()))
            .filter(item -> !item.stored.isIncoming() && item.isOpen());
    if (found.isEmpty()) {
      answer(stream, FileAnswer.Status.UNKNOWN);
      return;
    }
    Item item = found.get();
    Item.Activity before = item.activity;
    if (before != null) {
      // The peer has lost the stream before we have.
      item.activity = null;
      before.stop(FileStream.RESET_FAILED);
    }
    if (isBusy(stream.peer())) {
      answer(stream, FileAnswer.Status.BUSY);
      return;
    }
    if (item.stored.state() == TransferState.OFFERED) {
      core.ledger().change(item, item.stored.in(TransferState.QUEUED, true));
    }
    Serving serving = new Serving(core, item, stream, item.checkpoints, this);
    item.activity = serving;
    serving.start(fetch);
    core.ledger().publish(item);
  }

  private boolean isBusy(PeerId peer) {
    List<Item> active =
        core.ledger().all().filter(i -> !i.stored.isIncoming() && i.activity != null).toList();
    return active.size() >= Limits.MAX_ACTIVE
        || active.stream().filter(i -> i.stored.peer().equals(peer)).count()
            >= Limits.MAX_ACTIVE_PER_PEER;
  }

  static void answer(FileStream stream, FileAnswer.Status status) {
    stream.write(Serving.answer(status));
    stream.end();
  }

  @Override
  public void onServed(Item item, Serving serving) {
    if (item.activity == serving) {
      item.activity = null;
      core.ledger().writeProgress(item);
      core.ledger().publish(item);
    }
  }

  @Override
  public void onSourceFailed(Item item, Serving serving, String why) {
    if (item.activity == serving) {
      item.activity = null;
      core.ledger()
          .change(
              item, item.stored.over(TransferState.FAILED, false, why, core.ledger().instant()));
      dropManifest(item.stored.id());
      onChange.run();
    }
  }

  /** It is over. */
  void dropManifest(TransferId id) {
    core.thread()
        .onDisk(
            () -> Files.deleteIfExists(core.manifest(id)),
            done -> {},
            failure ->
                log.warn("cannot remove the list of files of {}: {}", id, failure.toString()));
  }

  /** Removes lists of transfers that are not, or are over. Blocks. */
  void dropStaleManifests(java.util.Set<String> open) {
    if (!Files.isDirectory(core.manifests())) {
      return;
    }
    try (java.nio.file.DirectoryStream<Path> all = Files.newDirectoryStream(core.manifests())) {
      for (Path each : all) {
        if (!open.contains(String.valueOf(each.getFileName()))) {
          Files.deleteIfExists(each);
        }
      }
    } catch (IOException e) {
      log.warn("cannot look through {}: {}", core.manifests(), e.toString());
    }
  }
}
