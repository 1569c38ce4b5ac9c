package dev.parley.transport;

import dev.parley.link.LinkPath;
import dev.parley.nat.path.PathReport;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what the switch says of a path into what the layers above a link see of it. */
final class LinkPaths {
  private LinkPaths() {}

  static LinkPath of(@Nullable PathReport report) {
    if (report == null) {
      return new LinkPath(
          LinkPath.Kind.DIRECT, LinkPath.Transport.UDP, "unknown", Optional.empty());
    }
    LinkPath.Kind kind =
        switch (report.kind()) {
          case DIRECT -> LinkPath.Kind.DIRECT;
          case TURN -> LinkPath.Kind.TURN;
          case RELAY -> LinkPath.Kind.RELAY;
        };
    LinkPath.Transport transport =
        switch (report.transport()) {
          case UDP -> LinkPath.Transport.UDP;
          case TCP -> LinkPath.Transport.TCP;
        };
    Optional<Duration> rtt =
        report.rttNanos() < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(report.rttNanos()));
    return new LinkPath(kind, transport, report.remote(), rtt);
  }
}
