package dev.parley.it.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import dev.parley.control.v1.PathKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StageExtension.class)
class FilesIT {
  private static final long MEGABYTE = 1L << 20;

  private Daemon alice;
  private Daemon bob;

  private void start(Stage stage) {
    RelayProcess relay = stage.relay();
    alice = stage.home("alice").start("--relay", relay.url());
    bob =
        stage
            .home("bob")
            .config("[files]\naccept_from = [\"alice\"]\naccept_max_bytes = 100_000_000_000\n")
            .start("--relay", relay.url());
    Daemon.introduce(alice, bob);
  }

  private Path file(String name, long bytes) throws IOException {
    Path file = alice.home().directory().resolve(name);
    Files.createDirectories(file.getParent());
    byte[] block = new byte[(int) MEGABYTE];
    Random random = new Random(bytes);
    try (OutputStream out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= block.length) {
        random.nextBytes(block);
        out.write(block, 0, (int) Math.min(left, block.length));
      }
    }
    return file;
  }

  private Path arrived(String name) {
    return bob.home().places().data().resolve("downloads").resolve(name);
  }

  private static JsonObject transfer(Daemon at, String id) {
    return at.home().parley("file", "ls", "--json").succeeds().jsonLines().stream()
        .filter(each -> each.get("transferId").getAsString().equals(id))
        .findFirst()
        .orElseGet(JsonObject::new);
  }

  private static void awaitDone(Daemon at, String id, long bytes) {
    await().atMost(Duration.ofMinutes(10)).until(() -> at(transfer(at, id), "doneBytes") >= bytes);
  }

  private static long at(JsonObject transfer, String field) {
    return transfer.has(field) ? transfer.get(field).getAsLong() : 0;
  }

  private static void awaitDelivered(Daemon at, String id) {
    await()
        .atMost(Duration.ofMinutes(10))
        .until(() -> transfer(at, id).get("state").getAsString().equals("delivered"));
  }

  @Test
  void aTreeArrivesWithItsExecutableAndSparseFiles(Stage stage) throws Exception {
    start(stage);
    Path tool = file("tree/bin/tool", 300_000);
    assertThat(tool.toFile().setExecutable(true)).isTrue();
    Path sparse = tool.resolveSibling("sparse");
    try (FileChannel out =
        FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(new byte[] {1}), 100 * MEGABYTE);
    }
    Path tree = alice.home().directory().resolve("tree");
    Files.createDirectories(tree.resolve("hollow"));

    alice.home().parley("file", "send", "bob", tree.toString(), "--json").succeeds();

    assertThat(arrived("tree/bin/tool")).hasSameBinaryContentAs(tool).isExecutable();
    assertThat(arrived("tree/bin/sparse")).hasSameBinaryContentAs(sparse);
    assertThat(arrived("tree/hollow")).isEmptyDirectory();
  }

  @Test
  void aFileArrivesWholeThoughBothDaemonsAreKilled(Stage stage) throws Exception {
    start(stage);
    survive(200 * MEGABYTE, false);
  }

  @Test
  @Tag("long")
  void aGigabyteArrivesWholeOverAPathThatFlipsAndThreeKills(Stage stage) throws Exception {
    start(stage);
    survive(1_000 * MEGABYTE, true);
  }

  private void survive(long size, boolean flipping) throws Exception {
    Path file = file("large.bin", size);
    String id =
        alice
            .home()
            .parley("file", "send", "bob", file.toString(), "--detach", "--json")
            .succeeds()
            .json()
            .get("transferId")
            .getAsString();
    try (Flipping flips = flipping ? Flipping.of(alice, "bob") : Flipping.none()) {
      for (int kill = 1; kill <= 3; kill++) {
        awaitDone(bob, id, size * kill / 4);
        Daemon victim = kill % 2 == 1 ? bob : alice;
        victim.kill();
        victim.restart();
      }
      awaitDelivered(alice, id);
    }
    assertThat(arrived("large.bin")).hasSameBinaryContentAs(file);
    long received = at(transfer(bob, id), "wireBytes");
    long sent = at(transfer(alice, id), "wireBytes");
    System.out.printf("%d bytes: %d sent, %d received as was noted%n", size, sent, received);
    assertThat(Math.max(sent, received)).isLessThan(size * 105 / 100);
  }

  /** Holds the link on one kind of path and then on the other, every two seconds. */
  private interface Flipping extends AutoCloseable {
    @Override
    void close();

    static Flipping none() {
      return () -> {};
    }

    static Flipping of(Daemon daemon, String peer) {
      java.util.concurrent.ScheduledExecutorService timer =
          java.util.concurrent.Executors.newSingleThreadScheduledExecutor();
      PathKind[] kinds = {PathKind.PATH_KIND_RELAY, PathKind.PATH_KIND_DIRECT};
      int[] turn = {0};
      timer.scheduleWithFixedDelay(
          () -> {
            if (daemon.process().isAlive()) {
              daemon.control().pin(peer, kinds[turn[0]++ % 2]);
            }
          },
          2,
          2,
          java.util.concurrent.TimeUnit.SECONDS);
      return timer::shutdownNow;
    }
  }
}
