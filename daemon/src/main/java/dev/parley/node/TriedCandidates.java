package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.link.LinkPath;
import dev.parley.nat.ice.IceCheck;
import dev.parley.nat.path.PathEvidence;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.path.PathReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Puts together what probes and what ICE have tried: one entry for each address. Pure. */
final class TriedCandidates {
  private TriedCandidates() {}

  static ImmutableList<WhyReport.Candidate> of(
      PathEvidence probes, ImmutableList<IceCheck> checks) {
    Map<InetSocketAddress, IceCheck> left = new LinkedHashMap<>();
    checks.forEach(check -> left.put(check.address(), check));
    ImmutableList.Builder<WhyReport.Candidate> all = ImmutableList.builder();
    for (PathEvidence.Entry entry : probes.paths()) {
      all.add(of(entry, entry.address().flatMap(at -> Optional.ofNullable(left.remove(at)))));
    }
    left.values().forEach(check -> all.add(of(check)));
    return all.build();
  }

  private static WhyReport.Candidate of(PathEvidence.Entry entry, Optional<IceCheck> check) {
    return new WhyReport.Candidate(
        path(entry.path()),
        check.map(IceCheck::type),
        Optional.of(entry.state()),
        check.map(IceCheck::state),
        entry.inUse(),
        entry.probesSent(),
        entry.probesAnswered(),
        entry.silentNanos() < 0
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(entry.silentNanos())));
  }

  private static WhyReport.Candidate of(IceCheck check) {
    return new WhyReport.Candidate(
        new LinkPath(
            LinkPath.Kind.DIRECT,
            LinkPath.Transport.UDP,
            AddressText.of(check.address()),
            Optional.empty()),
        Optional.of(check.type()),
        Optional.empty(),
        Optional.of(check.state()),
        false,
        0,
        0,
        Optional.empty());
  }

  /** The addresses of all of them, relays left out. */
  static ImmutableSet<InetAddress> addresses(PathEvidence probes, ImmutableList<IceCheck> checks) {
    ImmutableSet.Builder<InetAddress> all = ImmutableSet.builder();
    probes.paths().forEach(entry -> entry.address().ifPresent(at -> all.add(at.getAddress())));
    checks.forEach(check -> all.add(check.address().getAddress()));
    return all.build();
  }

  static LinkPath.Kind kind(PathKind kind) {
    return switch (kind) {
      case DIRECT -> LinkPath.Kind.DIRECT;
      case RELAY -> LinkPath.Kind.RELAY;
      case TURN -> LinkPath.Kind.TURN;
    };
  }

  private static LinkPath path(PathReport path) {
    return new LinkPath(
        kind(path.kind()),
        switch (path.transport()) {
          case UDP -> LinkPath.Transport.UDP;
          case TCP -> LinkPath.Transport.TCP;
        },
        path.remote(),
        path.rttNanos() < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(path.rttNanos())));
  }
}
