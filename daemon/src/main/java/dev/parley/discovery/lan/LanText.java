package dev.parley.discovery.lan;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an announcement says of who makes it, as the strings of a TXT record (RFC 6763 §6): keys
 * with values of any bytes, {@code txtvers=1} first.
 */
sealed interface LanText {
  /** Strings of a record that are looked at. */
  int MAX_STRINGS = 16;

  /** Tokens in one string, which has at most 255 bytes (RFC 6763 §6.1). */
  int TOKENS_PER_STRING = 30;

  /** Bytes of a record in one string. */
  int PIECE_BYTES = 250;

  String VERSION = "txtvers=1";

  /** Recognisable by contacts alone. */
  record Private(ImmutableList<ByteString> tokens) implements LanText {}

  /** Readable by all. The signature of the record is still to be verified. */
  record Open(PeerId peer, SignedRecord signed) implements LanText {}

  static ImmutableList<ByteString> write(LanText text) {
    ImmutableList.Builder<ByteString> strings = ImmutableList.builder();
    strings.add(ByteString.copyFromUtf8(VERSION));
    if (text instanceof Private some) {
      List<List<ByteString>> parts = Lists.partition(some.tokens(), TOKENS_PER_STRING);
      for (int i = 0; i < parts.size(); i++) {
        strings.add(
            ByteString.copyFromUtf8("t" + i + "=").concat(ByteString.copyFrom(parts.get(i))));
      }
    } else if (text instanceof Open open) {
      strings.add(ByteString.copyFromUtf8("id=" + open.peer()));
      ByteString record = open.signed().toByteString();
      for (int i = 0; i * PIECE_BYTES < record.size(); i++) {
        int end = Math.min(record.size(), (i + 1) * PIECE_BYTES);
        strings.add(
            ByteString.copyFromUtf8("r" + i + "=").concat(record.substring(i * PIECE_BYTES, end)));
      }
    }
    return strings.build();
  }

  /** Empty when the strings are those of another version, or of no parley at all. */
  static Optional<LanText> read(ImmutableList<ByteString> strings) {
    if (strings.isEmpty()
        || strings.size() > MAX_STRINGS
        || !strings.get(0).equals(ByteString.copyFromUtf8(VERSION))) {
      return Optional.empty();
    }
    Map<String, ByteString> values = new HashMap<>();
    for (ByteString string : strings) {
      int equals = string.toString(StandardCharsets.ISO_8859_1).indexOf('=');
      if (equals > 0) {
        String key = string.substring(0, equals).toString(StandardCharsets.ISO_8859_1);
        // RFC 6763 §6.4: the first of several counts.
        values.putIfAbsent(Ascii.toLowerCase(key), string.substring(equals + 1));
      }
    }
    return values.containsKey("id") ? readOpen(values) : readPrivate(values);
  }

  private static Optional<LanText> readOpen(Map<String, ByteString> values) {
    Optional<PeerId> peer =
        Optional.ofNullable(values.get("id"))
            .flatMap(id -> PeerId.parse(id.toString(StandardCharsets.ISO_8859_1)));
    // A little more than the record: the signature, and what frames the two.
    ByteString signed = joined(values, "r", DiscoveryRecord.MAX_BYTES + 100);
    if (peer.isEmpty() || signed.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Open(peer.get(), SignedRecord.parseFrom(signed)));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }

  private static Optional<LanText> readPrivate(Map<String, ByteString> values) {
    ByteString all = joined(values, "t", LanTokens.MAX_TOKENS * LanTokens.BYTES);
    if (all.isEmpty() || all.size() % LanTokens.BYTES != 0) {
      return Optional.empty();
    }
    ImmutableList.Builder<ByteString> tokens = ImmutableList.builder();
    for (int i = 0; i < all.size(); i += LanTokens.BYTES) {
      tokens.add(all.substring(i, i + LanTokens.BYTES));
    }
    return Optional.of(new Private(tokens.build()));
  }

  /** The values of key0, key1 and so on, one behind the other; empty when it is too much. */
  private static ByteString joined(Map<String, ByteString> values, String key, int maxBytes) {
    ByteString all = ByteString.EMPTY;
    for (int i = 0; i < MAX_STRINGS; i++) {
      ByteString next = values.get(key + i);
      if (next == null) {
        break;
      }
      all = all.concat(next);
    }
    return all.size() > maxBytes ? ByteString.EMPTY : all;
  }
}
