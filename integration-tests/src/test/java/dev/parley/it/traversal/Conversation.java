package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Messages sent all the time from one to the other, and when they arrived. */
final class Conversation {
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String END = "end";

  private final Daemon from;
  private final Daemon to;
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final AtomicInteger sent = new AtomicInteger();
  private final List<String> arrived = Collections.synchronizedList(new ArrayList<>());
  private final Set<PathKind> ways = Collections.synchronizedSet(EnumSet.noneOf(PathKind.class));
  private final Thread reader;
  private volatile long lastNanos = System.nanoTime();
  private volatile long longestGapNanos;
  private final long startNanos = System.nanoTime();

  private Conversation(Daemon from, Daemon to) {
    this.from = from;
    this.to = to;
    reader = new Thread(this::read, "conversation");
    reader.setDaemon(true);
  }

  /** Begins, and waits for the first messages to arrive. */
  static Conversation begin(Daemon from, Daemon to) {
    Conversation conversation = begin(from, to, PAUSE);
    conversation.awaitMore(10);
    conversation.longestGapNanos = 0;
    return conversation;
  }

  /** Begins at this rate; gaps count from the first arrival on. */
  static Conversation begin(Daemon from, Daemon to, Duration every) {
    Conversation conversation = new Conversation(from, to);
    conversation.reader.start();
    conversation.clock.scheduleAtFixedRate(
        conversation::send, 0, every.toMillis(), TimeUnit.MILLISECONDS);
    conversation.awaitMore(1);
    conversation.longestGapNanos = 0;
    return conversation;
  }

  private void send() {
    from.control()
        .send(
            to.name(), Integer.toString(sent.getAndIncrement()), MessageState.MESSAGE_STATE_QUEUED);
  }

  private void read() {
    Inbox inbox = to.control().inbox("conversation");
    while (arrived.isEmpty() || !arrived.get(arrived.size() - 1).equals(END)) {
      List<ReceivedMessage> messages = inbox.read(1);
      long now = System.nanoTime();
      longestGapNanos = Math.max(longestGapNanos, now - lastNanos);
      lastNanos = now;
      messages.forEach(message -> ways.add(message.getPath()));
      arrived.addAll(Inbox.texts(messages));
    }
  }

  /** Waits until so many more have arrived. */
  void awaitMore(int messages) {
    int until = arrived.size() + messages;
    Awaitility.await(messages + " more messages")
        .atMost(PATIENCE)
        .until(() -> arrived.size() >= until);
  }

  /** Waits until so many have arrived in all. */
  void awaitAll(int messages) {
    awaitMore(Math.max(0, messages - arrived.size()));
  }

  /** The kinds of path that messages have come by. */
  Set<PathKind> ways() {
    return Set.copyOf(ways);
  }

  /** Prints the longest gap since the last lap, and begins another. */
  void lap(String what) {
    report(what);
    longestGapNanos = 0;
  }

  /** Waits until nothing has arrived for so long. */
  void awaitSilence(Duration silence) {
    Awaitility.await("no message arrives")
        .atMost(PATIENCE)
        .until(() -> silent().compareTo(silence) > 0);
  }

  private Duration silent() {
    return Duration.ofNanos(System.nanoTime() - lastNanos);
  }

  /** Waits until what was sent before now, and some more, has arrived; prints how long it took. */
  void awaitRecovery(String what) {
    long begin = System.nanoTime();
    int before = sent.get();
    Awaitility.await("messages flow after: " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> arrived.size() > before);
    System.out.printf(
        "%s: all messages there after %d ms%n",
        what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    awaitMore(50);
    report(what);
  }

  void report(String what) {
    System.out.printf(
        "%s: %d messages in %d ms, longest gap %d ms%n",
        what,
        arrived.size(),
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos),
        TimeUnit.NANOSECONDS.toMillis(longestGapNanos));
  }

  /** Ends it: every message has arrived, once and in order. */
  void verify() {
    clock.shutdown();
    try {
      assertThat(clock.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      from.control().send(to.name(), END, MessageState.MESSAGE_STATE_QUEUED);
      reader.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    List<String> expected =
        new ArrayList<>(IntStream.range(0, sent.get()).mapToObj(Integer::toString).toList());
    expected.add(END);
    assertThat(arrived.subList(arrived.indexOf("0"), arrived.size()))
        .as("messages, once and in order")
        .isEqualTo(expected);
  }
}
