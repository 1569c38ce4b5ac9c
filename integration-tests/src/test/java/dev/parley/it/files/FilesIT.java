package dev.parley.it.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.parley.control.v1.FileTransfer;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.TransferState;
import dev.parley.it.process.Control;
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
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StageExtension.class)
class FilesIT {
  private static final long MEGABYTE = 1L << 20;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration FLIP_EVERY = Duration.ofSeconds(2);

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

  private static FileTransfer transfer(Daemon at, String id) {
    return at.control().transfers().stream()
        .filter(each -> each.getTransferId().equals(id))
        .findFirst()
        .orElseGet(FileTransfer::getDefaultInstance);
  }

  private static void awaitDone(Daemon at, String id, long bytes) {
    await().atMost(PATIENCE).until(() -> transfer(at, id).getDoneBytes() >= bytes);
  }

  private static void awaitDelivered(Daemon at, String id) {
    await()
        .atMost(PATIENCE)
        .until(() -> transfer(at, id).getState() == TransferState.TRANSFER_STATE_DELIVERED);
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
    int flips = 0;
    Wire sent = new Wire(alice, id);
    Wire received = new Wire(bob, id);
    for (int kill = 1; kill <= 3; kill++) {
      flips += until(flipping, size * kill / 4, id);
      (kill % 2 == 1 ? received : sent).killAndRestart();
    }
    flips += until(flipping, size, id);
    awaitDelivered(alice, id);
    assertThat(arrived("large.bin")).hasSameBinaryContentAs(file);
    long most = Math.max(sent.total(), received.total());
    System.out.printf(
        "%d bytes with %d flips: %d sent, %d received; %.2f %% of them twice%n",
        size, flips, sent.total(), received.total(), most * 100.0 / size - 100);
    assertThat(most).isLessThan(size * 105 / 100);
  }

  /**
   * What a daemon has had on the wire, over all its lives: what it remembers after it was killed
   * may be less than what there was.
   */
  private static final class Wire {
    private final Daemon at;
    private final String id;
    private long before;
    private long remembered;

    Wire(Daemon at, String id) {
      this.at = at;
      this.id = id;
    }

    private long now() {
      return transfer(at, id).getWireBytes();
    }

    void killAndRestart() {
      before += now() - remembered;
      at.kill();
      at.restart();
      remembered = now();
    }

    long total() {
      return before + now() - remembered;
    }
  }

  /** Waits until so much has arrived; how often the path has flipped meanwhile. */
  private int until(boolean flipping, long bytes, String id) throws InterruptedException {
    if (!flipping) {
      awaitDone(bob, id, bytes);
      return 0;
    }
    ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    AtomicInteger flips = new AtomicInteger();
    Control ours = alice.control();
    Control theirs = bob.control();
    var flipped =
        timer.scheduleWithFixedDelay(
            () -> flip(ours, theirs, flips.getAndIncrement()),
            0,
            FLIP_EVERY.toMillis(),
            TimeUnit.MILLISECONDS);
    try {
      awaitDone(bob, id, bytes);
      assertThat(flipped.cancel(false)).as("flipped to the end").isTrue();
      return flips.get();
    } finally {
      timer.shutdown();
      // Nobody shall be asked to flip while it is killed.
      assertThat(timer.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }
  }

  /** Holds the link on one kind of path and then on the other. */
  private static void flip(Control ours, Control theirs, int flips) {
    PathKind kind = flips % 2 == 0 ? PathKind.PATH_KIND_RELAY : PathKind.PATH_KIND_DIRECT;
    ours.pin("bob", kind);
    theirs.pin("alice", kind);
  }
}
