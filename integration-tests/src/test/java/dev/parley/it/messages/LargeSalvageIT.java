package dev.parley.it.messages;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.control.v1.Salvage;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.Memory;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import dev.parley.messaging.OutboxMessage;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import dev.parley.store.Store;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A damaged database that is far larger than the memory of whoever saves what is in it. */
@ExtendWith(StageExtension.class)
@Tag("long")
class LargeSalvageIT {
  private static final int LOTS = 125;
  private static final int IN_A_LOT = 40;
  private static final int BODY_BYTES = 60_000;
  private static final String SMALL_HEAP = "-Xmx48m";

  @Test
  void aDatabaseOfHundredsOfMegabytesIsSavedInASmallHeap(Stage stage) throws Exception {
    Home home = stage.home("alice").with("PARLEY_JAVA_OPTS", SMALL_HEAP);
    Daemon alice = home.start();
    assertThat(alice.stop()).isZero();
    Path database = home.places().database();
    fill(database);
    long bytes = Files.size(database);
    assertThat(bytes).isGreaterThan(250L << 20);
    try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
      file.write(new byte[100]);
    }

    alice.restart();

    Salvage salvage = alice.control().status().getSalvages(0);
    assertThat(salvage.getSavedMap()).containsEntry("waiting", (long) LOTS * IN_A_LOT);
    assertThat(Files.size(Path.of(salvage.getDamagedFile()))).isEqualTo(bytes);
    System.out.printf(
        "LargeSalvageIT: %d MB with %s; the most that was resident: %d MB%n",
        bytes >> 20, SMALL_HEAP, Memory.peakRss(alice.process()) >> 20);
  }

  private static void fill(Path database) throws Exception {
    Random random = new Random(1);
    PeerId away = PeerId.of(bytes(random, PeerId.BYTES));
    try (Store store = Store.open(database, Clock.systemUTC())) {
      long position =
          store.messages().load().toCompletableFuture().get(60, TimeUnit.SECONDS).lastPosition();
      for (int lot = 0; lot < LOTS; lot++) {
        List<OutboxMessage> messages = new ArrayList<>();
        for (int i = 0; i < IN_A_LOT; i++) {
          position++;
          byte[] id = ByteBuffer.allocate(16).putLong(8, position).array();
          messages.add(
              new OutboxMessage(
                  position,
                  MessageId.of(id),
                  away,
                  "application/octet-stream",
                  ByteString.copyFrom(bytes(random, BODY_BYTES)),
                  Instant.now()));
        }
        store.messages().appendOutbox(messages).toCompletableFuture().get(60, TimeUnit.SECONDS);
      }
    }
  }

  private static byte[] bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
