package dev.parley.nat.sim;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A queue of what is to happen, and the event loops that have timers of their own. */
public final class VirtualTime {
  private record Event(long at, long order, Runnable action) {}

  private final MockTicker ticker = Ticker.newMockTicker();
  private final PriorityQueue<Event> events =
      new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::order));
  private final List<EmbeddedChannel> channels = new ArrayList<>();
  private long order;

  public long nanos() {
    return ticker.nanoTime();
  }

  public long millis() {
    return TimeUnit.NANOSECONDS.toMillis(nanos());
  }

  public void after(Duration delay, Runnable action) {
    afterNanos(delay.toNanos(), action);
  }

  void afterNanos(long delay, Runnable action) {
    events.add(new Event(nanos() + delay, order++, action));
  }

  /** A channel without handlers whose event loop keeps this time. */
  EmbeddedChannel channel() {
    EmbeddedChannel channel = EmbeddedChannel.builder().ticker(ticker).build();
    channels.add(channel);
    return channel;
  }

  void end(EmbeddedChannel channel) {
    channels.remove(channel);
    channel.finishAndReleaseAll();
  }

  public void run(Duration time) {
    boolean unused = runUntil(() -> false, time);
  }

  /** Lets time pass until the condition holds, or so long at most; returns whether it holds. */
  public boolean runUntil(BooleanSupplier condition, Duration atMost) {
    long end = nanos() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      long next = runChannels();
      Event event = events.peek();
      if (event != null) {
        next = Math.min(next, event.at());
      }
      if (next > end) {
        advanceTo(end);
        return false;
      }
      advanceTo(next);
      if (event != null && event.at() <= nanos()) {
        events.remove();
        event.action().run();
      }
    }
    return true;
  }

  private void advanceTo(long time) {
    if (time > nanos()) {
      ticker.advance(time - nanos(), TimeUnit.NANOSECONDS);
    }
  }

  /** Runs what is due on every loop; returns when the next of their timers is. */
  private long runChannels() {
    long next = Long.MAX_VALUE;
    for (EmbeddedChannel channel : List.copyOf(channels)) {
      channel.runPendingTasks();
      long delay = channel.runScheduledPendingTasks();
      channel.checkException();
      if (delay >= 0) {
        next = Math.min(next, nanos() + delay);
      }
    }
    return next;
  }
}
