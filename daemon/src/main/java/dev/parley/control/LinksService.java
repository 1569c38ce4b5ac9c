package dev.parley.control;

import dev.parley.control.v1.LinksGrpc;
import dev.parley.control.v1.NetcheckReply;
import dev.parley.control.v1.NetcheckRequest;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PinPathReply;
import dev.parley.control.v1.PinPathRequest;
import dev.parley.control.v1.PingReply;
import dev.parley.control.v1.PingRequest;
import dev.parley.control.v1.WhyReply;
import dev.parley.control.v1.WhyRequest;
import dev.parley.node.Node;
import dev.parley.proto.id.PeerId;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;

/** Pings, holding a link on one kind of path, and the reports on the NAT and on paths. */
final class LinksService extends LinksGrpc.LinksImplBase {
  /** A ping costs a stream on the link: faster is of no use to a person and a load on the peer. */
  static final int MIN_INTERVAL_MILLIS = 10;

  private static final int DEFAULT_INTERVAL_MILLIS = 1_000;

  private final Node node;
  private final Peers peers;

  LinksService(Node node, Peers peers) {
    this.node = node;
    this.peers = peers;
  }

  @Override
  public void ping(PingRequest request, StreamObserver<PingReply> observer) {
    Failures.start(
        observer,
        () -> {
          PeerId peer = peers.resolve(request.getPeer());
          new PingCall((ServerCallStreamObserver<PingReply>) observer)
              .start(node, peer, plan(request));
        });
  }

  private static Node.PingPlan plan(PingRequest request) throws Refusal {
    // An unsigned field: what reads as negative is larger than any sensible number.
    if (request.getCount() < 0 || request.getIntervalMillis() < 0) {
      throw Refusal.badArgument("count and interval of a ping are at most 2147483647");
    }
    int interval = request.getIntervalMillis();
    return new Node.PingPlan(
        Math.max(1, request.getCount()),
        Duration.ofMillis(
            interval == 0 ? DEFAULT_INTERVAL_MILLIS : Math.max(MIN_INTERVAL_MILLIS, interval)),
        request.getUntilDirect());
  }

  @Override
  public void netcheck(NetcheckRequest request, StreamObserver<NetcheckReply> observer) {
    node.netcheck()
        .whenComplete(
            (report, failure) -> {
              if (failure != null) {
                observer.onError(Failures.of(failure));
              } else {
                observer.onNext(NetcheckMessages.of(report));
                observer.onCompleted();
              }
            });
  }

  @Override
  public void why(WhyRequest request, StreamObserver<WhyReply> observer) {
    Failures.start(
        observer,
        () ->
            node.why(peers.resolve(request.getPeer()))
                .whenComplete(
                    (report, failure) -> {
                      if (failure != null) {
                        observer.onError(Failures.of(failure));
                      } else {
                        observer.onNext(WhyMessages.of(report));
                        observer.onCompleted();
                      }
                    }));
  }

  @Override
  public void pinPath(PinPathRequest request, StreamObserver<PinPathReply> observer) {
    Failures.answer(
        observer,
        () -> {
          PathKind kind = request.getKind();
          if (kind == PathKind.UNRECOGNIZED) {
            throw Refusal.badArgument("this version knows no path kind " + request.getKindValue());
          }
          node.pinPath(peers.resolve(request.getPeer()), Wire.kind(kind));
          return PinPathReply.getDefaultInstance();
        });
  }
}
