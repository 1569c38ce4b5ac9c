package dev.parley.control;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableSet;
import dev.parley.channels.Access;
import dev.parley.channels.Channels;
import dev.parley.channels.ServiceName;
import dev.parley.contacts.Contacts;
import dev.parley.control.v1.AddForwardRequest;
import dev.parley.control.v1.AddServiceRequest;
import dev.parley.control.v1.AwaitSocketEndRequest;
import dev.parley.control.v1.ErrorDetail;
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
import dev.parley.forward.Endpoint;
import dev.parley.forward.Forwards;
import dev.parley.forward.PipeSocket;
import dev.parley.proto.id.PeerId;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Services, forwards, and sockets that lead to channels. */
final class ForwardsService extends ForwardsGrpc.ForwardsImplBase {
  /** More than can be open at a time. */
  private static final int MAX_REMEMBERED_SOCKETS = 1_024;

  private final Forwards forwards;
  private final Peers peers;
  private final ForwardMessages messages;
  private final Cache<String, PipeSocket> sockets =
      CacheBuilder.newBuilder().maximumSize(MAX_REMEMBERED_SOCKETS).build();

  ForwardsService(Forwards forwards, Contacts contacts, Peers peers) {
    this.forwards = forwards;
    this.peers = peers;
    this.messages = new ForwardMessages(contacts);
  }

  @Override
  public void addService(AddServiceRequest request, StreamObserver<ExposedService> observer) {
    Failures.start(
        observer,
        () -> {
          ServiceName name = serviceName(request.getService());
          ImmutableSet.Builder<PeerId> allowed = ImmutableSet.builder();
          for (String peer : request.getAllowList()) {
            allowed.add(peers.resolve(peer));
          }
          Access access = new Access(request.getAllowContacts(), allowed.build());
          answer(
              observer,
              forwards.addService(name, endpoint(request.getTarget()), access),
              messages::of);
        });
  }

  @Override
  public void removeService(RemoveServiceRequest request, StreamObserver<ExposedService> observer) {
    Failures.start(
        observer,
        () ->
            answer(
                observer, forwards.removeService(serviceName(request.getService())), messages::of));
  }

  @Override
  public void addForward(AddForwardRequest request, StreamObserver<Forward> observer) {
    Failures.start(
        observer,
        () -> {
          // An unsigned field: what reads as negative is longer than any idle time.
          long idle = request.getIdleMillis();
          answer(
              observer,
              forwards.addForward(
                  peers.resolve(request.getPeer()),
                  serviceName(request.getService()),
                  endpoint(request.getLocal()),
                  idle == 0
                      ? Forwards.DEFAULT_IDLE
                      : Duration.ofMillis(idle < 0 ? Long.MAX_VALUE : idle)),
              messages::of);
        });
  }

  @Override
  public void removeForward(RemoveForwardRequest request, StreamObserver<Forward> observer) {
    Failures.start(
        observer,
        () -> answer(observer, forwards.removeForward(request.getForward()), messages::of));
  }

  @Override
  public void listForwards(ListForwardsRequest request, StreamObserver<ForwardsStatus> observer) {
    Failures.answer(observer, () -> messages.of(forwards.status()));
  }

  @Override
  public void openOnSocket(OpenOnSocketRequest request, StreamObserver<OpenedSocket> observer) {
    Failures.start(
        observer,
        () -> {
          int millis = request.getTimeoutMillis();
          Duration timeout =
              millis == 0
                  ? Channels.DEFAULT_TIMEOUT
                  : Duration.ofMillis(millis < 0 ? Integer.MAX_VALUE : millis);
          answer(
              observer,
              forwards.openOnSocket(
                  peers.resolve(request.getPeer()), serviceName(request.getService()), timeout),
              socket -> {
                String path = socket.path().toString();
                sockets.put(path, socket);
                return OpenedSocket.newBuilder().setPath(path).build();
              });
        });
  }

  @Override
  public void awaitSocketEnd(AwaitSocketEndRequest request, StreamObserver<SocketEnd> observer) {
    Failures.start(
        observer,
        () -> {
          PipeSocket socket = sockets.getIfPresent(request.getPath());
          if (socket == null) {
            throw new Refusal(
                Status.Code.NOT_FOUND,
                ErrorDetail.Code.NOT_FOUND,
                "there was no such socket of late",
                "OpenOnSocket tells a path");
          }
          answer(observer, socket.ended(), ForwardMessages::of);
        });
  }

  private static <T, M> void answer(
      StreamObserver<M> observer, CompletableFuture<T> result, Function<T, M> message) {
    result.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            observer.onError(Failures.of(failure));
          } else {
            observer.onNext(message.apply(done));
            observer.onCompleted();
          }
        });
  }

  private static ServiceName serviceName(String name) throws Refusal {
    try {
      return new ServiceName(name);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Status.Code.INVALID_ARGUMENT,
          ErrorDetail.Code.BAD_NAME,
          String.valueOf(e.getMessage()),
          "");
    }
  }

  private static Endpoint endpoint(String address) throws Refusal {
    try {
      return Endpoint.parse(address);
    } catch (IllegalArgumentException e) {
      throw new Refusal(
          Status.Code.INVALID_ARGUMENT,
          ErrorDetail.Code.BAD_ADDRESS,
          String.valueOf(e.getMessage()),
          "such as tcp:127.0.0.1:8080");
    }
  }
}
