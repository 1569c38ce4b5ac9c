package dev.parley.it.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** kill -9 of each of the documented bots, and of its daemon: it answers every message, once. */
@ExtendWith(StageExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddingIT {
  private Stage stage;
  private RelayProcess relay;
  private Daemon asker;
  private Path directory;

  @BeforeAll
  void start(Stage all) throws IOException {
    stage = all;
    relay = stage.relay();
    asker = node("asker").startWith();
    directory = Recipe.layOut(stage.directory().resolve("unpacked"), distribution());
  }

  @ParameterizedTest
  @EnumSource
  void aBotThatIsKilledAtAnyMomentAnswersEveryMessageOnce(Example example) throws Exception {
    example.require();
    long seed = Long.getLong("embedding.seed", System.nanoTime());
    System.out.println("EmbeddingIT " + example + ": again with -Dembedding.seed=" + seed);
    Daemon bot = node(example.name().toLowerCase(java.util.Locale.ROOT)).startWith();
    Daemon.introduce(asker, bot);
    new BotTrial(example, directory, asker, bot, new Random(seed)).run();
  }

  @Test
  void theDistributionBringsTheExamplesAndTheProtocol() throws IOException {
    assertThat(Recipe.shipped(distribution()))
        .contains("InProcessBot.java", "SocketBot.java", "bot.js", "bot.py", "package.json")
        .doesNotContain("node_modules");
    assertThat(distribution().resolve("proto/parley/control/v1/control.proto")).isRegularFile();
  }

  /** Configured by a file: the bot that is a node itself reads the same. */
  private Home node(String name) {
    return stage
        .home(name)
        .config("listen = \"127.0.0.1:0\"\nrelays = [\"" + relay.url() + "\"]\n")
        .with("PATH", System.getProperty("java.home") + "/bin:" + System.getenv("PATH"));
  }

  private Path distribution() {
    return stage.distribution().lib().getParent();
  }
}
