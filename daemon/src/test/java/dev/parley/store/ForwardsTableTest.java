package dev.parley.store;

import static dev.parley.store.StoredMessages.NOW;
import static dev.parley.store.StoredMessages.await;
import static dev.parley.store.StoredMessages.peer;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import dev.parley.channels.Access;
import dev.parley.channels.ServiceName;
import dev.parley.forward.Endpoint;
import dev.parley.forward.ForwardStore;
import dev.parley.forward.ForwardStore.StoredForward;
import dev.parley.forward.ForwardStore.StoredService;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForwardsTableTest {
  private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
  private static final StoredService WEB =
      new StoredService(
          new ServiceName("web"),
          Endpoint.parse("tcp:127.0.0.1:8080"),
          new Access(true, ImmutableSet.of(peer(2), peer(3))));
  private static final StoredForward SSH =
      new StoredForward(
          7,
          peer(2),
          new ServiceName("ssh"),
          Endpoint.parse("unix:/tmp/ssh"),
          Duration.ofSeconds(60));

  @TempDir Path directory;

  private Path file() {
    return directory.resolve("parley.db");
  }

  @Test
  void servicesAndForwardsAreKeptAndRemoved() throws Exception {
    try (Store store = Store.open(file(), CLOCK)) {
      ForwardStore forwards = store.forwards();
      await(forwards.putService(WEB));
      await(forwards.putForward(SSH));
    }
    try (Store store = Store.open(file(), CLOCK)) {
      ForwardStore forwards = store.forwards();
      assertThat(await(forwards.load()).services()).containsExactly(WEB);
      assertThat(await(forwards.load()).forwards()).containsExactly(SSH);
      await(forwards.removeService(WEB.name()));
      await(forwards.removeForward(7));
      assertThat(await(forwards.load()).services()).isEmpty();
      assertThat(await(forwards.load()).forwards()).isEmpty();
    }
  }

  @Test
  void aRowThatMakesNoSenseDoesNotTakeTheOthersAlong() throws Exception {
    try (Store store = Store.open(file(), CLOCK)) {
      await(store.forwards().putService(WEB));
    }
    try (Connection sqlite = DriverManager.getConnection("jdbc:sqlite:" + file());
        Statement statement = sqlite.createStatement()) {
      statement.execute("INSERT INTO service VALUES ('bad', 'nowhere', 0, x'')");
      statement.execute("INSERT INTO forward VALUES (1, x'00', 'ssh', 'tcp:x:1', 1)");
    }
    try (Store store = Store.open(file(), CLOCK)) {
      assertThat(await(store.forwards().load()).services()).containsExactly(WEB);
      assertThat(await(store.forwards().load()).forwards()).isEmpty();
    }
  }
}
