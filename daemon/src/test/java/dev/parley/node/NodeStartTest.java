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
    NodeHome home = NodeHome.in(directory.resolve("home"));
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
}
