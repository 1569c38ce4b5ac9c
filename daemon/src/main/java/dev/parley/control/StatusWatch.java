package dev.parley.control;

import dev.parley.control.v1.NodeStatus;
import dev.parley.node.Node;
import io.grpc.stub.ServerCallStreamObserver;
import org.jspecify.annotations.Nullable;

/**
 * One WatchStatus call. A client that reads slowly gets the newest status when it is ready again,
 * and never a queue of old ones. Guarded by itself.
 */
final class StatusWatch {
  private final ServerCallStreamObserver<NodeStatus> observer;
  private final StatusMessages messages;
  private dev.parley.node.@Nullable NodeStatus newest;
  private Node.@Nullable Watch watch;
  private boolean cancelled;

  StatusWatch(ServerCallStreamObserver<NodeStatus> observer, StatusMessages messages) {
    this.observer = observer;
    this.messages = messages;
  }

  void start(Node node) {
    observer.setOnCancelHandler(this::cancel);
    observer.setOnReadyHandler(this::flush);
    Node.Watch started = node.watch(this::offer);
    synchronized (this) {
      watch = started;
      if (cancelled) {
        started.close();
        return;
      }
    }
    offer(node.status());
  }

  private synchronized void offer(dev.parley.node.NodeStatus status) {
    newest = status;
    flush();
  }

  private synchronized void flush() {
    if (newest != null && !cancelled && observer.isReady()) {
      observer.onNext(messages.of(newest));
      newest = null;
    }
  }

  private synchronized void cancel() {
    cancelled = true;
    if (watch != null) {
      watch.close();
    }
  }
}
