package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import dev.parley.messaging.MessageStore.OutboxFailure;
import dev.parley.messaging.MessageStore.PageLimit;
import dev.parley.messaging.MessageStore.SentRun;
import dev.parley.proto.id.MessageId;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sending side for one peer: which messages are in memory, which are on the way, which are
 * over. No I/O: events in, answers out. Owned by the messaging thread.
 *
 * <pre>
 *   position:   1 … 7   | 8 9 10 11   | 12 13 14  | 15 … 1,000,000
 *               over    | in flight   | ready     | on disk only
 *                 endedUpTo        loadedUpTo ──┘      committedUpTo ──┘
 * </pre>
 *
 * <p>The messages between {@code endedUpTo} and {@code loadedUpTo} are in memory, bounded by {@link
 * #MAX_MESSAGES} and {@link #MAX_BYTES}. A message just committed goes straight in when nothing
 * before it is on disk only, and is read back from disk otherwise. The peer answers for messages
 * one by one, but a message is over only when all before it are: so what is over is always a range,
 * and so is what must be sent again.
 */
final class OutboundFlow {
  static final int MAX_MESSAGES = 4_096;
  static final long MAX_BYTES = 4L << 20;

  /** Small enough that reading ahead never doubles what is in memory. */
  private static final PageLimit PAGE = new PageLimit(512, 1L << 20);

  private final ArrayDeque<Flight> inFlight = new ArrayDeque<>();
  private final Map<MessageId, Flight> answers = new HashMap<>();
  private final ArrayDeque<OutboxMessage> ready = new ArrayDeque<>();
  private long bytesInMemory;
  private long endedUpTo;
  private long loadedUpTo;
  private long committedUpTo;

  /** Counts how often everything was forgotten, so that a page asked for before is not taken. */
  private int epoch;

  private boolean reading;

  /** These were committed for the peer just now, in order. */
  void onCommitted(List<OutboxMessage> messages, boolean streaming) {
    for (OutboxMessage message : messages) {
      boolean next = loadedUpTo == committedUpTo && !reading;
      committedUpTo = message.position();
      if (streaming && next && hasRoomFor(message)) {
        load(message);
      }
    }
  }

  /** Messages up to here wait on disk. */
  void onRestored(long lastPosition) {
    committedUpTo = Math.max(committedUpTo, lastPosition);
  }

  /** What to read next, when something should be; then {@link #onPage} or {@link #onPageFailed}. */
  Optional<PageRequest> nextPage() {
    boolean halfEmpty = size() <= MAX_MESSAGES / 2 && bytesInMemory <= MAX_BYTES / 2;
    if (reading || loadedUpTo >= committedUpTo || !halfEmpty) {
      return Optional.empty();
    }
    reading = true;
    return Optional.of(new PageRequest(epoch, loadedUpTo, committedUpTo, PAGE));
  }

  void onPage(PageRequest request, List<OutboxMessage> messages) {
    if (request.epoch != epoch) {
      return;
    }
    reading = false;
    messages.forEach(this::load);
    if (messages.isEmpty()) {
      // Nothing is left there: positions have gaps where commits failed.
      loadedUpTo = Math.max(loadedUpTo, request.committedUpTo);
    }
  }

  void onPageFailed(PageRequest request) {
    if (request.epoch == epoch) {
      reading = false;
    }
  }

  /**
   * The next messages to write, about {@code maxBytes} of them; from now on they are in flight.
   * What has expired is left out and is over.
   */
  ImmutableList<OutboxMessage> takeReady(long maxBytes, Instant now) {
    ImmutableList.Builder<OutboxMessage> batch = ImmutableList.builder();
    long bytes = 0;
    while (!ready.isEmpty() && (bytes == 0 || bytes + ready.getFirst().weight() <= maxBytes)) {
      OutboxMessage message = ready.removeFirst();
      boolean expired = message.expiresAt().filter(it -> !it.isAfter(now)).isPresent();
      Flight flight = new Flight(message, expired ? Optional.empty() : Optional.of(now));
      inFlight.addLast(flight);
      if (expired) {
        flight.end(MessageState.EXPIRED, Expiry.PROBLEM);
        continue;
      }
      answers.put(message.id(), flight);
      bytes += message.weight();
      batch.add(message);
    }
    return batch.build();
  }

  /** The peer has it. Ids that are not in flight to this peer are none of its business. */
  void onDelivered(MessageId id) {
    Flight flight = answers.get(id);
    if (flight != null) {
      flight.delivered = true;
    }
  }

  /** The peer will never take it. */
  void onRefused(MessageId id, MessageState end, String problem) {
    Flight flight = answers.get(id);
    if (flight != null && !flight.delivered) {
      flight.end(end, problem);
    }
  }

  /** When this message was written to the stream; empty unless it is in flight. */
  Optional<Instant> sentAt(MessageId id) {
    return Optional.ofNullable(answers.get(id)).flatMap(flight -> flight.writtenAt);
  }

  /** Whether it is on disk only, or not there at all. */
  boolean isResting(long position) {
    return position > loadedUpTo;
  }

  /** Nothing waits on disk any more. */
  void onAllExpired() {
    if (size() == 0 && !reading) {
      loadedUpTo = committedUpTo;
      endedUpTo = committedUpTo;
    }
  }

  boolean isInFlight(MessageId id) {
    return answers.containsKey(id);
  }

  /** What has come to its end since the last call, if anything. */
  Optional<Ended> takeEnded() {
    List<MessageId> delivered = new ArrayList<>();
    List<OutboxFailure> failed = new ArrayList<>();
    List<SentRun> runs = new ArrayList<>();
    while (!inFlight.isEmpty() && inFlight.getFirst().isOver()) {
      Flight flight = inFlight.removeFirst();
      answers.remove(flight.message.id());
      bytesInMemory -= flight.message.weight();
      endedUpTo = flight.message.position();
      if (flight.failure == null) {
        delivered.add(flight.message.id());
      } else {
        failed.add(flight.failure);
      }
      addTo(runs, flight);
    }
    return delivered.isEmpty() && failed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Ended(
                endedUpTo,
                ImmutableList.copyOf(delivered),
                ImmutableList.copyOf(failed),
                ImmutableList.copyOf(runs)));
  }

  /** Messages are written many at a time, so that few runs say when each was. */
  private static void addTo(List<SentRun> runs, Flight flight) {
    int last = runs.size() - 1;
    if (last >= 0 && runs.get(last).at().equals(flight.writtenAt)) {
      runs.remove(last);
    }
    runs.add(new SentRun(flight.message.position(), flight.writtenAt));
  }

  /** The stream is gone: everything that is not over starts again from disk. */
  void onStreamLost() {
    inFlight.clear();
    answers.clear();
    ready.clear();
    bytesInMemory = 0;
    loadedUpTo = endedUpTo;
    reading = false;
    epoch++;
  }

  /** Whether anything waits that is not over. */
  boolean hasWork() {
    return endedUpTo < committedUpTo && (loadedUpTo < committedUpTo || size() > 0);
  }

  /** Messages in memory. */
  int size() {
    return inFlight.size() + ready.size();
  }

  private boolean hasRoomFor(OutboxMessage message) {
    return size() < MAX_MESSAGES && bytesInMemory + message.weight() <= MAX_BYTES;
  }

  private void load(OutboxMessage message) {
    ready.addLast(message);
    bytesInMemory += message.weight();
    loadedUpTo = message.position();
  }

  /**
   * @param epoch of the flow when it asked
   * @param after read what lies after this position
   * @param committedUpTo the last position that was committed then
   */
  record PageRequest(int epoch, long after, long committedUpTo, PageLimit limit) {}

  /** Everything up to a position is over. */
  record Ended(
      long upTo,
      ImmutableList<MessageId> delivered,
      ImmutableList<OutboxFailure> failed,
      ImmutableList<SentRun> runs) {
    int count() {
      return delivered.size() + failed.size();
    }
  }

  private static final class Flight {
    private final OutboxMessage message;
    private final Optional<Instant> writtenAt;
    private boolean delivered;
    private @Nullable OutboxFailure failure;

    Flight(OutboxMessage message, Optional<Instant> writtenAt) {
      this.message = message;
      this.writtenAt = writtenAt;
    }

    void end(MessageState state, String problem) {
      failure = new OutboxFailure(message.id(), state, problem);
    }

    boolean isOver() {
      return delivered || failure != null;
    }
  }
}
