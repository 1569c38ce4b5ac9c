package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.parley.link.LinkPath;
import dev.parley.nat.ice.IceCandidate;
import dev.parley.nat.ice.IceCheck;
import dev.parley.nat.path.PathEvidence;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.path.PathReport;
import dev.parley.nat.path.PathState;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Puts together what probes, ICE and TCP connects have tried: one entry for each address of each
 * transport. Pure.
 */
final class TriedCandidates {
  private TriedCandidates() {}

  static ImmutableList<WhyReport.Candidate> of(
      PathEvidence probes,
      ImmutableList<IceCheck> checks,
      ImmutableMap<InetSocketAddress, String> tcpFailures) {
    Map<InetSocketAddress, IceCheck> left = new LinkedHashMap<>();
    checks.forEach(check -> left.put(check.address(), check));
    ImmutableList.Builder<WhyReport.Candidate> all = ImmutableList.builder();
    for (PathEvidence.Entry entry : probes.paths()) {
      all.add(of(entry, entry.address().flatMap(at -> Optional.ofNullable(left.remove(at)))));
    }
    left.values().forEach(check -> all.add(of(check)));
    tcpFailures.forEach((address, reason) -> all.add(failedConnect(address, reason)));
    return all.build();
  }

  private static WhyReport.Candidate of(PathEvidence.Entry entry, Optional<IceCheck> check) {
    return new WhyReport.Candidate(
        path(entry.path()),
        check.map(IceCheck::type).map(TriedCandidates::word),
        Optional.of(word(entry.state())),
        check.map(IceCheck::state).map(TriedCandidates::word),
        entry.inUse(),
        entry.probesSent(),
        entry.probesAnswered(),
        entry.silentNanos() < 0
            ? Optional.empty()
            : Optional.of(Duration.ofNanos(entry.silentNanos())),
        "");
  }

  private static WhyReport.Candidate of(IceCheck check) {
    return untraveled(
        LinkPath.Transport.UDP,
        check.address(),
        Optional.of(word(check.type())),
        Optional.of(word(check.state())),
        "");
  }

  private static WhyReport.Candidate failedConnect(InetSocketAddress address, String reason) {
    return untraveled(LinkPath.Transport.TCP, address, Optional.empty(), Optional.empty(), reason);
  }

  /** An address that no path leads to. */
  private static WhyReport.Candidate untraveled(
      LinkPath.Transport transport,
      InetSocketAddress address,
      Optional<WhyReport.Type> type,
      Optional<WhyReport.Check> check,
      String failure) {
    return new WhyReport.Candidate(
        new LinkPath(LinkPath.Kind.DIRECT, transport, AddressText.of(address), Optional.empty()),
        type,
        Optional.empty(),
        check,
        false,
        0,
        0,
        Optional.empty(),
        failure);
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

  private static WhyReport.Type word(IceCandidate.Type type) {
    return switch (type) {
      case HOST -> WhyReport.Type.HOST;
      case SERVER_REFLEXIVE -> WhyReport.Type.SERVER_REFLEXIVE;
      case PEER_REFLEXIVE -> WhyReport.Type.PEER_REFLEXIVE;
      case RELAYED -> WhyReport.Type.RELAYED;
    };
  }

  private static WhyReport.State word(PathState state) {
    return switch (state) {
      case UNTRIED -> WhyReport.State.UNTRIED;
      case CHECKING -> WhyReport.State.CHECKING;
      case PROVEN -> WhyReport.State.PROVEN;
      case DOUBTED -> WhyReport.State.DOUBTED;
      case SILENT -> WhyReport.State.SILENT;
    };
  }

  private static WhyReport.Check word(IceCheck.State state) {
    return switch (state) {
      case WAITING -> WhyReport.Check.WAITING;
      case CHECKING -> WhyReport.Check.CHECKING;
      case SUCCEEDED -> WhyReport.Check.SUCCEEDED;
      case FAILED -> WhyReport.Check.FAILED;
      case NOT_NEEDED -> WhyReport.Check.NOT_NEEDED;
      case NOT_CHECKED -> WhyReport.Check.NOT_CHECKED;
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
