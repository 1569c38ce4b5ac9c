package dev.parley.store;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.mailbox.Prekeys;
import dev.parley.peer.v1.SignedPrekey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Prekeys after a salvage: those that were destroyed, or are none, must not come back. */
final class PrekeyRepair {
  private static final String DESTROYED = "DELETE FROM prekey WHERE seed = zeroblob(32)";

  private PrekeyRepair() {}

  static void run(Sql sql) throws SQLException {
    sql.update(DESTROYED);
    List<Long> broken = new ArrayList<>();
    sql.query(
        "SELECT id, signed FROM prekey",
        row -> {
          if (!isPrekey(row.getBytes(2))) {
            broken.add(row.getLong(1));
          }
          return true;
        });
    for (long id : broken) {
      sql.update("DELETE FROM prekey WHERE id = ?", id);
    }
  }

  private static boolean isPrekey(byte[] signed) {
    try {
      return Prekeys.read(SignedPrekey.parseFrom(signed)).isPresent();
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}
