package dev.parley.control;

import dev.parley.control.v1.BackupChunk;
import dev.parley.control.v1.BackupRequest;
import dev.parley.control.v1.GetIdentityRequest;
import dev.parley.control.v1.GetStatusRequest;
import dev.parley.control.v1.Identity;
import dev.parley.control.v1.NodeGrpc;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.ShutdownReply;
import dev.parley.control.v1.ShutdownRequest;
import dev.parley.node.Node;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.Semaphore;

/** Identity, status, backup, shutdown. */
final class NodeService extends NodeGrpc.NodeImplBase {
  /** Each takes 64 MiB for a moment, and room on the disk. */
  static final int BACKUPS_AT_ONCE = 1;

  private final Node node;
  private final StatusMessages messages;
  private final Runnable shutdown;
  private final Semaphore backups = new Semaphore(BACKUPS_AT_ONCE);

  NodeService(Node node, StatusMessages messages, Runnable shutdown) {
    this.node = node;
    this.messages = messages;
    this.shutdown = shutdown;
  }

  @Override
  public void getIdentity(GetIdentityRequest request, StreamObserver<Identity> observer) {
    Failures.answer(
        observer,
        () ->
            Identity.newBuilder()
                .setPeerId(node.id().toString())
                .setTicket(node.ticket(!request.getWithoutAddresses()))
                .build());
  }

  @Override
  public void getStatus(GetStatusRequest request, StreamObserver<NodeStatus> observer) {
    Failures.answer(observer, () -> messages.of(node.status()));
  }

  @Override
  public void watchStatus(GetStatusRequest request, StreamObserver<NodeStatus> observer) {
    new StatusWatch((ServerCallStreamObserver<NodeStatus>) observer, messages).start(node);
  }

  @Override
  public void backup(BackupRequest request, StreamObserver<BackupChunk> observer) {
    Failures.start(
        observer,
        () ->
            new BackupCall((ServerCallStreamObserver<BackupChunk>) observer, node, backups)
                .start(request));
  }

  @Override
  public void shutdown(ShutdownRequest request, StreamObserver<ShutdownReply> observer) {
    observer.onNext(ShutdownReply.newBuilder().setPid(ProcessHandle.current().pid()).build());
    observer.onCompleted();
    // On a thread of its own: it closes the server, and with it the threads of this call.
    Thread ending = new Thread(shutdown, "parley-shutdown");
    ending.setDaemon(true);
    ending.start();
  }
}
