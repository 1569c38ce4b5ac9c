package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.identity.Identity;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A read-only node of the Mainline DHT: keeps this node's record there and looks up those of
 * others. Confined to one thread, which brings datagrams and calls {@link #tick} a few times a
 * second.
 */
public final class MainlineDht {
  /** How often {@link #tick} is to be called. */
  public static final int TICK_MILLIS = 250;

  /** Of others' records, at a time. */
  static final int MAX_SEARCHES = 4;

  /** So much of the budget is left for this node's own record. */
  static final int RESERVE = Lookup.MAX_QUESTIONS + Lookup.K;

  private static final Logger log = LoggerFactory.getLogger(MainlineDht.class);

  /** What it works with. */
  public record Surroundings(
      Identity identity,
      DatagramSender sender,
      Bootstrap bootstrap,
      Clock clock,
      LongSupplier nanoTime,
      RandomGenerator random) {}

  /**
   * @param nodes that have answered, and are remembered
   * @param publishedAt when this node's record was last stored
   * @param problem for people, or empty
   */
  public record Status(int nodes, Optional<Instant> publishedAt, String problem) {}

  private final Surroundings with;
  private final NodeId self;
  private final NodeTable table;
  private final QueryBudget budget;
  private final Questions questions;
  private final Publisher publisher = new Publisher();
  private @Nullable DiscoveryRecord record;
  private int searches;
  private int lastStored;
  private boolean nobodyAnswers;

  public MainlineDht(Surroundings with) {
    this.with = with;
    // It says nothing of this node, and is another one after each start.
    this.self = NodeId.random(with.random());
    this.table = new NodeTable(self);
    this.budget = new QueryBudget(now());
    this.questions = new Questions(self, with.sender(), with.random(), budget);
  }

  /** Has this record published in place of the last, soon and every hour. */
  public void publish(DiscoveryRecord current) {
    record = current;
    publisher.onChange(now());
  }

  /** Whether {@link #find} would do nothing at the moment. */
  public boolean isBusy() {
    return searches >= MAX_SEARCHES || !budget.hasFor(2 * RESERVE, now());
  }

  /** The newest genuine record of this peer that is met; empty when there is none or too much. */
  public CompletableFuture<Optional<DiscoveryRecord>> find(PeerId peer) {
    CompletableFuture<Optional<DiscoveryRecord>> outcome = new CompletableFuture<>();
    if (isBusy()) {
      outcome.complete(Optional.empty());
      return outcome;
    }
    searches++;
    Newest newest = new Newest();
    search(
        peer,
        item -> RecordItems.read(item).ifPresent(newest::offer),
        lookup -> {
          searches--;
          outcome.complete(Optional.ofNullable(newest.record));
        });
    return outcome;
  }

  /** A datagram has come to the DHT's port. */
  public void onDatagram(InetSocketAddress from, byte[] datagram) {
    questions.onDatagram(from, datagram);
  }

  /** Time has passed. */
  public void tick() {
    long now = now();
    questions.tick(now);
    DiscoveryRecord current = record;
    if (current != null && publisher.isDue(now) && budget.hasFor(RESERVE, now)) {
      publisher.onBegin(now);
      begin(current);
    }
  }

  public Status status() {
    String problem = "";
    if (nobodyAnswers) {
      problem = "no node of the DHT answers";
    } else if (publisher.isFailing()) {
      problem = "no node of the DHT has stored this node's record";
    }
    return new Status(table.size(), publisher.publishedAt(), problem);
  }

  /** Datagrams that nobody had asked for. */
  public long dropped() {
    return questions.dropped();
  }

  /** On how many nodes the record was stored the last time. */
  int lastStored() {
    return lastStored;
  }

  int outstanding() {
    return questions.outstanding();
  }

  private long now() {
    return with.nanoTime().getAsLong();
  }

  private void search(PeerId peer, Consumer<MutableItem> items, Consumer<Lookup> end) {
    if (table.size() >= Lookup.K) {
      search(peer, ImmutableList.of(), items, end);
      return;
    }
    with.bootstrap()
        .resolve()
        .whenComplete(
            (found, failure) ->
                search(peer, failure == null ? found : ImmutableList.of(), items, end));
  }

  private void search(
      PeerId peer,
      ImmutableList<InetSocketAddress> bootstrap,
      Consumer<MutableItem> items,
      Consumer<Lookup> end) {
    new Search(
            new Search.Means(questions, table, with.nanoTime()),
            peer,
            bootstrap,
            items,
            lookup -> {
              nobodyAnswers = lookup.closest().isEmpty();
              log.debug(
                  "asked {} nodes of the DHT for {}, {} near it answer",
                  lookup.questions(),
                  peer.shortForm(),
                  lookup.closest().size());
              end.accept(lookup);
            })
        .go();
  }

  private void begin(DiscoveryRecord current) {
    long[] highest = {current.sequence() - 1};
    search(
        with.identity().id(),
        item -> {
          boolean same = RecordItems.read(item).map(r -> r.equals(current)).orElse(false);
          // A copy of this node, or it has been set back: nodes keep what has the higher number.
          highest[0] = Math.max(highest[0], same ? item.sequence() - 1 : item.sequence());
        },
        lookup -> store(RecordItems.of(with.identity(), current, highest[0] + 1), lookup));
  }

  private void store(MutableItem item, Lookup lookup) {
    Storing storing = new Storing();
    ImmutableMap<String, Bencoded> common =
        ImmutableMap.<String, Bencoded>builder()
            .put("k", Bencoded.of(item.key().key()))
            .put("salt", Bencoded.of(item.salt()))
            .put("seq", Bencoded.of(item.sequence()))
            .put("sig", Bencoded.of(item.signature()))
            .put("v", item.value())
            .buildOrThrow();
    for (Lookup.Answer near : lookup.closest()) {
      near.reply()
          .token()
          .ifPresent(
              token -> {
                ImmutableMap<String, Bencoded> arguments =
                    ImmutableMap.<String, Bencoded>builder()
                        .putAll(common)
                        .put("token", Bencoded.of(token))
                        .buildOrThrow();
                if (questions.ask(near.node().address(), "put", arguments, storing, now())) {
                  storing.waiting++;
                }
              });
    }
    storing.endIfDone();
  }

  private void onStored(int stored) {
    lastStored = stored;
    publisher.onEnd(stored, now(), with.clock().instant());
    log.debug("{} nodes of the DHT have stored this node's record", stored);
  }

  /** Counts who has stored the record. */
  private final class Storing implements Questions.Listener {
    private int waiting;
    private int stored;

    @Override
    public void onAnswer(NodeReply reply) {
      stored++;
      waiting--;
      endIfDone();
    }

    @Override
    public void onFailure(String why) {
      log.debug("the DHT stores nothing: {}", why);
      waiting--;
      endIfDone();
    }

    void endIfDone() {
      if (waiting == 0) {
        onStored(stored);
      }
    }
  }

  private static final class Newest {
    private @Nullable DiscoveryRecord record;

    void offer(DiscoveryRecord offered) {
      if (record == null || record.sequence() < offered.sequence()) {
        record = offered;
      }
    }
  }
}
