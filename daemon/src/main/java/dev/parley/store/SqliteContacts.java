package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.contacts.ContactStore;
import dev.parley.proto.id.PeerId;
import java.time.Instant;
import java.util.concurrent.CompletionStage;

/** The address book in SQLite. */
final class SqliteContacts implements ContactStore {
  private static final String ALL = "SELECT name, peer, added_at, record, verified FROM contact";
  private static final String PUT =
      "INSERT INTO contact (peer, name, added_at, record, verified) VALUES (?, ?, ?, ?, ?)"
          + " ON CONFLICT (peer) DO UPDATE SET name = excluded.name, record = excluded.record,"
          + " verified = excluded.verified";
  private static final String PUT_RECORD = "UPDATE contact SET record = ? WHERE peer = ?";
  private static final String REMOVE = "DELETE FROM contact WHERE peer = ?";
  private static final long WEIGHT = 2_048;

  private final Writer writer;
  private final Reader reader;

  SqliteContacts(Writer writer, Reader reader) {
    this.writer = writer;
    this.reader = reader;
  }

  @Override
  public CompletionStage<ImmutableList<StoredContact>> loadContacts() {
    return reader.read(
        sql -> {
          ImmutableList.Builder<StoredContact> all = ImmutableList.builder();
          sql.query(
              ALL,
              row -> {
                all.add(
                    new StoredContact(
                        row.getString(1),
                        PeerId.of(row.getBytes(2)),
                        Instant.ofEpochMilli(row.getLong(3)),
                        ByteString.copyFrom(row.getBytes(4)),
                        row.getLong(5) != 0));
                return true;
              });
          return all.build();
        });
  }

  @Override
  public CompletionStage<Void> putContact(StoredContact contact) {
    return change(
        PUT,
        contact.peer().key(),
        contact.name(),
        contact.addedAt().toEpochMilli(),
        contact.signedRecord(),
        contact.verified() ? 1 : 0);
  }

  @Override
  public CompletionStage<Void> removeContact(PeerId peer) {
    return change(REMOVE, peer.key());
  }

  @Override
  public CompletionStage<Void> putRecord(PeerId peer, ByteString signedRecord) {
    return change(PUT_RECORD, signedRecord, peer.key());
  }

  private CompletionStage<Void> change(String statement, Object... arguments) {
    return writer.write(WEIGHT, sql -> sql.update(statement, arguments)).thenAccept(rows -> {});
  }
}
