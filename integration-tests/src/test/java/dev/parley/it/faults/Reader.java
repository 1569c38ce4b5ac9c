package dev.parley.it.faults;

import dev.parley.cli.client.CommandFailure;
import dev.parley.cli.client.DaemonConnection;
import dev.parley.cli.client.StreamReader;
import dev.parley.control.v1.ReceiveRequest;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.Subscribe;
import dev.parley.it.faults.Flow.Numbered;
import dev.parley.it.faults.Model.Divergence;
import dev.parley.proto.home.NodeHome;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * One consumer of a node: subscribes, takes some messages, acknowledges some of them, and ends the
 * subscription in this way or that, again and again. Each call is one subscription; by one thread.
 */
final class Reader implements Runnable {
  private static final Duration QUIET = Duration.ofMillis(200);
  private static final Duration COMMITTED_WITHIN = Duration.ofSeconds(60);
  private static final int MOST_AT_ONCE = 300;

  /** How a consumer says what it has handled. */
  enum Habit {
    /** Up to a message. */
    UP_TO,
    /** Each on its own, in any order, and some not yet. */
    SINGLY
  }

  private final String name;
  private final Habit habit;
  private final Reconnecting daemon;
  private final Model model;
  private final Model.Consumer expected;
  private final Random random;
  private volatile boolean diligent;

  Reader(String node, Habit habit, NodeHome home, Model model, Random random) {
    this.name = habit.name();
    this.habit = habit;
    this.daemon = new Reconnecting(home);
    this.model = model;
    this.expected = model.consumer(node, name);
    this.random = random;
  }

  /** From now on it acknowledges all that it takes, or what it likes again. */
  void diligent(boolean all) {
    diligent = all;
  }

  @Override
  public synchronized void run() {
    if (daemon.isPausing()) {
      return;
    }
    try {
      readSome(daemon.get());
    } catch (CommandFailure e) {
      daemon.onFailure();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // An executor would swallow it.
      model.diverged(Divergence.OTHER, name + ": " + e);
    }
  }

  private void readSome(DaemonConnection connection) throws CommandFailure, InterruptedException {
    StreamReader<ReceivedMessage> messages = connection.reader();
    StreamObserver<ReceiveRequest> requests = connection.messages().receive(messages);
    int window = 1 + random.nextInt(256);
    requests.onNext(
        ReceiveRequest.newBuilder()
            .setSubscribe(Subscribe.newBuilder().setConsumer(name).setWindow(window))
            .build());
    expected.onSubscribed();
    int wanted = diligent ? window : Math.min(window, 1 + random.nextInt(MOST_AT_ONCE));
    List<ReceivedMessage> taken = take(messages, wanted);
    if (!diligent && random.nextInt(8) == 0) {
      messages.cancel();
      return;
    }
    List<ReceivedMessage> handled = choose(taken);
    expected.onAcknowledging(numbered(handled));
    handled.forEach(message -> requests.onNext(acknowledgement(message)));
    if (!diligent && random.nextInt(8) == 0) {
      messages.cancel();
      return;
    }
    requests.onCompleted();
    awaitEnd(messages);
    expected.onAcknowledged(numbered(handled));
  }

  private List<ReceivedMessage> take(StreamReader<ReceivedMessage> messages, int wanted)
      throws CommandFailure, InterruptedException {
    List<ReceivedMessage> taken = new ArrayList<>();
    while (taken.size() < wanted) {
      Optional<ReceivedMessage> next = messages.poll(QUIET);
      if (next.isEmpty()) {
        return taken;
      }
      ReceivedMessage message = next.get();
      if (message.hasGap()) {
        model.diverged(Divergence.OTHER, name + " was told of a gap: " + message.getGap());
      } else if (!message.getMessageId().isEmpty()) {
        taken.add(message);
        expected.onReceived(
            Numbered.of(message),
            message.getMessageId(),
            message.getPosition(),
            message.getRedelivered());
      }
      if (message.getCaughtUp()) {
        expected.onCaughtUp();
      }
    }
    return taken;
  }

  private List<ReceivedMessage> choose(List<ReceivedMessage> taken) {
    if (diligent || taken.isEmpty()) {
      return taken;
    }
    if (habit == Habit.UP_TO) {
      return taken.subList(0, random.nextInt(taken.size() + 1));
    }
    List<ReceivedMessage> some = new ArrayList<>(taken);
    some.removeIf(message -> random.nextInt(5) == 0);
    Collections.shuffle(some, random);
    return some;
  }

  private ReceiveRequest acknowledgement(ReceivedMessage message) {
    return habit == Habit.UP_TO
        ? ReceiveRequest.newBuilder().setAcknowledge(message.getPosition()).build()
        : ReceiveRequest.newBuilder().setAcknowledgeOne(message.getPosition()).build();
  }

  private static List<Numbered> numbered(List<ReceivedMessage> messages) {
    return messages.stream().map(Numbered::of).toList();
  }

  private static void awaitEnd(StreamReader<ReceivedMessage> messages)
      throws CommandFailure, InterruptedException {
    long deadline = System.nanoTime() + COMMITTED_WITHIN.toNanos();
    while (!messages.hasEnded()) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (messages.poll(left).isEmpty() && !messages.hasEnded()) {
        throw CommandFailure.timedOut("acknowledgements were not confirmed", "");
      }
    }
  }

  synchronized void disconnect() {
    daemon.close();
  }
}
