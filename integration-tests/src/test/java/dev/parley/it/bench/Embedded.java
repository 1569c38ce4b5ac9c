package dev.parley.it.bench;

import com.google.common.collect.ImmutableList;
import dev.parley.config.ConfigFile;
import dev.parley.config.NodeOverrides;
import dev.parley.identity.PassphraseSource;
import dev.parley.it.process.Home;
import dev.parley.node.Node;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Nodes within this process, on the loopback. */
final class Embedded {
  private Embedded() {}

  static Node start(Home home) throws Exception {
    NodeOverrides overrides =
        new NodeOverrides(
            Optional.of(new InetSocketAddress("127.0.0.1", 0)),
            ImmutableList.of(),
            ImmutableList.of());
    return Node.start(
        home.places(),
        ConfigFile.load(home.places().configFile()).node(overrides),
        new Node.Environment("bench", PassphraseSource.of(Map.of()), Clock.systemUTC()));
  }
}
