package dev.parley.files.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.files.content.ContentHash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LandingTest {
  private static final Instant THEN = Instant.parse("2020-01-01T00:00:00Z");

  @TempDir Path directory;

  private Landing open() throws Exception {
    return Landing.open(directory.resolve("target"), "id", channel -> channel);
  }

  private static Landing.Entry file(int size, String... path) {
    return new Landing.Entry(ImmutableList.copyOf(path), false, size, THEN, false);
  }

  private static void append(Landing landing, byte[] data) throws IOException {
    ByteString hash = ByteString.copyFrom(new ContentHash().ofChunk(ByteBuffer.wrap(data.clone())));
    assertThat(landing.matches(hash, ByteString.copyFrom(data))).isTrue();
    landing.append(hash, ByteString.copyFrom(data));
  }

  private static void add(Landing landing, String content, String... path) throws Exception {
    if (!content.isEmpty()) {
      append(landing, content.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
    landing.complete(file(content.length(), path));
  }

  @Test
  void namesThatDifferInCaseOrFormAloneComeBesideEachOther() throws Exception {
    try (Landing landing = open()) {
      add(landing, "1", "d", "A.txt");
      add(landing, "2", "d", "a.txt");
      add(landing, "3", "D", "x");
      add(landing, "4", "\u00e9");
      add(landing, "5", "e\u0301");
      assertThat(landing.deliver()).containsExactlyInAnyOrder("d", "D (1)", "\u00e9", "\u00e9 (1)");
    }
    Path target = directory.resolve("target");
    assertThat(target.resolve("d/A.txt")).hasContent("1");
    assertThat(target.resolve("d/a (1).txt")).hasContent("2");
    assertThat(target.resolve("D (1)/x")).hasContent("3");
    assertThat(target.resolve("\u00e9 (1)")).hasContent("5");
  }

  @Test
  void aNameThatLeadsOutIsRefused() throws Exception {
    try (Landing landing = open()) {
      for (List<String> hostile :
          List.of(List.of("..", "x"), List.of("a", "..", "b"), List.of("/etc/x"), List.of(""))) {
        assertThatThrownBy(() -> add(landing, "", hostile.toArray(String[]::new)))
            .isInstanceOf(HostileEntryException.class);
      }
    }
    assertThat(directory.resolve("x")).doesNotExist();
  }

  @Test
  void aLinkThatIsPutInThePlaceOfTheDirectoryLeadsNothingAway() throws Exception {
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Path own = directory.resolve("target/.parley-incoming/id");
    try (Landing landing = open()) {
      add(landing, "first", "d", "one");
      Files.move(own, directory.resolve("moved"));
      Files.createSymbolicLink(own, elsewhere);
      add(landing, "second", "d", "two");
      assertThat(elsewhere).isEmptyDirectory();
      Path tree = directory.resolve("moved/tree");
      Files.move(tree.resolve("d"), directory.resolve("d"));
      Files.createSymbolicLink(tree.resolve("d"), elsewhere);
      assertThatThrownBy(() -> add(landing, "third", "d", "three")).isInstanceOf(IOException.class);
      assertThat(elsewhere).isEmptyDirectory();
    }
    assertThatThrownBy(this::open).as("a link is no place").isInstanceOf(IOException.class);
    assertThat(elsewhere).isEmptyDirectory();
  }

  @Test
  void whatIsGoneOnWithIsWhatIsOnTheDisk() throws Exception {
    byte[] chunk = new byte[ContentHash.CHUNK_BYTES];
    try (Landing landing = open()) {
      add(landing, "whole", "a");
      for (int i = 1; i <= 4; i++) {
        java.util.Arrays.fill(chunk, (byte) i);
        append(landing, chunk);
      }
      landing.appendZeros(2L * ContentHash.CHUNK_BYTES);
    }
    try (Landing landing = open()) {
      assertThat(landing.entries()).isEqualTo(1);
      assertThat(landing.offset()).isEqualTo(6L * ContentHash.CHUNK_BYTES);
    }
    Path part = directory.resolve("target/.parley-incoming/id/part");
    try (FileChannel damage = FileChannel.open(part, StandardOpenOption.WRITE)) {
      damage.write(ByteBuffer.wrap(new byte[] {9}), 2L * ContentHash.CHUNK_BYTES + 5);
    }
    try (Landing landing = open()) {
      assertThat(landing.offset()).isEqualTo(2L * ContentHash.CHUNK_BYTES);
      assertThat(landing.bytes()).isEqualTo(5 + 2L * ContentHash.CHUNK_BYTES);
    }
  }

  @Test
  void aFileThatIsNotInTheLogYetComesOnceMoreUnderItsName() throws Exception {
    try (Landing landing = open()) {
      add(landing, "1", "d", "one");
    }
    Path tree = directory.resolve("target/.parley-incoming/id/tree");
    Files.writeString(tree.resolve("d/two"), "torn");
    try (Landing landing = open()) {
      add(landing, "2", "d", "two");
      landing.deliver();
    }
    assertThat(directory.resolve("target/d/two")).hasContent("2");
  }

  @Test
  void alikeNamesAreBounded() {
    Names names = new Names();
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                names.place(List.of("same"), false);
              }
            })
        .isInstanceOf(HostileEntryException.class)
        .hasMessageContaining("alike");
  }
}
