package dev.parley.store;

import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.files.StoredTransfer;
import dev.parley.files.Transfer;
import dev.parley.files.TransferId;
import dev.parley.files.TransferState;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTableTest {
  private static final Clock CLOCK = Clock.fixed(StoredMessages.NOW, ZoneOffset.UTC);

  @TempDir Path directory;

  static StoredTransfer transfer(int number, TransferState state) {
    byte[] id = new byte[TransferId.BYTES];
    id[0] = (byte) number;
    return new StoredTransfer(
        new TransferId(ByteString.copyFrom(id)),
        peer(number),
        number % 2 == 0 ? Transfer.Direction.OUTGOING : Transfer.Direction.INCOMING,
        state,
        number == 1,
        new StoredTransfer.Content(ImmutableList.of("a", "b c"), 1L << 40, 7, 2),
        Optional.of(Path.of("/downloads")).filter(path -> number % 2 == 1),
        new StoredTransfer.Done(5, 1, 9),
        state == TransferState.FAILED ? "it has changed" : "",
        StoredMessages.NOW,
        Optional.of(StoredMessages.NOW).filter(at -> state.isOver()));
  }

  @Test
  void transfersAreThereAfterARestart() throws Exception {
    Path file = directory.resolve("parley.db");
    StoredTransfer first = transfer(1, TransferState.OFFERED);
    StoredTransfer second = transfer(2, TransferState.FAILED);
    StoredTransfer third = transfer(3, TransferState.QUEUED);
    try (Store store = Store.open(file, CLOCK)) {
      await(store.files().put(first));
      await(store.files().put(second));
      await(store.files().put(transfer(3, TransferState.OFFERED)));
      await(store.files().put(third));
      await(store.files().put(transfer(4, TransferState.DELIVERED)));
      await(store.files().remove(List.of(transfer(4, TransferState.DELIVERED).id())));
    }
    try (Store store = Store.open(file, CLOCK)) {
      assertThat(await(store.files().load())).containsExactly(first, second, third);
    }
  }
}
