package dev.parley.store;

import com.google.common.collect.ImmutableMap;
import com.google.protobuf.ByteString;
import dev.parley.messaging.ClientSend;
import dev.parley.messaging.MessageStore.KnownSend;
import dev.parley.messaging.OutboxMessage;
import dev.parley.proto.id.MessageId;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tells a send that is repeated under its caller's id from a new one. */
final class ClientSendTable {
  private static final String FIND =
      "SELECT message_id, digest FROM client_send WHERE client_id = ?";
  private static final String ADD = "INSERT INTO client_send VALUES (?, ?, ?)";

  private ClientSendTable() {}

  /** Keeps the messages that are new; returns what is known of the others. */
  static ImmutableMap<MessageId, KnownSend> append(Sql sql, List<OutboxMessage> messages)
      throws SQLException {
    if (messages.stream().allMatch(message -> message.client().isEmpty())) {
      OutboxTable.append(sql, messages);
      return ImmutableMap.of();
    }
    ImmutableMap.Builder<MessageId, KnownSend> known = ImmutableMap.builder();
    for (OutboxMessage message : messages) {
      Optional<KnownSend> before = Optional.empty();
      if (message.client().isPresent()) {
        before = find(sql, message.client().get());
      }
      if (before.isPresent()) {
        known.put(message.id(), before.get());
      } else {
        OutboxTable.append(sql, List.of(message));
        if (message.client().isPresent()) {
          ClientSend client = message.client().get();
          sql.update(ADD, client.clientId(), message.id().bytes(), client.digest());
        }
      }
    }
    return known.buildOrThrow();
  }

  private static Optional<KnownSend> find(Sql sql, ClientSend client) throws SQLException {
    List<ByteString> found = new ArrayList<>();
    sql.query(
        FIND,
        row -> {
          found.add(ByteString.copyFrom(row.getBytes(1)));
          found.add(ByteString.copyFrom(row.getBytes(2)));
          return false;
        },
        client.clientId());
    if (found.isEmpty()) {
      return Optional.empty();
    }
    boolean same = found.get(1).equals(client.digest());
    return HistoryTable.findSent(sql, MessageId.of(found.get(0).toByteArray()))
        .map(sent -> new KnownSend(sent, same));
  }
}
