package dev.parley.control;

import dev.parley.control.v1.SendManyReply;
import dev.parley.control.v1.SendManyRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.control.v1.SendResult;
import dev.parley.messaging.Messages;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One SendMany call. Requests come on a call thread, commits on the messaging thread; guarded by
 * itself.
 *
 * <p>A request is asked for only while few enough messages await the disk and the client takes the
 * results: so a client that sends without reading is held up, and nobody else is. Results are told
 * in order, as many at a time as are ready.
 */
final class SendManyCall implements StreamObserver<SendManyRequest> {
  /** Well below what messaging takes from all callers together. */
  static final int MAX_OUTSTANDING = 4_096;

  static final int MAX_PER_REQUEST = 1_024;
  private static final int MAX_PER_REPLY = 512;

  private final ServerCallStreamObserver<SendManyReply> observer;
  private final Messages messages;
  private final Peers peers;
  private final ArrayDeque<SendResult.Builder> outstanding = new ArrayDeque<>();
  private String lastName = "";
  private @Nullable PeerId lastPeer;
  private long number;
  private boolean asked;
  private boolean clientDone;
  private boolean over;

  SendManyCall(ServerCallStreamObserver<SendManyReply> observer, Messages messages, Peers peers) {
    this.observer = observer;
    this.messages = messages;
    this.peers = peers;
  }

  void prepare() {
    observer.disableAutoRequest();
    observer.setOnReadyHandler(this::advance);
    observer.setOnCancelHandler(this::cancel);
    advance();
  }

  @Override
  public synchronized void onNext(SendManyRequest request) {
    if (over) {
      return;
    }
    asked = false;
    if (request.getMessagesCount() > MAX_PER_REQUEST) {
      over = true;
      observer.onError(
          Failures.of(
              Refusal.badArgument("more than " + MAX_PER_REQUEST + " messages in a request")));
      return;
    }
    request.getMessagesList().forEach(this::send);
    advance();
  }

  private void send(SendRequest request) {
    SendResult.Builder result = SendResult.newBuilder().setNumber(++number);
    outstanding.add(result);
    try {
      messages
          .send(Wire.outgoing(request, resolve(request.getPeer())))
          .whenComplete((id, failure) -> settle(result, id, failure));
    } catch (Refusal e) {
      result.setError(Failures.detail(e));
    }
  }

  /** Mostly all go to the same peer. */
  private PeerId resolve(String name) throws Refusal {
    PeerId known = lastPeer;
    if (known == null || !name.equals(lastName)) {
      known = peers.resolve(name);
      lastPeer = known;
      lastName = name;
    }
    return known;
  }

  private synchronized void settle(
      SendResult.Builder result, @Nullable MessageId id, @Nullable Throwable failure) {
    if (failure != null || id == null) {
      result.setError(Failures.detail(failure == null ? new IllegalStateException() : failure));
    } else {
      result.setMessageId(id.toString());
    }
    if (outstanding.peek() == result || outstanding.size() >= MAX_OUTSTANDING) {
      advance();
    }
  }

  /** Tells what is ready, and asks for more when there is room. */
  private synchronized void advance() {
    while (!over && observer.isReady() && isSettled()) {
      SendManyReply.Builder reply = SendManyReply.newBuilder();
      while (isSettled() && reply.getResultsCount() < MAX_PER_REPLY) {
        reply.addResults(outstanding.remove());
      }
      observer.onNext(reply.build());
    }
    if (over) {
      return;
    }
    if (clientDone && outstanding.isEmpty()) {
      over = true;
      observer.onCompleted();
    } else if (!clientDone && !asked && outstanding.size() < MAX_OUTSTANDING) {
      asked = true;
      observer.request(1);
    }
  }

  private boolean isSettled() {
    SendResult.Builder first = outstanding.peek();
    return first != null && first.getResultCase() != SendResult.ResultCase.RESULT_NOT_SET;
  }

  @Override
  public synchronized void onCompleted() {
    clientDone = true;
    advance();
  }

  @Override
  public synchronized void onError(Throwable cancelled) {
    cancel();
  }

  private synchronized void cancel() {
    over = true;
    outstanding.clear();
  }
}
