package dev.parley.files.landing;

import com.google.common.collect.ImmutableList;
import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import dev.parley.files.names.SafeName;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives the entries of one transfer their names here. Two entries never get the same, not even on a
 * disk that looks at neither case nor form. The same entries in the same order get the same names,
 * so a log of entries is all that has to be kept. Not thread-safe.
 *
 * <p>A million names are remembered as 64-bit hashes, in some 16 MB; one that is taken for another
 * gets a number that it did not need, and that is all.
 */
final class Names {
  private static final boolean WINDOWS = File.separatorChar == '\\';
  private static final HashFunction HASH = Hashing.murmur3_128(0x7061726c);

  /** Honest entries need hardly any; a hostile million of equal names would need 10^12. */
  static final int MAX_RENAMES = 100_000;

  private final LongSet taken = new LongSet();
  private final List<Level> open = new ArrayList<>();
  private int renames;

  /** A directory on the way to where entries come now, by the peer's name and by ours. */
  private record Level(String raw, String safe) {}

  /**
   * Where an entry comes.
   *
   * @throws HostileEntryException when no honest peer sends that
   */
  ImmutableList<String> place(List<String> raw, boolean directory) throws HostileEntryException {
    int parents = raw.size() - (directory ? 0 : 1);
    int common = 0;
    while (common < Math.min(parents, open.size())
        && open.get(common).raw.equals(raw.get(common))) {
      common++;
    }
    open.subList(common, open.size()).clear();
    for (int i = common; i < parents; i++) {
      open.add(new Level(raw.get(i), free(raw.get(i))));
    }
    ImmutableList.Builder<String> placed = ImmutableList.builder();
    open.forEach(level -> placed.add(level.safe));
    if (directory) {
      // It comes after all that is in it: the next one of this name is another.
      open.remove(open.size() - 1);
    } else {
      placed.add(free(raw.get(parents)));
    }
    return placed.build();
  }

  static long hash(List<String> path) {
    return HASH.hashString(String.join("/", path), StandardCharsets.UTF_8).asLong();
  }

  private String free(String raw) throws HostileEntryException {
    String name =
        SafeName.of(raw, WINDOWS)
            .orElseThrow(() -> new HostileEntryException("a name leads out of the directory"));
    StringBuilder above = new StringBuilder();
    open.forEach(level -> above.append(SafeName.key(level.safe)).append('/'));
    String candidate = name;
    for (int number = 1; ; number++) {
      String key = above + SafeName.key(candidate);
      if (taken.add(HASH.hashString(key, StandardCharsets.UTF_8).asLong())) {
        return candidate;
      }
      if (++renames > MAX_RENAMES) {
        throw new HostileEntryException("too many names are alike");
      }
      candidate = SafeName.numbered(name, number);
    }
  }
}
