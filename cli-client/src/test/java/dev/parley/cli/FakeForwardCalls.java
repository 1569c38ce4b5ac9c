package dev.parley.cli;

import dev.parley.control.v1.AddForwardRequest;
import dev.parley.control.v1.AddServiceRequest;
import dev.parley.control.v1.AllowedPeer;
import dev.parley.control.v1.AwaitSocketEndRequest;
import dev.parley.control.v1.ExposedService;
import dev.parley.control.v1.Forward;
import dev.parley.control.v1.ForwardsGrpc;
import dev.parley.control.v1.ForwardsStatus;
import dev.parley.control.v1.ListForwardsRequest;
import dev.parley.control.v1.OpenOnSocketRequest;
import dev.parley.control.v1.OpenedSocket;
import dev.parley.control.v1.RemoveForwardRequest;
import dev.parley.control.v1.RemoveServiceRequest;
import dev.parley.control.v1.SocketEnd;
import dev.parley.control.v1.Traffic;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Services and forwards of straw, and a real socket for one pipe. */
final class FakeForwardCalls extends ForwardsGrpc.ForwardsImplBase implements AutoCloseable {
  static final Traffic TRAFFIC =
      Traffic.newBuilder()
          .setOpen(1)
          .setTotal(2)
          .setFailed(3)
          .setBytesIn(4_000)
          .setBytesOut(5_600_000)
          .setDatagramsDropped(6)
          .build();

  final List<AddServiceRequest> added = new CopyOnWriteArrayList<>();
  final List<AddForwardRequest> forwarded = new CopyOnWriteArrayList<>();
  final List<OpenOnSocketRequest> opened = new CopyOnWriteArrayList<>();
  final CompletableFuture<SocketEnd> end = new CompletableFuture<>();
  volatile ForwardsStatus status = ForwardsStatus.getDefaultInstance();
  volatile @Nullable StatusRuntimeException refusal;
  private @Nullable ServerSocketChannel socket;

  /** Makes the socket of the next pipe. */
  ServerSocketChannel listen(Path path) throws IOException {
    ServerSocketChannel listening = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listening.bind(UnixDomainSocketAddress.of(path));
    socket = listening;
    return listening;
  }

  SocketChannel accept() throws IOException {
    return socket.accept();
  }

  static ExposedService service(String name, String target) {
    return ExposedService.newBuilder()
        .setService(name)
        .setTarget(target)
        .addAllowed(AllowedPeer.newBuilder().setPeerId("peer-of-bob").setName("bob"))
        .setTraffic(TRAFFIC)
        .build();
  }

  static Forward forward(String service, String local) {
    return Forward.newBuilder()
        .setId(1)
        .setPeerId("peer-of-bob")
        .setPeerName("bob")
        .setService(service)
        .setLocal(local)
        .setIdleMillis(60_000)
        .setTraffic(TRAFFIC)
        .setLastProblem("it broke")
        .build();
  }

  private <T> void answer(StreamObserver<T> observer, T answer) {
    if (refusal != null) {
      observer.onError(refusal);
      return;
    }
    observer.onNext(answer);
    observer.onCompleted();
  }

  @Override
  public void addService(AddServiceRequest request, StreamObserver<ExposedService> observer) {
    added.add(request);
    ExposedService.Builder service = ExposedService.newBuilder();
    request
        .getAllowList()
        .forEach(peer -> service.addAllowed(AllowedPeer.newBuilder().setName(peer)));
    answer(
        observer,
        service
            .setService(request.getService())
            .setTarget(request.getTarget())
            .setAllowContacts(request.getAllowContacts())
            .build());
  }

  @Override
  public void removeService(RemoveServiceRequest request, StreamObserver<ExposedService> observer) {
    answer(observer, service(request.getService(), "tcp:127.0.0.1:80"));
  }

  @Override
  public void addForward(AddForwardRequest request, StreamObserver<Forward> observer) {
    forwarded.add(request);
    answer(observer, forward(request.getService(), request.getLocal()));
  }

  @Override
  public void removeForward(RemoveForwardRequest request, StreamObserver<Forward> observer) {
    answer(observer, forward("web", request.getForward()));
  }

  @Override
  public void listForwards(ListForwardsRequest request, StreamObserver<ForwardsStatus> observer) {
    answer(observer, status);
  }

  @Override
  public void openOnSocket(OpenOnSocketRequest request, StreamObserver<OpenedSocket> observer) {
    opened.add(request);
    if (refusal != null) {
      observer.onError(refusal);
      return;
    }
    try {
      answer(
          observer, OpenedSocket.newBuilder().setPath(socket.getLocalAddress().toString()).build());
    } catch (IOException e) {
      observer.onError(e);
    }
  }

  @Override
  public void awaitSocketEnd(AwaitSocketEndRequest request, StreamObserver<SocketEnd> observer) {
    end.thenAccept(
        how -> {
          observer.onNext(how);
          observer.onCompleted();
        });
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }
}
