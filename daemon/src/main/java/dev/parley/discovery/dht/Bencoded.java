package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.protobuf.ByteString;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A value of bencoding (BEP 3). Immutable. */
sealed interface Bencoded {
  record Whole(long value) implements Bencoded {}

  record Bytes(ByteString value) implements Bencoded {}

  record Items(ImmutableList<Bencoded> values) implements Bencoded {}

  /** By unsigned bytes of the keys, as they are written. */
  record Dict(ImmutableSortedMap<ByteString, Bencoded> values) implements Bencoded {
    Optional<ByteString> bytes(String key) {
      return find(key).orElse(null) instanceof Bytes bytes
          ? Optional.of(bytes.value())
          : Optional.empty();
    }

    Optional<Long> whole(String key) {
      return find(key).orElse(null) instanceof Whole whole
          ? Optional.of(whole.value())
          : Optional.empty();
    }

    Optional<Dict> dict(String key) {
      return find(key).orElse(null) instanceof Dict dict ? Optional.of(dict) : Optional.empty();
    }

    Optional<ImmutableList<Bencoded>> items(String key) {
      return find(key).orElse(null) instanceof Items items
          ? Optional.of(items.values())
          : Optional.empty();
    }

    Optional<Bencoded> find(String key) {
      return Optional.ofNullable(values.get(ByteString.copyFromUtf8(key)));
    }
  }

  static Whole of(long value) {
    return new Whole(value);
  }

  static Bytes of(ByteString value) {
    return new Bytes(value);
  }

  static Bytes text(String value) {
    return new Bytes(ByteString.copyFromUtf8(value));
  }

  static Items list(Bencoded... values) {
    return new Items(ImmutableList.copyOf(values));
  }

  static Dict dict(Map<String, ? extends Bencoded> values) {
    Map<ByteString, Bencoded> sorted =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    values.forEach((key, value) -> sorted.put(ByteString.copyFromUtf8(key), value));
    return new Dict(
        ImmutableSortedMap.copyOf(sorted, ByteString.unsignedLexicographicalComparator()));
  }
}
