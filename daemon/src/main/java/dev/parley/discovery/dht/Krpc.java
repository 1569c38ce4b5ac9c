package dev.parley.discovery.dht;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.discovery.dht.Bencoded.Bytes;
import dev.parley.discovery.dht.Bencoded.Dict;
import dev.parley.discovery.dht.Bencoded.Whole;
import java.util.List;
import java.util.Optional;

/** A message of the DHT (BEP 5 "KRPC Protocol"). */
sealed interface Krpc {
  /** Transactions of others may be anything; longer ones are nobody's. */
  int MAX_TRANSACTION_BYTES = 16;

  ByteString transaction();

  /**
   * @param readOnly BEP 43: the sender answers nothing and is not to be remembered
   */
  record Query(ByteString transaction, String method, Dict arguments, boolean readOnly)
      implements Krpc {}

  record Response(ByteString transaction, Dict values) implements Krpc {}

  /** An error. */
  record Failure(ByteString transaction, long code, String text) implements Krpc {}

  static ByteString encode(Krpc message) {
    ImmutableMap.Builder<String, Bencoded> values = ImmutableMap.builder();
    values.put("t", Bencoded.of(message.transaction()));
    if (message instanceof Query query) {
      values.put("y", Bencoded.text("q"));
      values.put("q", Bencoded.text(query.method()));
      values.put("a", query.arguments());
      if (query.readOnly()) {
        values.put("ro", Bencoded.of(1));
      }
    } else if (message instanceof Response response) {
      values.put("y", Bencoded.text("r"));
      values.put("r", response.values());
    } else if (message instanceof Failure failure) {
      values.put("y", Bencoded.text("e"));
      values.put("e", Bencoded.list(Bencoded.of(failure.code()), Bencoded.text(failure.text())));
    }
    return Bencode.encode(Bencoded.dict(values.buildOrThrow()));
  }

  /** Empty when it is no message; fields that are not known are skipped. */
  static Optional<Krpc> decode(byte[] datagram) {
    return Bencode.decode(datagram)
        .filter(Dict.class::isInstance)
        .map(Dict.class::cast)
        .flatMap(Krpc::of);
  }

  private static Optional<Krpc> of(Dict message) {
    Optional<ByteString> transaction =
        message.bytes("t").filter(t -> t.size() <= MAX_TRANSACTION_BYTES);
    String kind = message.bytes("y").map(ByteString::toStringUtf8).orElse("");
    if (transaction.isEmpty()) {
      return Optional.empty();
    }
    ByteString id = transaction.get();
    return switch (kind) {
      case "q" ->
          message
              .bytes("q")
              .flatMap(
                  method ->
                      message
                          .dict("a")
                          .map(
                              arguments ->
                                  new Query(
                                      id,
                                      method.toStringUtf8(),
                                      arguments,
                                      message.whole("ro").equals(Optional.of(1L)))));
      case "r" -> message.dict("r").map(values -> new Response(id, values));
      case "e" -> message.items("e").flatMap(error -> failure(id, error));
      default -> Optional.empty();
    };
  }

  private static Optional<Krpc> failure(ByteString transaction, List<Bencoded> error) {
    return error.size() >= 2
            && error.get(0) instanceof Whole code
            && error.get(1) instanceof Bytes text
        ? Optional.of(new Failure(transaction, code.value(), text.value().toStringUtf8()))
        : Optional.empty();
  }
}
