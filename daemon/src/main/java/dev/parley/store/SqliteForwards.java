package dev.parley.store;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.channels.Access;
import dev.parley.channels.ServiceName;
import dev.parley.forward.Endpoint;
import dev.parley.forward.ForwardStore;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Services and forwards in SQLite. */
final class SqliteForwards implements ForwardStore {
  private static final Logger log = LoggerFactory.getLogger(SqliteForwards.class);

  private static final String SERVICES = "SELECT name, target, all_contacts, allowed FROM service";
  private static final String PUT_SERVICE =
      "INSERT INTO service (name, target, all_contacts, allowed) VALUES (?, ?, ?, ?)"
          + " ON CONFLICT (name) DO UPDATE SET target = excluded.target,"
          + " all_contacts = excluded.all_contacts, allowed = excluded.allowed";
  private static final String REMOVE_SERVICE = "DELETE FROM service WHERE name = ?";
  private static final String FORWARDS =
      "SELECT id, peer, service, local, idle_millis FROM forward ORDER BY id";
  private static final String PUT_FORWARD =
      "INSERT INTO forward (id, peer, service, local, idle_millis) VALUES (?, ?, ?, ?, ?)"
          + " ON CONFLICT (id) DO UPDATE SET peer = excluded.peer, service = excluded.service,"
          + " local = excluded.local, idle_millis = excluded.idle_millis";
  private static final String REMOVE_FORWARD = "DELETE FROM forward WHERE id = ?";
  private static final long WEIGHT = 512;

  private final Writer writer;
  private final Reader reader;

  SqliteForwards(Writer writer, Reader reader) {
    this.writer = writer;
    this.reader = reader;
  }

  /** Makes one of a row. */
  private interface Maker<T> {
    T make(ResultSet row) throws SQLException;
  }

  @Override
  public CompletionStage<Stored> load() {
    return reader.read(
        sql -> {
          ImmutableList.Builder<StoredService> services = ImmutableList.builder();
          sql.query(SERVICES, row -> add(services, SqliteForwards::service, row));
          ImmutableList.Builder<StoredForward> forwards = ImmutableList.builder();
          sql.query(FORWARDS, row -> add(forwards, SqliteForwards::forward, row));
          return new Stored(services.build(), forwards.build());
        });
  }

  /** A row that a salvage has brought may be no sense; the others are not to suffer. */
  private static <T> boolean add(ImmutableList.Builder<T> to, Maker<T> maker, ResultSet row)
      throws SQLException {
    try {
      to.add(maker.make(row));
    } catch (IllegalArgumentException e) {
      log.warn("a service or forward that is kept is passed over: {}", e.getMessage());
    }
    return true;
  }

  private static StoredService service(ResultSet row) throws SQLException {
    ImmutableSet.Builder<PeerId> allowed = ImmutableSet.builder();
    ByteBuffer keys = ByteBuffer.wrap(row.getBytes(4));
    while (keys.remaining() >= PeerId.BYTES) {
      byte[] key = new byte[PeerId.BYTES];
      keys.get(key);
      allowed.add(PeerId.of(key));
    }
    return new StoredService(
        new ServiceName(row.getString(1)),
        Endpoint.parse(row.getString(2)),
        new Access(row.getLong(3) != 0, allowed.build()));
  }

  private static StoredForward forward(ResultSet row) throws SQLException {
    return new StoredForward(
        row.getLong(1),
        PeerId.of(row.getBytes(2)),
        new ServiceName(row.getString(3)),
        Endpoint.parse(row.getString(4)),
        Duration.ofMillis(row.getLong(5)));
  }

  @Override
  public CompletionStage<Void> putService(StoredService service) {
    ByteString allowed =
        service.access().peers().stream()
            .map(PeerId::key)
            .reduce(ByteString.EMPTY, ByteString::concat);
    return change(
        PUT_SERVICE,
        service.name().name(),
        service.target().toString(),
        service.access().allContacts() ? 1 : 0,
        allowed);
  }

  @Override
  public CompletionStage<Void> removeService(ServiceName name) {
    return change(REMOVE_SERVICE, name.name());
  }

  @Override
  public CompletionStage<Void> putForward(StoredForward forward) {
    return change(
        PUT_FORWARD,
        forward.id(),
        forward.peer().key(),
        forward.service().name(),
        forward.local().toString(),
        forward.idle().toMillis());
  }

  @Override
  public CompletionStage<Void> removeForward(long id) {
    return change(REMOVE_FORWARD, id);
  }

  private CompletionStage<Void> change(String statement, Object... arguments) {
    return writer.write(WEIGHT, sql -> sql.update(statement, arguments)).thenAccept(rows -> {});
  }
}
