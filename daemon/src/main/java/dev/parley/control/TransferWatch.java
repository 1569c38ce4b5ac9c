package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.FileTransfer;
import dev.parley.files.FileTransfers;
import dev.parley.files.Transfer;
import dev.parley.files.TransferId;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One Watch call. A client that reads slowly gets the newest of each transfer when it is ready
 * again, and never a queue of old ones. Guarded by itself.
 */
final class TransferWatch {
  private final ServerCallStreamObserver<FileTransfer> observer;
  private final Optional<TransferId> only;
  private final Contacts contacts;
  private final Map<TransferId, Transfer> newest = new LinkedHashMap<>();
  private FileTransfers.@Nullable Watch watch;
  private boolean over;

  TransferWatch(
      ServerCallStreamObserver<FileTransfer> observer,
      Optional<TransferId> only,
      Contacts contacts) {
    this.observer = observer;
    this.only = only;
    this.contacts = contacts;
  }

  void start(FileTransfers files) {
    observer.setOnCancelHandler(this::cancel);
    observer.setOnReadyHandler(this::flush);
    FileTransfers.Watch started = files.watch(this::offer);
    synchronized (this) {
      watch = started;
      if (over) {
        started.close();
        return;
      }
    }
    files
        .list()
        .whenComplete(
            (all, failure) -> {
              if (failure != null) {
                fail(failure);
              } else {
                all.forEach(this::offer);
              }
            });
  }

  private synchronized void offer(Transfer transfer) {
    if (!over && only.filter(id -> !id.equals(transfer.id())).isEmpty()) {
      newest.put(transfer.id(), transfer);
      flush();
    }
  }

  private synchronized void flush() {
    Iterator<Transfer> waiting = newest.values().iterator();
    while (!over && waiting.hasNext() && observer.isReady()) {
      Transfer transfer = waiting.next();
      waiting.remove();
      observer.onNext(FileMessages.of(transfer, contacts));
      if (only.isPresent() && transfer.state().isOver()) {
        observer.onCompleted();
        cancel();
      }
    }
  }

  private synchronized void fail(Throwable failure) {
    if (!over) {
      cancel();
      observer.onError(Failures.of(failure));
    }
  }

  private synchronized void cancel() {
    over = true;
    if (watch != null) {
      watch.close();
    }
  }
}
