package dev.parley.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.link.ByteNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransfersTest {
  private static final Instant LONG_AGO = Instant.parse("2001-02-03T04:05:06Z");

  @TempDir Path directory;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private ByteNetwork network;
  private TestPeer alice;
  private TestPeer bob;

  @BeforeEach
  void start() throws Exception {
    network = new ByteNetwork(random);
    alice = new TestPeer(network, 1, directory);
    bob = new TestPeer(network, 2, directory);
  }

  @AfterEach
  void stop() {
    alice.close();
    bob.close();
    network.close();
  }

  private Path file(String name, int size) throws IOException {
    Path file = alice.home.resolve(name);
    Files.createDirectories(file.getParent());
    byte[] content = new byte[size];
    random.nextBytes(content);
    Files.write(file, content);
    return file;
  }

  @Test
  void aFileArrivesWholeWithItsTimeAndItsExecutableBit() throws Exception {
    Path file = file("tool.sh", 1_000_001);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    Files.setLastModifiedTime(file, FileTime.from(LONG_AGO));
    TransferId id = alice.send(bob, file).id();
    alice.await(id, TransferState.DELIVERED);
    Path arrived = bob.downloads().resolve("tool.sh");
    assertThat(arrived).hasSameBinaryContentAs(file).isExecutable();
    assertThat(Files.getLastModifiedTime(arrived).toInstant()).isEqualTo(LONG_AGO);
    Transfer told = bob.await(id, TransferState.DELIVERED);
    assertThat(told.wireBytes()).isEqualTo(1_000_001);
    assertThat(told.names()).containsExactly("tool.sh");
    assertThat(bob.downloads().resolve(".parley-incoming").resolve(id.toString())).doesNotExist();
  }

  @Test
  void aTreeArrivesWithEmptyFilesAndDirectoriesAndWithoutLinks() throws Exception {
    Path tree = alice.home.resolve("tree");
    file("tree/a/b/deep", 300_000);
    file("tree/a/empty", 0);
    file("tree/top", 10);
    Files.createDirectories(tree.resolve("hollow/inside"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("/etc/passwd"));
    Files.setLastModifiedTime(tree.resolve("a"), FileTime.from(LONG_AGO));
    Transfer sent = alice.send(bob, tree);
    assertThat(sent.leftOut()).isEqualTo(1);
    alice.await(sent.id(), TransferState.DELIVERED);
    Path arrived = bob.downloads().resolve("tree");
    assertThat(arrived.resolve("a/b/deep")).hasSameBinaryContentAs(tree.resolve("a/b/deep"));
    assertThat(arrived.resolve("a/empty")).isEmptyFile();
    assertThat(arrived.resolve("hollow/inside")).isEmptyDirectory();
    assertThat(arrived.resolve("link")).doesNotExist();
    assertThat(Files.getLastModifiedTime(arrived.resolve("a")).toInstant()).isEqualTo(LONG_AGO);
  }

  @Test
  void holesTravelAsALengthAndAreHolesAgain() throws Exception {
    Path file = alice.home.resolve("sparse");
    long size = 600L << 20;
    try (FileChannel out =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(new byte[] {1}), 1L << 28);
      out.write(ByteBuffer.wrap(new byte[] {0}), size - 1);
    }
    TransferId id = alice.send(bob, file).id();
    alice.await(id, TransferState.DELIVERED);
    Path arrived = bob.downloads().resolve("sparse");
    assertThat(Files.size(arrived)).isEqualTo(size);
    try (FileChannel in = FileChannel.open(arrived)) {
      ByteBuffer one = ByteBuffer.allocate(1);
      in.read(one, 1L << 28);
      assertThat(one.get(0)).isEqualTo((byte) 1);
    }
    assertThat(bob.await(id, TransferState.DELIVERED).wireBytes()).isLessThanOrEqualTo(256 * 1024);
  }

  @Test
  void cutsAndCrashesOfBothSidesSendLittleTwice() throws Exception {
    Path file = file("large", 48 << 20);
    bob.disk = channel -> new CountedDisk(channel, bob.written);
    TransferId id = alice.send(bob, file).id();
    for (int round = 1; round <= 6; round++) {
      long beyond = round * (6L << 20) + random.nextInt(1 << 20);
      bob.await(id, t -> t.doneBytes() >= beyond || t.state().isOver());
      switch (round % 3) {
        case 0 -> network.cut();
        case 1 -> bob.start();
        default -> alice.start();
      }
    }
    alice.await(id, TransferState.DELIVERED);
    assertThat(bob.downloads().resolve("large")).as("seed %s", seed).hasSameBinaryContentAs(file);
    // Hashes and notes among it.
    assertThat(bob.written.get()).as("seed %s", seed).isLessThan((48L << 20) * 105 / 100);
  }

  @Test
  void aFullDiskPausesWithAWordAndGoesOnByItself() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    bob.disk = channel -> new FullDisk(channel, full);
    Path file = file("photo.jpg", 2_000_000);
    TransferId id = alice.send(bob, file).id();
    Transfer paused = bob.await(id, TransferState.PAUSED);
    assertThat(paused.problem()).contains("No space left").contains("it goes on when it can");
    full.set(false);
    alice.await(id, TransferState.DELIVERED);
    assertThat(bob.downloads().resolve("photo.jpg")).hasSameBinaryContentAs(file);
  }

  @Test
  void aFileThatHasChangedIsToldAndNotDelivered() throws Exception {
    bob.acceptsAtOnce = false;
    Path file = file("draft.txt", 500_000);
    TransferId id = alice.send(bob, file).id();
    bob.await(id, TransferState.OFFERED);
    Files.writeString(file, "another");
    bob.engine.accept(id, Optional.empty());
    assertThat(alice.await(id, TransferState.FAILED).problem())
        .contains("draft.txt has changed since it was offered");
    assertThat(bob.await(id, TransferState.FAILED).problem()).contains("has changed");
    assertThat(bob.downloads().resolve("draft.txt")).doesNotExist();
  }

  @Test
  void whatIsThereIsNeverReplaced() throws Exception {
    Path file = file("photo.jpg", 1_000);
    Files.createDirectories(bob.downloads());
    Files.writeString(bob.downloads().resolve("photo.jpg"), "mine");
    Files.createSymbolicLink(
        bob.downloads().resolve("photo (1).jpg"), bob.home.resolve("elsewhere"));
    TransferId id = alice.send(bob, file).id();
    alice.await(id, TransferState.DELIVERED);
    assertThat(bob.downloads().resolve("photo.jpg")).hasContent("mine");
    assertThat(bob.home.resolve("elsewhere")).doesNotExist();
    assertThat(bob.downloads().resolve("photo (2).jpg")).hasSameBinaryContentAs(file);
    assertThat(bob.await(id, TransferState.DELIVERED).names()).containsExactly("photo (2).jpg");
  }

  @Test
  void anOfferWaitsForTheUserAndGoesWhereTheUserSays() throws Exception {
    bob.acceptsAtOnce = false;
    network.setReachable(false);
    Path file = file("a.txt", 10);
    TransferId id = alice.send(bob, file).id();
    alice.start();
    network.setReachable(true);
    bob.await(id, TransferState.OFFERED);
    bob.start();
    Path elsewhere = bob.home.resolve("else").resolve("where");
    bob.engine.accept(id, Optional.of(elsewhere));
    alice.await(id, TransferState.DELIVERED);
    assertThat(elsewhere.resolve("a.txt")).hasSameBinaryContentAs(file);
  }

  @Test
  void aRefusalIsTold() throws Exception {
    bob.acceptsAtOnce = false;
    TransferId id = alice.send(bob, file("a.txt", 10)).id();
    bob.await(id, TransferState.OFFERED);
    bob.engine.refuse(id);
    alice.await(id, TransferState.REFUSED);
    assertThatThrownBy(() -> bob.engine.accept(id, Optional.empty()).toCompletableFuture().get())
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("waits for no answer");
  }

  @Test
  void eitherSideCancelsAndNothingIsLeft() throws Exception {
    Path file = file("large", 8 << 20);
    AtomicBoolean full = new AtomicBoolean(true);
    bob.disk = channel -> new FullDisk(channel, full);
    TransferId first = alice.send(bob, file).id();
    bob.await(first, TransferState.PAUSED);
    alice.engine.cancel(first);
    bob.await(first, TransferState.CANCELLED);
    TransferId second = alice.send(bob, file).id();
    bob.await(second, TransferState.PAUSED);
    bob.engine.cancel(second);
    alice.await(second, TransferState.CANCELLED);
    bob.start();
    bob.awaitEmpty(bob.downloads().resolve(".parley-incoming"));
    assertThat(bob.downloads().resolve("large")).doesNotExist();
  }

  @Test
  void onlyContactsMayOfferAndBeOffered() throws Exception {
    bob.contacts = peer -> false;
    TransferId id = alice.send(bob, file("a.txt", 10)).id();
    assertThat(alice.await(id, TransferState.FAILED).problem()).contains("takes no files");
    assertThat(bob.only()).isEmpty();
    alice.contacts = peer -> false;
    assertThatThrownBy(() -> alice.send(bob, file("a.txt", 10)))
        .hasMessageContaining("contacts only");
  }

  @Test
  void manyTransfersTakeTurnsAndAllArrive() throws Exception {
    java.util.ArrayList<TransferId> ids = new java.util.ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(alice.send(bob, file("f" + i, 500_000)).id());
    }
    for (TransferId id : ids) {
      alice.await(id, TransferState.DELIVERED);
    }
    assertThat(Files.list(bob.downloads()).filter(Files::isRegularFile)).hasSize(20);
  }

  @Test
  void openOffersAreBounded() throws Exception {
    bob.acceptsAtOnce = false;
    Path file = file("a.txt", 10);
    for (int i = 0; i < Limits.MAX_OPEN_PER_PEER; i++) {
      alice.send(bob, file);
    }
    assertThatThrownBy(() -> alice.send(bob, file)).hasMessageContaining("already");
  }

  /** Counts what is written. */
  private record CountedDisk(SeekableByteChannel channel, AtomicLong written)
      implements WrappedChannel {
    @Override
    public int write(ByteBuffer from) throws IOException {
      int count = channel.write(from);
      written.addAndGet(count);
      return count;
    }
  }

  /** A disk without room, while it is said to be full. */
  private record FullDisk(SeekableByteChannel channel, AtomicBoolean full)
      implements WrappedChannel {
    @Override
    public int write(ByteBuffer from) throws IOException {
      if (full.get() && channel.position() > 500_000) {
        throw new IOException("No space left on device");
      }
      return channel.write(from);
    }
  }
}
