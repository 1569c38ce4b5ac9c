package dev.parley.backup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.FuzzTarget;
import dev.parley.proto.id.PeerId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What is inside a backup, once a passphrase has opened it: anybody may have made it. */
public final class BackupFuzz {
  private BackupFuzz() {}

  public static List<FuzzTarget> targets() {
    return List.of(
        FuzzTarget.of("backup", BackupFuzz::backup, BackupReader.class, BackupWriter.class)
            .seeds(example()),
        FuzzTarget.of("backup-manifest", BackupFuzz::manifest, Manifest.class).seeds(manifest()));
  }

  private static byte[] manifest() {
    try {
      return new Manifest(PeerId.of(new byte[32]), Instant.EPOCH, "parley/1").encode();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] example() {
    Map<BackupEntry, byte[]> entries = new EnumMap<>(BackupEntry.class);
    entries.put(BackupEntry.MANIFEST, manifest());
    entries.put(BackupEntry.KEY, new byte[100]);
    entries.put(BackupEntry.DATABASE, new byte[1_000]);
    try {
      return written(entries);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] written(Map<BackupEntry, byte[]> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BackupWriter writer = new BackupWriter(out);
    for (Map.Entry<BackupEntry, byte[]> entry : entries.entrySet()) {
      writer.add(entry.getKey(), entry.getValue());
    }
    writer.end();
    return out.toByteArray();
  }

  private static void backup(byte[] input) throws IOException {
    Map<BackupEntry, ByteArrayOutputStream> found = new EnumMap<>(BackupEntry.class);
    try {
      BackupReader.read(
          new ByteArrayInputStream(input),
          entry -> {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            assertThat(found.put(entry, content)).isNull();
            return content;
          });
    } catch (IOException e) {
      return;
    }
    Map<BackupEntry, byte[]> entries = new EnumMap<>(BackupEntry.class);
    found.forEach((entry, content) -> entries.put(entry, content.toByteArray()));
    assertThat(written(entries)).isEqualTo(input);
  }

  private static void manifest(byte[] input) throws IOException {
    Manifest manifest;
    try {
      manifest = Manifest.parse(input);
    } catch (IOException e) {
      return;
    }
    assertThat(Manifest.parse(manifest.encode())).isEqualTo(manifest);
  }
}
