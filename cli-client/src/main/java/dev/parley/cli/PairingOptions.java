package dev.parley.cli;

import dev.parley.cli.text.Json;
import dev.parley.control.v1.PairedPeer;
import picocli.CommandLine.Option;

/** What both sides of a pairing can say, and how they print what came of it. */
final class PairingOptions {
  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "What to call the other one here; without it, as it suggests.")
  String name = "";

  @Option(
      names = "--as",
      paramLabel = "NAME",
      description =
          "What to suggest that the other one calls this node; your login name if left out.")
  String as = "";

  @Option(
      names = "--relay",
      paramLabel = "URL",
      description = "The relay to meet at; this node's own if left out.")
  String relay = "";

  String nameHint(Session session) {
    return as.isEmpty() ? session.environment("USER") : as;
  }

  static void show(Session session, PairedPeer peer) {
    if (session.json()) {
      session.print(
          new Json()
              .put("peerId", peer.getPeerId())
              .put("peerName", peer.getPeerName())
              .put("verified", peer.getVerified()));
    } else {
      session.print(
          session.style().bold(peer.getPeerName())
              + " is a verified contact now ("
              + peer.getPeerId()
              + ")");
    }
  }
}
