package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.discovery.dht.Bencoded.Dict;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a node has answered.
 *
 * @param nodes those nearer to the target, as far as this node may tell of them
 * @param token shows when something is stored that we are where we say
 */
record NodeReply(NodeId id, ImmutableList<DhtNode> nodes, Optional<ByteString> token, Dict values) {
  /** We send it back; so a long one would make us send more than we were sent. */
  static final int MAX_TOKEN_BYTES = 64;

  /** Empty when it lacks an id. */
  static Optional<NodeReply> read(InetSocketAddress from, Dict values) {
    return values
        .bytes("id")
        .flatMap(NodeId::tryOf)
        .map(
            id ->
                new NodeReply(
                    id,
                    nodes(from, values),
                    values
                        .bytes("token")
                        .filter(token -> !token.isEmpty() && token.size() <= MAX_TOKEN_BYTES),
                    values));
  }

  private static ImmutableList<DhtNode> nodes(InetSocketAddress from, Dict values) {
    ByteString fourth = values.bytes("nodes").orElse(ByteString.EMPTY);
    ByteString sixth = values.bytes("nodes6").orElse(ByteString.EMPTY);
    return Stream.concat(
            CompactNodes.decode(fourth, CompactNodes.IPV4_BYTES).stream(),
            CompactNodes.decode(sixth, CompactNodes.IPV6_BYTES).stream())
        .filter(node -> NodeAddresses.mayTellOf(from, node.address()))
        .limit(CompactNodes.MAX_NODES)
        .collect(ImmutableList.toImmutableList());
  }
}
