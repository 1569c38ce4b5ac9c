package dev.parley.discovery.dht;

import com.google.protobuf.ByteString;
import java.util.Comparator;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Where a node or an item stands in the DHT: 160 bits, compared by XOR (BEP 5). Immutable. */
record NodeId(ByteString bytes) {
  static final int BYTES = 20;

  NodeId {
    if (bytes.size() != BYTES) {
      throw new IllegalArgumentException("an id of the DHT has 20 bytes, not " + bytes.size());
    }
  }

  static Optional<NodeId> tryOf(ByteString bytes) {
    return bytes.size() == BYTES ? Optional.of(new NodeId(bytes)) : Optional.empty();
  }

  static NodeId random(RandomGenerator random) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return new NodeId(ByteString.copyFrom(bytes));
  }

  /** The nearest first. */
  Comparator<NodeId> nearest() {
    return (one, other) -> {
      for (int i = 0; i < BYTES; i++) {
        int difference = distance(one, i) - distance(other, i);
        if (difference != 0) {
          return difference;
        }
      }
      return 0;
    };
  }

  /** How many bits two ids share at their beginning. */
  int sharedBits(NodeId other) {
    for (int i = 0; i < BYTES; i++) {
      int distance = distance(other, i);
      if (distance != 0) {
        return i * Byte.SIZE + Integer.numberOfLeadingZeros(distance) - (Integer.SIZE - Byte.SIZE);
      }
    }
    return BYTES * Byte.SIZE;
  }

  private int distance(NodeId other, int index) {
    return (bytes.byteAt(index) ^ other.bytes.byteAt(index)) & 0xff;
  }
}
