package dev.parley.control;

import dev.parley.contacts.Contacts;
import dev.parley.control.v1.Gap;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.Subscribe;
import dev.parley.messaging.ConsumerName;
import dev.parley.messaging.InboxGap;
import dev.parley.messaging.InboxListener;
import dev.parley.messaging.InboxSubscription;
import dev.parley.messaging.Messages;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One Receive call. Messages come on the messaging thread, requests on a call thread, readiness on
 * another; all of it is guarded by this object.
 *
 * <p>Two bounds keep a slow reader from filling the heap: the subscription hands over at most
 * `window` unacknowledged messages, and only what the connection is ready for is given to gRPC.
 * Acknowledgements go to the disk one at a time, each as far as the client has come by then, so
 * that a client which acknowledges every message costs no commit per message.
 */
final class ReceiveCall implements StreamObserver<ReceiveRequest>, InboxListener {
  static final int DEFAULT_WINDOW = 64;
  static final int MAX_WINDOW = 1_024;

  /** A gap that a damaged database has left may be at position 0. */
  private static final long NONE = -1;

  private final ServerCallStreamObserver<ReceivedMessage> observer;
  private final Messages messages;
  private final Contacts contacts;
  private final ArrayDeque<ReceivedMessage.Builder> waiting = new ArrayDeque<>();
  private @Nullable InboxSubscription subscription;
  private boolean caughtUp;
  private long lastSent = -1;
  private long acknowledged = -1;
  private long wanted = -1;
  private boolean acknowledging;
  private int singles;
  private boolean clientDone;
  private boolean over;

  ReceiveCall(
      ServerCallStreamObserver<ReceivedMessage> observer, Messages messages, Contacts contacts) {
    this.observer = observer;
    this.messages = messages;
    this.contacts = contacts;
  }

  void prepare() {
    observer.setOnReadyHandler(this::drain);
    observer.setOnCancelHandler(this::end);
  }

  @Override
  public synchronized void onNext(ReceiveRequest request) {
    if (over) {
      return;
    }
    try {
      switch (request.getBodyCase()) {
        case SUBSCRIBE -> subscribe(request.getSubscribe());
        case ACKNOWLEDGE -> acknowledge(request.getAcknowledge());
        case ACKNOWLEDGE_ONE -> acknowledgeOne(request.getAcknowledgeOne());
        case BODY_NOT_SET -> throw Refusal.badArgument("a request without a body");
      }
    } catch (Refusal | RuntimeException e) {
      fail(Failures.of(e));
    }
  }

  private void subscribe(Subscribe request) throws Refusal {
    if (subscription != null) {
      throw Refusal.badArgument("this call has subscribed already");
    }
    int window = request.getWindow() == 0 ? DEFAULT_WINDOW : request.getWindow();
    // An unsigned field: what reads as negative is past the limit too.
    if (window < 0 || window > MAX_WINDOW) {
      throw Refusal.badArgument("the window of a subscription is 1 to " + MAX_WINDOW);
    }
    subscription = messages.subscribe(consumer(request.getConsumer()), window, this);
  }

  private static ConsumerName consumer(String name) throws Refusal {
    try {
      return name.isEmpty() ? ConsumerName.DEFAULT : new ConsumerName(name);
    } catch (IllegalArgumentException e) {
      throw Refusal.badArgument(String.valueOf(e.getMessage()));
    }
  }

  private void acknowledge(long position) throws Refusal {
    InboxSubscription to = subscribedTo(position);
    wanted = Math.max(wanted, position);
    commitNext(to);
  }

  /** Several on their way to the disk go together there. */
  private void acknowledgeOne(long position) throws Refusal {
    InboxSubscription to = subscribedTo(position);
    singles++;
    to.acknowledgeOne(position).whenComplete((done, failure) -> committedOne(failure));
  }

  private InboxSubscription subscribedTo(long position) throws Refusal {
    if (subscription == null) {
      throw Refusal.badArgument("acknowledged before subscribing");
    }
    if (position < 0 || position > lastSent) {
      throw Refusal.badArgument("acknowledged position " + position + ", which was never sent");
    }
    return subscription;
  }

  private synchronized void committedOne(@Nullable Throwable failure) {
    singles--;
    if (failure != null) {
      fail(Failures.of(failure));
    } else {
      completeWhenDone();
    }
  }

  private synchronized void commitNext(InboxSubscription to) {
    if (acknowledging || wanted <= acknowledged) {
      return;
    }
    acknowledging = true;
    long position = wanted;
    to.acknowledge(position).whenComplete((done, failure) -> committed(to, position, failure));
  }

  private synchronized void committed(
      InboxSubscription to, long position, @Nullable Throwable failure) {
    acknowledging = false;
    if (failure != null) {
      fail(Failures.of(failure));
      return;
    }
    acknowledged = position;
    if (!over) {
      commitNext(to);
      completeWhenDone();
    }
  }

  /** The client has acknowledged all it will: the call ends once that is on disk. */
  @Override
  public synchronized void onCompleted() {
    clientDone = true;
    completeWhenDone();
  }

  private void completeWhenDone() {
    if (clientDone && !over && !acknowledging && singles == 0 && wanted <= acknowledged) {
      end();
      observer.onCompleted();
    }
  }

  @Override
  public synchronized void onError(Throwable cancelled) {
    end();
  }

  @Override
  public synchronized void onMessage(dev.parley.messaging.ReceivedMessage message) {
    if (!over) {
      waiting.add(of(message));
      drain();
    }
  }

  @Override
  public synchronized void onGap(InboxGap gap) {
    if (!over) {
      waiting.add(ReceivedMessage.newBuilder().setPosition(gap.lastPosition()).setGap(of(gap)));
      drain();
    }
  }

  @Override
  public synchronized void onCaughtUp() {
    caughtUp = true;
    if (!over && waiting.isEmpty()) {
      observer.onNext(ReceivedMessage.newBuilder().setCaughtUp(true).build());
    }
  }

  @Override
  public synchronized void onEnded(String reason) {
    fail(Status.ABORTED.withDescription(reason).asRuntimeException());
  }

  private synchronized void drain() {
    while (!over && !clientDone && observer.isReady() && !waiting.isEmpty()) {
      ReceivedMessage.Builder message = waiting.remove();
      lastSent = message.getPosition();
      observer.onNext(message.setCaughtUp(caughtUp && waiting.isEmpty()).build());
    }
  }

  private static Gap of(InboxGap gap) {
    return Gap.newBuilder()
        .setFirstPosition(gap.firstPosition())
        .setLastPosition(gap.lastPosition())
        .setCount(gap.count())
        .setFirstAtMillis(gap.firstAt().toEpochMilli())
        .setLastAtMillis(gap.lastAt().toEpochMilli())
        .build();
  }

  private ReceivedMessage.Builder of(dev.parley.messaging.ReceivedMessage message) {
    return ReceivedMessage.newBuilder()
        .setPosition(message.position())
        .setMessageId(message.id().toString())
        .setPeerId(message.from().toString())
        .setPeerName(contacts.nameOf(message.from()).orElse(""))
        .setContentType(message.contentType())
        .setBody(message.body())
        .setSentAtMillis(message.sentAt().toEpochMilli())
        .setReceivedAtMillis(message.receivedAt().toEpochMilli())
        .setPath(Wire.kind(message.path()))
        .setRedelivered(message.redelivered());
  }

  private void fail(RuntimeException error) {
    if (!over) {
      end();
      observer.onError(error);
    }
  }

  private synchronized void end() {
    over = true;
    waiting.clear();
    if (subscription != null) {
      subscription.close();
    }
  }
}
