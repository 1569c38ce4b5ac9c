package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.discovery.dht.Lookup.Candidate;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** One lookup of one peer's item, from the first question to the last answer. */
final class Search {
  /** What it works with. */
  record Means(Questions questions, NodeTable table, LongSupplier nanoTime) {}

  private final Means means;
  private final Lookup lookup;
  private final PeerId key;
  private final ByteString salt;
  private final NodeId target;
  private final Consumer<MutableItem> items;
  private final Consumer<Lookup> end;
  private final Set<ByteString> seen = new HashSet<>();
  private boolean over;

  /**
   * @param items hears each genuine item, a copy of one once
   * @param end hears that nobody is left to be asked
   */
  Search(
      Means means,
      PeerId key,
      ImmutableList<InetSocketAddress> bootstrap,
      Consumer<MutableItem> items,
      Consumer<Lookup> end) {
    this.means = means;
    this.key = key;
    this.salt = RecordItems.salt(key);
    this.target = MutableItem.target(key.key(), salt);
    this.lookup = new Lookup(target, means.table().nearest(target), bootstrap);
    this.items = items;
    this.end = end;
  }

  void go() {
    for (Optional<Candidate> next = lookup.next(); next.isPresent(); next = lookup.next()) {
      Candidate candidate = next.get();
      // Public entrances know nodes, and not always items.
      String method = candidate.id().isPresent() ? "get" : "find_node";
      boolean sent =
          means
              .questions()
              .ask(
                  candidate.address(),
                  method,
                  ImmutableMap.of("target", Bencoded.of(target.bytes())),
                  new Hearing(candidate),
                  means.nanoTime().getAsLong());
      if (!sent) {
        lookup.onSilence(candidate);
      }
    }
    if (lookup.isDone() && !over) {
      over = true;
      end.accept(lookup);
    }
  }

  private final class Hearing implements Questions.Listener {
    private final Candidate candidate;

    Hearing(Candidate candidate) {
      this.candidate = candidate;
    }

    @Override
    public void onAnswer(NodeReply reply) {
      if (lookup.onReply(candidate, reply)) {
        means.table().onAnswer(new DhtNode(reply.id(), candidate.address()));
        // Checking signatures costs: each is checked once.
        if (reply.values().bytes("sig").filter(seen::add).isPresent()) {
          MutableItem.read(reply.values(), key, salt).ifPresent(items);
        }
      }
      go();
    }

    @Override
    public void onFailure(String why) {
      candidate.id().ifPresent(means.table()::onSilence);
      lookup.onSilence(candidate);
      go();
    }
  }
}
