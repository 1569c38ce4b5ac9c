package dev.parley.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.parley.control.v1.GetMessageRequest;
import dev.parley.control.v1.HistoryPage;
import dev.parley.control.v1.HistoryRequest;
import dev.parley.control.v1.KeptMessage;
import dev.parley.control.v1.MessageEvent;
import dev.parley.control.v1.MessagesGrpc;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.Subscribe;
import dev.parley.control.v1.WatchMessagesRequest;
import dev.parley.messaging.InboxGap;
import dev.parley.messaging.MessageProgress;
import dev.parley.messaging.MessageState;
import dev.parley.messaging.MessageStatus;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryServerTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final Instant START = FakeNode.START;

  @TempDir Path directory;
  private ServedNode served;
  private MessagesGrpc.MessagesBlockingStub stub;

  @BeforeEach
  void serve() throws Exception {
    served = new ServedNode(directory);
    stub = MessagesGrpc.newBlockingStub(served.channel);
  }

  @AfterEach
  void close() throws Exception {
    served.close();
  }

  @Test
  void aMessageIsToldWithTheTimesThatAreKnown() {
    served.node.messages.kept.add(
        new dev.parley.messaging.KeptMessage.Sent(
            9,
            FakeNode.FakeMessages.id(1),
            FakeNode.peer(2),
            Optional.of(
                new dev.parley.messaging.KeptMessage.Content(
                    "text/plain", ByteString.copyFromUtf8("hi"))),
            new MessageProgress(
                MessageState.EXPIRED,
                Optional.of(START),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(START.plusSeconds(9)),
                Optional.of(START.plusSeconds(8)),
                "too late")));
    KeptMessage message =
        stub.getMessage(
            GetMessageRequest.newBuilder()
                .setMessageId(FakeNode.FakeMessages.id(1).toString())
                .build());
    assertThat(message.getPeerName()).isEqualTo("bob");
    assertThat(message.getBody().toStringUtf8()).isEqualTo("hi");
    assertThat(message.getExpiredAtMillis()).isEqualTo(START.plusSeconds(9).toEpochMilli());
    assertThat(message.hasDeliveredAtMillis()).isFalse();
    assertThat(message.hasFailedAtMillis()).isFalse();
    HistoryPage page = stub.history(HistoryRequest.newBuilder().setPeer("bob").build());
    assertThat(page.getMessagesList()).containsExactly(message);
    assertThat(page.getNextBefore()).isEqualTo(7);
    assertThat(served.node.messages.queries.get(0).limit()).isEqualTo(HistoryCalls.DEFAULT_LIMIT);
    assertThat(served.node.messages.queries.get(0).peer()).contains(FakeNode.peer(2));
  }

  @Test
  void whatIsNotKeptIsNotFoundAndWhatIsWrongIsSaid() {
    String unknown = FakeNode.FakeMessages.id(5).toString();
    assertThat(code(() -> stub.getMessage(get(unknown)))).isEqualTo(Status.Code.NOT_FOUND);
    assertThat(code(() -> stub.getMessage(get("x")))).isEqualTo(Status.Code.INVALID_ARGUMENT);
    HistoryRequest large = HistoryRequest.newBuilder().setLimit(1_001).build();
    assertThat(code(() -> stub.history(large))).isEqualTo(Status.Code.INVALID_ARGUMENT);
  }

  @Test
  void aSlowWatcherHearsHowManyEventsItMissed() {
    List<MessageEvent> events = new CopyOnWriteArrayList<>();
    StoppedWatcher watcher = new StoppedWatcher(events);
    MessagesGrpc.newStub(served.channel)
        .watchMessages(WatchMessagesRequest.newBuilder().setPeer("bob").build(), watcher);
    await().atMost(DEADLINE).until(() -> !served.node.messages.watchers.isEmpty());
    // The transport takes a megabyte or so, whatever the watcher asks for.
    int count = Math.max(40_000, 3 * MessageWatch.MAX_WAITING);
    for (int i = 0; i < count; i++) {
      int number = i;
      served.node.messages.watchers.forEach(
          it -> {
            it.accept(event(2, number));
            it.accept(event(3, number));
          });
    }
    watcher.call.request(Integer.MAX_VALUE);
    await()
        .atMost(DEADLINE)
        .until(
            () -> events.size() + events.stream().mapToLong(MessageEvent::getMissed).sum(),
            n -> n == count);
    assertThat(events).anyMatch(event -> event.getMissed() > 0);
    assertThat(events).allMatch(event -> event.getPeerName().equals("bob"));
  }

  @Test
  void aGapComesInPlaceOfMessagesAndSingleAcknowledgementsGoThrough() {
    List<ReceivedMessage> received = new CopyOnWriteArrayList<>();
    StreamObserver<ReceiveRequest> requests =
        MessagesGrpc.newStub(served.channel)
            .receive(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ReceivedMessage message) {
                    received.add(message);
                  }

                  @Override
                  public void onError(Throwable error) {}

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(
        ReceiveRequest.newBuilder().setSubscribe(Subscribe.getDefaultInstance()).build());
    await().atMost(DEADLINE).until(() -> served.node.messages.consumer("default") != null);
    FakeNode.FakeSubscription inbox = served.node.messages.consumer("default");
    inbox.listener.onGap(new InboxGap(1, 4, 3, START, START.plusSeconds(1)));
    inbox.listener.onMessage(FakeNode.FakeMessages.received(5, "hi"));
    await().atMost(DEADLINE).until(() -> received.size() == 2);
    assertThat(received.get(0).getGap().getCount()).isEqualTo(3);
    assertThat(received.get(0).getPosition()).isEqualTo(4);
    assertThat(received.get(0).getMessageId()).isEmpty();
    requests.onNext(ReceiveRequest.newBuilder().setAcknowledgeOne(5).build());
    await().atMost(DEADLINE).until(() -> inbox.singles.equals(List.of(5L)));
    requests.onNext(ReceiveRequest.newBuilder().setAcknowledge(4).build());
    await().atMost(DEADLINE).until(() -> inbox.acknowledged.equals(List.of(4L)));
  }

  private static dev.parley.messaging.MessageEvent event(int peer, int number) {
    return new dev.parley.messaging.MessageEvent(
        FakeNode.peer(peer),
        new MessageStatus(FakeNode.FakeMessages.id(number), MessageState.SENT, START, ""));
  }

  private static GetMessageRequest get(String id) {
    return GetMessageRequest.newBuilder().setMessageId(id).build();
  }

  private static Status.Code code(Runnable call) {
    return catchThrowableOfType(StatusRuntimeException.class, call::run).getStatus().getCode();
  }

  /** Takes nothing until it asks. */
  private static final class StoppedWatcher
      implements ClientResponseObserver<WatchMessagesRequest, MessageEvent> {
    private final List<MessageEvent> events;
    private volatile ClientCallStreamObserver<WatchMessagesRequest> call;

    StoppedWatcher(List<MessageEvent> events) {
      this.events = events;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchMessagesRequest> starting) {
      call = starting;
      starting.disableAutoRequestWithInitial(0);
    }

    @Override
    public void onNext(MessageEvent event) {
      events.add(event);
    }

    @Override
    public void onError(Throwable error) {}

    @Override
    public void onCompleted() {}
  }
}
