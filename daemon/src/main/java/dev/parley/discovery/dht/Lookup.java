package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The iterative lookup of BEP 5: asks ever nearer nodes until the eight nearest that answer have
 * answered. Does no I/O: it says who is asked next and hears what came of it.
 *
 * <p>Bounds: {@value #ALPHA} questions at a time, {@value #MAX_QUESTIONS} in all, {@value
 * #MAX_CANDIDATES} nodes remembered (the farthest give way), one node for each address of the
 * internet, so that one machine cannot pose as a crowd.
 */
final class Lookup {
  static final int ALPHA = 3;
  static final int K = 8;
  static final int MAX_QUESTIONS = 64;
  static final int MAX_CANDIDATES = 128;

  private enum State {
    NEW,
    ASKED,
    ANSWERED,
    /** No answer, or one that was none. */
    SILENT
  }

  /** Whoever is asked; the id is not known of those that the configuration names. */
  record Candidate(Optional<NodeId> id, InetSocketAddress address) {}

  private static final class Entry {
    final DhtNode node;
    State state = State.NEW;
    @Nullable NodeReply reply;

    Entry(DhtNode node) {
      this.node = node;
    }
  }

  /** Who has answered, and what. */
  record Answer(DhtNode node, NodeReply reply) {}

  private final TreeMap<NodeId, Entry> entries;
  private final Set<InetSocketAddress> addresses = new HashSet<>();
  private final Set<InetAddress> machines = new HashSet<>();
  private final Deque<InetSocketAddress> bootstrap = new ArrayDeque<>();
  private int asked;
  private int underWay;

  /**
   * @param known to begin with
   * @param bootstrap asked first, for whatever ids they have
   */
  Lookup(NodeId target, Collection<DhtNode> known, Collection<InetSocketAddress> bootstrap) {
    Comparator<NodeId> nearest = target.nearest();
    this.entries = new TreeMap<>(nearest);
    known.forEach(this::add);
    bootstrap.stream().limit(K).forEach(this.bootstrap::add);
  }

  /** Who is to be asked now, which counts as done; empty when nobody is for the moment. */
  Optional<Candidate> next() {
    if (underWay >= ALPHA || asked >= MAX_QUESTIONS) {
      return Optional.empty();
    }
    InetSocketAddress first = bootstrap.poll();
    if (first != null) {
      begun();
      return Optional.of(new Candidate(Optional.empty(), first));
    }
    return nearest().stream()
        .filter(entry -> entry.state == State.NEW)
        .findFirst()
        .map(
            entry -> {
              entry.state = State.ASKED;
              begun();
              return new Candidate(Optional.of(entry.node.id()), entry.node.address());
            });
  }

  private void begun() {
    asked++;
    underWay++;
  }

  /** False when it counts for nothing, since somebody else was asked. */
  boolean onReply(Candidate candidate, NodeReply reply) {
    underWay--;
    if (candidate.id().isPresent() && !candidate.id().get().equals(reply.id())) {
      silence(candidate);
      return false;
    }
    if (candidate.id().isPresent()) {
      Entry entry = entries.get(reply.id());
      if (entry != null && entry.state == State.ASKED) {
        entry.state = State.ANSWERED;
        entry.reply = reply;
      }
    } else {
      // Asked again by its id: it has not been asked for the item yet.
      add(new DhtNode(reply.id(), candidate.address()));
    }
    reply.nodes().forEach(this::add);
    return true;
  }

  void onSilence(Candidate candidate) {
    underWay--;
    silence(candidate);
  }

  private void silence(Candidate candidate) {
    candidate
        .id()
        .map(entries::get)
        .filter(entry -> entry.state == State.ASKED)
        .ifPresent(entry -> entry.state = State.SILENT);
  }

  boolean isDone() {
    boolean nobodyLeft =
        asked >= MAX_QUESTIONS
            || bootstrap.isEmpty()
                && nearest().stream().noneMatch(entry -> entry.state == State.NEW);
    return underWay == 0 && nobodyLeft;
  }

  int questions() {
    return asked;
  }

  int candidates() {
    return entries.size();
  }

  /** The nearest that have answered, at most {@link #K}. */
  ImmutableList<Answer> closest() {
    ImmutableList.Builder<Answer> answers = ImmutableList.builder();
    for (Entry entry : nearest()) {
      if (entry.reply != null) {
        answers.add(new Answer(entry.node, entry.reply));
      }
    }
    return answers.build();
  }

  private List<Entry> nearest() {
    return entries.values().stream().filter(entry -> entry.state != State.SILENT).limit(K).toList();
  }

  private void add(DhtNode node) {
    InetAddress machine = node.address().getAddress();
    boolean taken =
        entries.containsKey(node.id())
            || addresses.contains(node.address())
            || NodeAddresses.isPublic(machine) && machines.contains(machine);
    if (taken) {
      return;
    }
    entries.put(node.id(), new Entry(node));
    addresses.add(node.address());
    machines.add(machine);
    if (entries.size() > MAX_CANDIDATES) {
      Entry farthest = entries.pollLastEntry().getValue();
      addresses.remove(farthest.node.address());
      machines.remove(farthest.node.address().getAddress());
    }
  }
}
