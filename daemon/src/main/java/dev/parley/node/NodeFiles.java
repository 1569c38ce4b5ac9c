package dev.parley.node;

import dev.parley.config.NodeConfig.FileRules;
import dev.parley.files.FilesEngine;
import dev.parley.link.Links;
import dev.parley.messaging.StorageFailure;
import dev.parley.proto.id.PeerId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/** Starts the transfer of files with what the configuration says. */
final class NodeFiles {
  private NodeFiles() {}

  static FilesEngine start(NodeAssembly.Ground ground, Links links, FileRules rules, Clock clock)
      throws StorageFailure {
    Path data = ground.home().data().toAbsolutePath();
    return FilesEngine.start(
        ground.store().files(),
        links,
        new FilesEngine.Rules(
            peer -> ground.contacts().nameOf(peer).isPresent(),
            (peer, bytes) -> acceptsAtOnce(ground, rules, peer, bytes),
            rules.directory().map(Path::toAbsolutePath).orElse(data.resolve("downloads"))),
        new FilesEngine.Environment(
            clock,
            System::nanoTime,
            ground.random(),
            ground.timers(),
            data.resolve("transfers"),
            channel -> channel));
  }

  private static boolean acceptsAtOnce(
      NodeAssembly.Ground ground, FileRules rules, PeerId peer, long bytes) {
    Optional<String> name = ground.contacts().nameOf(peer);
    return bytes <= rules.acceptMaxBytes()
        && name.filter(n -> rules.acceptFrom().stream().anyMatch(n::equalsIgnoreCase)).isPresent();
  }
}
