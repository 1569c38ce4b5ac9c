package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Nodes that have answered, to begin lookups with: by how many bits their ids share with ours,
 * eight of each (BEP 5 "Routing Table"). Owned by whoever made it.
 *
 * <p>Nobody is asked to keep it fresh: a lookup leaves behind whom it has met, and whoever does not
 * answer one goes.
 */
final class NodeTable {
  static final int BUCKET = 8;
  static final int MAX_NODES = 160;

  private final NodeId self;
  private final Map<Integer, List<DhtNode>> buckets = new HashMap<>();
  private int size;

  NodeTable(NodeId self) {
    this.self = self;
  }

  void onAnswer(DhtNode node) {
    List<DhtNode> bucket =
        buckets.computeIfAbsent(self.sharedBits(node.id()), bits -> new ArrayList<>());
    boolean known =
        bucket.stream()
            .anyMatch(it -> it.id().equals(node.id()) || it.address().equals(node.address()));
    // An old node that answers is worth more than a new one (BEP 5).
    if (!known && bucket.size() < BUCKET && size < MAX_NODES) {
      bucket.add(node);
      size++;
    }
  }

  void onSilence(NodeId id) {
    Iterator<DhtNode> bucket =
        buckets.getOrDefault(self.sharedBits(id), new ArrayList<>()).iterator();
    while (bucket.hasNext()) {
      if (bucket.next().id().equals(id)) {
        bucket.remove();
        size--;
      }
    }
  }

  ImmutableList<DhtNode> nearest(NodeId target) {
    return buckets.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparing(DhtNode::id, target.nearest()))
        .limit(Lookup.K)
        .collect(ImmutableList.toImmutableList());
  }

  int size() {
    return size;
  }
}
