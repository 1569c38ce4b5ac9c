package dev.parley.it.bench;

import com.google.common.collect.ImmutableList;
import dev.parley.config.ConfigFile;
import dev.parley.config.NodeOverrides;
import dev.parley.identity.PassphraseSource;
import dev.parley.it.process.Home;
import dev.parley.node.Node;
import dev.parley.proto.home.NodeHome;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Nodes within this process. */
final class Embedded {
  private Embedded() {}

  /** On the loopback. */
  static Node start(Home home) throws Exception {
    return start(home.places(), "127.0.0.1");
  }

  static Node start(NodeHome home, String address) throws Exception {
    NodeOverrides overrides =
        new NodeOverrides(
            Optional.of(new InetSocketAddress(address, 0)), ImmutableList.of(), ImmutableList.of());
    return Node.start(
        home,
        ConfigFile.load(home.configFile()).node(overrides),
        new Node.Environment("bench", PassphraseSource.of(Map.of()), Clock.systemUTC()));
  }
}
