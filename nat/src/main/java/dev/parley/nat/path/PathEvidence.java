package dev.parley.nat.path;

import com.google.common.collect.ImmutableList;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What has been tried with one peer, and how it went: at most as many entries as its table has
 * paths.
 *
 * @param pinned the kind of path that the link is held on
 */
public record PathEvidence(ImmutableList<Entry> paths, Optional<PathKind> pinned) {
  static final PathEvidence NONE = new PathEvidence(ImmutableList.of(), Optional.empty());

  /**
   * One path.
   *
   * @param address of a direct path
   * @param probesSent since the link came up; so is {@code probesAnswered}
   * @param silentNanos since the last answer; -1 when there was none
   */
  public record Entry(
      PathReport path,
      Optional<InetSocketAddress> address,
      PathState state,
      boolean inUse,
      long probesSent,
      long probesAnswered,
      long silentNanos) {}

  static PathEvidence of(PathTable table, long now) {
    return new PathEvidence(
        table.paths().stream()
            .map(path -> entry(path, path == table.current(), now))
            .collect(ImmutableList.toImmutableList()),
        Optional.ofNullable(table.pinned()));
  }

  private static Entry entry(Path path, boolean inUse, long now) {
    return new Entry(
        Route.report(path),
        path.address instanceof PathAddress.DirectUdp direct
            ? Optional.of(direct.address())
            : Optional.empty(),
        path.state(),
        inUse,
        path.probesSent(),
        path.probesAnswered(),
        path.silentNanos(now));
  }
}
