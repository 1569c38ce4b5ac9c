package dev.parley.files;

import dev.parley.files.content.ContentHash;
import java.util.Map;
import java.util.TreeMap;

/**
 * Hashes of the beginning of the file that is being sent: when a link is lost, what was sent before
 * is not read once more. One every 16 MiB, so that a file of a terabyte takes some megabytes.
 * Thread-safe.
 */
final class Checkpoints {
  private static final long EVERY_BYTES = 16L << 20;

  private final TreeMap<Long, ContentHash> hashes = new TreeMap<>();
  private int entry = -1;

  synchronized void note(int ofEntry, ContentHash hash) {
    if (entry != ofEntry) {
      entry = ofEntry;
      hashes.clear();
    }
    if (hashes.isEmpty() || hash.bytes() - hashes.lastKey() >= EVERY_BYTES) {
      hashes.put(hash.bytes(), hash.copy());
    }
  }

  /** The longest one that is known, of at most so much. */
  synchronized ContentHash upTo(int ofEntry, long bytes) {
    Map.Entry<Long, ContentHash> known = entry == ofEntry ? hashes.floorEntry(bytes) : null;
    return known == null ? new ContentHash() : known.getValue();
  }
}
