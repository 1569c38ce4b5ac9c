package dev.parley.control;

import dev.parley.control.v1.PingReply;
import dev.parley.link.LinkPath;
import dev.parley.node.Node;
import dev.parley.proto.id.PeerId;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One Ping call. Replies come on the links' thread; guarded by itself. */
final class PingCall implements Node.PingListener {
  private final ServerCallStreamObserver<PingReply> observer;
  private Node.@Nullable Watch pinging;
  private boolean over;

  PingCall(ServerCallStreamObserver<PingReply> observer) {
    this.observer = observer;
  }

  void start(Node node, PeerId peer, Node.PingPlan plan) {
    observer.setOnCancelHandler(this::end);
    Node.Watch started = node.ping(peer, plan, this);
    synchronized (this) {
      pinging = started;
      if (over) {
        started.close();
      }
    }
  }

  @Override
  public synchronized void onReply(int seq, Duration roundTrip, LinkPath path) {
    // A client that does not read loses replies, as a network would; it does not fill the heap.
    if (!over && observer.isReady()) {
      observer.onNext(
          PingReply.newBuilder()
              .setSeq(seq)
              .setRttMicros(Wire.micros(roundTrip))
              .setPath(Wire.path(path))
              .build());
    }
  }

  @Override
  public synchronized void onDone() {
    if (!over) {
      end();
      observer.onCompleted();
    }
  }

  private synchronized void end() {
    over = true;
    if (pinging != null) {
      pinging.close();
    }
  }
}
