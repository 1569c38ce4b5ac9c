package dev.parley.cli.client;

import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.Subscribe;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;

/** Reads the inbox as one consumer. For one thread. */
public final class InboxReader {
  private static final Duration COMMITTED_WITHIN = Duration.ofSeconds(20);

  private final StreamReader<ReceivedMessage> messages;
  private final StreamObserver<ReceiveRequest> requests;

  private InboxReader(
      StreamReader<ReceivedMessage> messages, StreamObserver<ReceiveRequest> requests) {
    this.messages = messages;
    this.requests = requests;
  }

  /**
   * @param consumer empty means the daemon's default
   */
  public static InboxReader open(DaemonConnection daemon, String consumer) {
    StreamReader<ReceivedMessage> messages = daemon.reader();
    StreamObserver<ReceiveRequest> requests = daemon.messages().receive(messages);
    requests.onNext(
        ReceiveRequest.newBuilder()
            .setSubscribe(Subscribe.newBuilder().setConsumer(consumer))
            .build());
    return new InboxReader(messages, requests);
  }

  /** The next message, or one without an id when nothing waits; empty when none came in time. */
  public Optional<ReceivedMessage> next(Duration patience)
      throws CommandFailure, InterruptedException {
    return messages.poll(patience);
  }

  /** All up to this position are handled. */
  public void acknowledge(long position) {
    if (!messages.hasEnded()) {
      requests.onNext(ReceiveRequest.newBuilder().setAcknowledge(position).build());
    }
  }

  /** Ends the subscription once all acknowledgements are on the daemon's disk. */
  public void finish() throws CommandFailure, InterruptedException {
    requests.onCompleted();
    long deadline = System.nanoTime() + COMMITTED_WITHIN.toNanos();
    while (!messages.hasEnded()) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (messages.poll(left).isEmpty() && !messages.hasEnded()) {
        throw CommandFailure.timedOut(
            "the daemon did not confirm the acknowledgements",
            "messages that were printed may come again");
      }
    }
  }
}
