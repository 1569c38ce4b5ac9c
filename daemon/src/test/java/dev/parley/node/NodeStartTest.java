package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.config.NodeConfig;
import dev.parley.identity.PassphraseSource;
import dev.parley.proto.home.NodeHome;
import dev.parley.proto.id.PeerId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeStartTest {
  @TempDir Path directory;

  private Node start() throws Exception {
    return start(home("home"));
  }

  private NodeHome home(String name) {
    return NodeHome.in(directory.resolve(name));
  }

  private static Node start(NodeHome home) throws Exception {
    Files.createDirectories(home.config());
    Files.writeString(home.configFile(), "listen = \"127.0.0.1:0\"\n");
    return Node.start(
        home,
        NodeConfig.load(home.configFile()),
        new Node.Environment("test", PassphraseSource.of(Map.of()), Clock.systemUTC()));
  }

  @Test
  void aHomeIsOneNodesUntilThatIsClosed() throws Exception {
    PeerId id;
    try (Node first = start()) {
      id = first.id();
      assertThatThrownBy(this::start)
          .isInstanceOf(NodeStartException.class)
          .hasMessageContaining("already running");
      assertThat(first.status().id()).isEqualTo(id);
    }
    try (Node second = start()) {
      assertThat(second.id()).isEqualTo(id);
    }
  }

  @Test
  void aRestoreThatWasInterruptedIsCompletedForProgramsThatEmbedANode() throws Exception {
    NodeHome lost = home("lost");
    NodeHome home = home("home");
    PeerId restored;
    PeerId before;
    try (Node node = start(lost)) {
      restored = node.id();
    }
    try (Node node = start(home)) {
      before = node.id();
    }
    // As a crash leaves it that came when all was on disk and nothing was in its place.
    Path ready = Files.createDirectory(home.data().resolve("restore-ready"));
    Files.writeString(ready.resolve("aside"), "before-restore-x");
    Files.copy(lost.keyFile(), ready.resolve(lost.keyFile().getFileName()));
    Files.copy(lost.database(), ready.resolve(lost.database().getFileName()));

    try (Node node = start(home)) {
      assertThat(node.id()).isEqualTo(restored).isNotEqualTo(before);
    }
    assertThat(ready).doesNotExist();
    assertThat(home.data().resolve("before-restore-x").resolve("identity.key")).exists();
    assertThat(home.data().resolve("before-restore-x").resolve("parley.db")).exists();
  }
}
