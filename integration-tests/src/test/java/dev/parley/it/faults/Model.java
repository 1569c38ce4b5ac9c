package dev.parley.it.faults;

import dev.parley.it.faults.Flow.Numbered;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What must be in each inbox. A message that a daemon has accepted is there exactly once, after the
 * one accepted before it for the same peer, and each consumer gets it until its acknowledgement is
 * confirmed, and never after that. Thread-safe.
 */
final class Model {
  private final Map<Flow, List<String>> accepted = new HashMap<>();
  private final Map<Numbered, String> seenUnder = new HashMap<>();
  private final Map<String, Consumer> consumers = new HashMap<>();
  private final Map<Divergence, Integer> divergences = new EnumMap<>(Divergence.class);
  private @Nullable String divergence;

  /** A sender was told that the next message of a flow is kept under this id. */
  synchronized void accepted(Flow flow, int number, String id) {
    List<String> ids = accepted.computeIfAbsent(flow, any -> new ArrayList<>());
    if (ids.size() != number) {
      diverged(
          Divergence.OTHER,
          "number " + number + " was accepted after " + ids.size() + " of " + flow);
    }
    ids.add(id);
    noteId(new Numbered(flow, number), id);
  }

  /** Who reads as this consumer at this node. */
  synchronized Consumer consumer(String node, String name) {
    return consumers.computeIfAbsent(node + "/" + name, key -> new Consumer(key, node));
  }

  /** In which way things are not as they must be. */
  enum Divergence {
    DUPLICATE,
    DISORDER,
    OTHER
  }

  synchronized void diverged(Divergence way, String how) {
    divergences.merge(way, 1, Integer::sum);
    if (divergence == null) {
      divergence = how;
    }
  }

  /** The first deviation, if any. */
  synchronized Optional<String> divergence() {
    return Optional.ofNullable(divergence);
  }

  synchronized int count(Divergence way) {
    return divergences.getOrDefault(way, 0);
  }

  /** Messages that a consumer was to acknowledge and has not; once traffic has ended. */
  synchronized int lost() {
    int lost = -acknowledgedCount();
    for (Consumer consumer : consumers.values()) {
      for (Map.Entry<Flow, List<String>> flow : accepted.entrySet()) {
        lost += flow.getKey().to().equals(consumer.node) ? flow.getValue().size() : 0;
      }
    }
    return lost;
  }

  synchronized Set<Flow> flows() {
    return Set.copyOf(accepted.keySet());
  }

  /** The ids of a flow's messages in order. */
  synchronized List<String> ids(Flow flow) {
    return List.copyOf(accepted.getOrDefault(flow, List.of()));
  }

  synchronized int acceptedCount() {
    return accepted.values().stream().mapToInt(List::size).sum();
  }

  synchronized int acceptedFrom(String node) {
    return accepted.entrySet().stream()
        .filter(flow -> flow.getKey().from().equals(node))
        .mapToInt(flow -> flow.getValue().size())
        .sum();
  }

  synchronized int repeats() {
    return consumers.values().stream().mapToInt(consumer -> consumer.repeats).sum();
  }

  synchronized int acknowledgedCount() {
    return consumers.values().stream().mapToInt(consumer -> consumer.done.size()).sum();
  }

  /** Messages that have come to the slowest consumer of a node. */
  synchronized int receivedBy(String node) {
    return consumers.values().stream()
        .filter(consumer -> consumer.node.equals(node))
        .mapToInt(consumer -> consumer.positions.size())
        .min()
        .orElse(0);
  }

  /** What is not acknowledged yet that must be, in words; empty when all is. */
  synchronized String missing() {
    List<String> missing = new ArrayList<>();
    for (Consumer consumer : consumers.values()) {
      accepted.forEach(
          (flow, ids) -> {
            if (flow.to().equals(consumer.node)) {
              long have =
                  consumer.done.keySet().stream().filter(it -> it.flow().equals(flow)).count();
              if (have != ids.size()) {
                missing.add(
                    consumer.name + " has " + have + " of " + ids.size() + " from " + flow.from());
              }
            }
          });
    }
    return String.join("; ", missing);
  }

  private void noteId(Numbered message, String id) {
    String before = seenUnder.putIfAbsent(message, id);
    if (before != null && !before.equals(id)) {
      diverged(Divergence.DUPLICATE, message + " is there twice: as " + before + " and as " + id);
    }
  }

  /** What one consumer must get. Its methods are called by one thread. */
  final class Consumer {
    private final String name;
    private final String node;

    /** The number of each flow that comes next for the first time. */
    private final Map<Flow, Integer> next = new HashMap<>();

    private final Map<Numbered, Long> positions = new HashMap<>();

    /** Acknowledged, and that is confirmed. */
    private final Map<Numbered, Long> done = new HashMap<>();

    /** Acknowledged; what became of that is not known. */
    private final Map<Numbered, Long> unclear = new HashMap<>();

    /** What has come over the present subscription. */
    private final Set<Numbered> come = new HashSet<>();

    private long lastPosition;
    private int repeats;

    private Consumer(String name, String node) {
      this.name = name;
      this.node = node;
    }

    /** A new subscription begins. */
    void onSubscribed() {
      synchronized (Model.this) {
        lastPosition = 0;
        come.clear();
      }
    }

    void onReceived(Numbered message, String id, long position, boolean redelivered) {
      synchronized (Model.this) {
        noteId(message, id);
        if (done.containsKey(message)) {
          diverged(
              Divergence.DUPLICATE,
              name + " got " + message + " again after its acknowledgement was confirmed");
        }
        if (position <= lastPosition) {
          diverged(
              Divergence.DISORDER, name + " got position " + position + " after " + lastPosition);
        }
        lastPosition = position;
        come.add(message);
        settleUpTo(position);
        int expected = next.getOrDefault(message.flow(), 0);
        if (message.number() > expected) {
          diverged(
              Divergence.DISORDER,
              name + " got " + message + " where " + expected + " was to come");
        } else if (message.number() == expected) {
          next.put(message.flow(), expected + 1);
          positions.put(message, position);
          if (redelivered) {
            // Handed over to a client that was gone before it came: allowed.
            repeats++;
          }
        } else {
          repeats++;
          if (!Long.valueOf(position).equals(positions.get(message))) {
            diverged(
                Divergence.DUPLICATE,
                name + " got " + message + " at a second position, " + position);
          }
        }
      }
    }

    /** Acknowledgements are on their way. */
    void onAcknowledging(Iterable<Numbered> messages) {
      synchronized (Model.this) {
        messages.forEach(message -> unclear.put(message, positions.get(message)));
      }
    }

    /** They are on disk, as the daemon says. */
    void onAcknowledged(Iterable<Numbered> messages) {
      synchronized (Model.this) {
        for (Numbered message : messages) {
          unclear.remove(message);
          done.put(message, positions.get(message));
        }
      }
    }

    /** Nothing waits, says the daemon: what was unclear and did not come again was taken. */
    void onCaughtUp() {
      synchronized (Model.this) {
        settleUpTo(Long.MAX_VALUE);
      }
    }

    /**
     * Messages come in order. So what was acknowledged, lies before this position and has not come
     * again was taken. What has come again may still be: an acknowledgement can be overtaken by the
     * next subscription.
     */
    private void settleUpTo(long position) {
      unclear
          .entrySet()
          .removeIf(
              entry -> {
                boolean taken = entry.getValue() < position && !come.contains(entry.getKey());
                if (taken) {
                  done.put(entry.getKey(), entry.getValue());
                }
                return taken;
              });
    }
  }
}
