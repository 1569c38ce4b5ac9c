package dev.parley.backup;

import dev.parley.identity.sealedfile.SealedFileException;
import dev.parley.identity.sealedfile.SealedFileException.Reason;
import dev.parley.proto.id.PeerId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Properties;

/**
 * What a backup says of itself.
 *
 * @param software the version that made it
 */
record Manifest(PeerId peer, Instant createdAt, String software) {
  byte[] encode() throws IOException {
    Properties lines = new Properties();
    lines.setProperty("peer", peer.toString());
    lines.setProperty("created", createdAt.toString());
    lines.setProperty("software", software);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    lines.store(out, null);
    return out.toByteArray();
  }

  static Manifest parse(byte[] bytes) throws IOException {
    Properties lines = new Properties();
    try {
      lines.load(new ByteArrayInputStream(bytes));
      return new Manifest(
          PeerId.parse(lines.getProperty("peer", "")).orElseThrow(Manifest::unreadable),
          Instant.parse(lines.getProperty("created", "")),
          lines.getProperty("software", ""));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw unreadable();
    }
  }

  private static SealedFileException unreadable() {
    return new SealedFileException(Reason.DAMAGED, "does not say whose it is");
  }
}
