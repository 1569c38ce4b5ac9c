package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.discovery.dht.Bencoded.Dict;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as those of the DHT at large are: knows others, keeps items, answers. Checks what it is
 * asked for as BEP 44 wants it, so that a client that errs is found out.
 */
public final class StoringNode {
  private static final int TOO_OLD = 302;
  private static final int BAD = 203;

  final NodeId id;
  final InetSocketAddress address;
  final Map<NodeId, Dict> items = new HashMap<>();
  private final List<StoringNode> world;
  boolean silent;
  int asked;

  /**
   * @param world whom it may tell of; may grow
   */
  public StoringNode(ByteString id, InetSocketAddress address, List<StoringNode> world) {
    this.id = new NodeId(id);
    this.address = address;
    this.world = world;
  }

  /** The answer, if there is one. */
  public synchronized Optional<ByteString> answer(byte[] datagram) {
    asked++;
    if (silent || !(Krpc.decode(datagram).orElse(null) instanceof Krpc.Query query)) {
      return Optional.empty();
    }
    if (!query.readOnly()) {
      throw new AssertionError("a node that answers nothing says so (BEP 43)");
    }
    Krpc answer =
        switch (query.method()) {
          case "find_node", "get" -> found(query);
          case "put" -> put(query);
          default -> new Krpc.Failure(query.transaction(), 204, "Method Unknown");
        };
    return Optional.of(Krpc.encode(answer));
  }

  /** Keeps an item whatever it is worth. */
  void plant(NodeId target, MutableItem item) {
    items.put(target, dict(item.sequence(), item.key().key(), item.value(), item.signature()));
  }

  private Krpc found(Krpc.Query query) {
    NodeId target = NodeId.tryOf(query.arguments().bytes("target").orElseThrow()).orElseThrow();
    List<DhtNode> near =
        world.stream()
            .filter(node -> node != this)
            .sorted(Comparator.comparing(node -> node.id, target.nearest()))
            .limit(Lookup.K)
            .map(node -> new DhtNode(node.id, node.address))
            .toList();
    Map<String, Bencoded> values = new HashMap<>();
    values.put("id", Bencoded.of(id.bytes()));
    values.put("nodes", Bencoded.of(CompactNodes.encode(near, CompactNodes.IPV4_BYTES)));
    if (query.method().equals("get")) {
      values.put("token", Bencoded.of(token()));
      Dict item = items.get(target);
      if (item != null) {
        item.values().forEach((key, value) -> values.put(key.toStringUtf8(), value));
      }
    }
    return new Krpc.Response(query.transaction(), Bencoded.dict(values));
  }

  private Krpc put(Krpc.Query query) {
    Dict given = query.arguments();
    ByteString key = given.bytes("k").orElseThrow();
    ByteString salt = given.bytes("salt").orElse(ByteString.EMPTY);
    long sequence = given.whole("seq").orElseThrow();
    Bencoded value = given.find("v").orElseThrow();
    ByteString signature = given.bytes("sig").orElseThrow();
    MutableItem item = new MutableItem(new PeerId(key), salt, sequence, value, signature);
    if (!given.bytes("token").equals(Optional.of(token())) || !item.isGenuine()) {
      return new Krpc.Failure(query.transaction(), BAD, "bad token or signature");
    }
    Dict before = items.get(item.target());
    if (before != null && before.whole("seq").orElseThrow() > sequence) {
      return new Krpc.Failure(query.transaction(), TOO_OLD, "sequence number less than current");
    }
    items.put(item.target(), dict(sequence, key, value, signature));
    return new Krpc.Response(
        query.transaction(), Bencoded.dict(ImmutableMap.of("id", Bencoded.of(id.bytes()))));
  }

  private ByteString token() {
    return id.bytes().substring(0, 4);
  }

  private static Dict dict(long sequence, ByteString key, Bencoded value, ByteString signature) {
    return Bencoded.dict(
        ImmutableMap.of(
            "seq", Bencoded.of(sequence),
            "k", Bencoded.of(key),
            "v", value,
            "sig", Bencoded.of(signature)));
  }
}
