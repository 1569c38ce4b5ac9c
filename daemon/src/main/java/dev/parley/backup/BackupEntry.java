package dev.parley.backup;

import java.util.Arrays;
import java.util.Optional;

/**
 * What a backup has inside: entries of a tag (one byte), a length (eight, big-endian) and so many
 * bytes, in the order of these.
 */
enum BackupEntry {
  /** Properties: when, of whom, by which version. */
  MANIFEST(1, 65_536, false),
  /** The key file as it is: encrypted, if it is. */
  KEY(2, 65_536, false),
  CONFIGURATION(3, 1 << 20, true),
  DATABASE(4, Long.MAX_VALUE, false),
  /** Has no bytes, and nothing comes after it. */
  END(5, 0, false);

  private final int tag;
  private final long maxBytes;
  private final boolean optional;

  BackupEntry(int tag, long maxBytes, boolean optional) {
    this.tag = tag;
    this.maxBytes = maxBytes;
    this.optional = optional;
  }

  int tag() {
    return tag;
  }

  long maxBytes() {
    return maxBytes;
  }

  boolean isOptional() {
    return optional;
  }

  static Optional<BackupEntry> of(int tag) {
    return Arrays.stream(values()).filter(entry -> entry.tag == tag).findFirst();
  }
}
