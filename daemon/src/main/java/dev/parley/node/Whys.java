package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.contacts.Contacts;
import dev.parley.diagnosis.Diagnosis;
import dev.parley.diagnosis.NatFacts;
import dev.parley.diagnosis.Situation;
import dev.parley.link.Link;
import dev.parley.link.LinkPath;
import dev.parley.nat.RelayCarrier;
import dev.parley.nat.path.PathEvidence;
import dev.parley.proto.id.PeerId;
import dev.parley.transport.PeerLocator;
import dev.parley.transport.QuicTransport;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Brings the evidence of the way to a peer together. Runs on the event loop. */
final class Whys {
  /** So long a peer is waited for that has been asked for its side. */
  static final long ANSWER_MILLIS = 2_000;

  /** Whom to ask. */
  record Sources(
      QuicTransport transport,
      IceDriver ice,
      TcpDriver tcp,
      OwnNat own,
      PeerNats peers,
      OwnAddresses addresses,
      PeerLocator locator,
      Contacts contacts) {}

  private final Sources sources;
  private final EventExecutor loop;

  Whys(Sources sources, EventExecutor loop) {
    this.sources = sources;
    this.loop = loop;
  }

  CompletableFuture<WhyReport> of(PeerId peer) {
    CompletableFuture<Void> asked = sources.peers().ask(peer);
    if (!asked.isDone()) {
      loop.schedule(() -> asked.complete(null), ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    }
    return asked.thenApply(done -> report(peer));
  }

  private WhyReport report(PeerId peer) {
    PathEvidence probes = sources.transport().paths().evidence(PeerAtlas.keyOf(peer));
    PeerIce.Evidence ice = sources.ice().evidence(peer);
    Optional<LinkPath> path = sources.transport().current(peer).map(Link::path);
    Optional<NatFacts> here = sources.own().facts();
    Optional<NatFrames.Told> there = sources.peers().told(peer);
    Optional<QuicTransport.LinkStatus> link =
        sources.transport().statuses().stream().filter(l -> l.peer().equals(peer)).findFirst();
    Situation.LinkState state = stateOf(path.isPresent(), link);
    Situation situation =
        new Situation(
            state,
            path,
            probes.pinned().map(TriedCandidates::kind),
            here,
            there.map(NatFrames.Told::facts),
            sources.addresses().isBehindSameNat(TriedCandidates.addresses(probes, ice.checks())),
            checksOf(ice),
            state == Situation.LinkState.FAILED ? relaysOf(peer) : Situation.Relays.NOT_CONNECTED,
            link.map(QuicTransport.LinkStatus::problem).orElse(""));
    return new WhyReport(
        peer,
        sources.contacts().nameOf(peer).orElse(""),
        Diagnosis.of(situation),
        path,
        here.map(facts -> side(facts, sources.own().age())),
        there.map(told -> side(told.facts(), told.age())),
        TriedCandidates.of(probes, ice.checks(), sources.tcp().failures(peer)),
        ice.outcome());
  }

  private static WhyReport.Side side(NatFacts facts, Duration age) {
    return new WhyReport.Side(
        facts.udp(),
        facts.ipv4(),
        facts.ipv6(),
        NatChecks.word(facts.mapping()),
        NatChecks.word(facts.filtering()),
        facts.hairpin(),
        facts.portMapping(),
        age);
  }

  private static Situation.LinkState stateOf(boolean up, Optional<QuicTransport.LinkStatus> link) {
    if (up) {
      return Situation.LinkState.UP;
    }
    if (link.isEmpty() || !link.get().wanted()) {
      return Situation.LinkState.NOT_WANTED;
    }
    return link.get().problem().isEmpty()
        ? Situation.LinkState.CONNECTING
        : Situation.LinkState.FAILED;
  }

  private static Situation.Checks checksOf(PeerIce.Evidence ice) {
    if (ice.anyEnded()) {
      return ice.passed() ? Situation.Checks.PASSED : Situation.Checks.FAILED;
    }
    return ice.underWay() ? Situation.Checks.UNDER_WAY : Situation.Checks.NOT_BEGUN;
  }

  /** To look them up is to have them connected, which the dial that failed has done already. */
  private Situation.Relays relaysOf(PeerId peer) {
    PeerLocator.Whereabouts known = sources.locator().locate(peer);
    ImmutableList<RelayCarrier> relays = known.relays();
    if (relays.stream().anyMatch(RelayCarrier::isConnected)) {
      return Situation.Relays.CONNECTED;
    }
    if (!relays.isEmpty()) {
      return Situation.Relays.NOT_CONNECTED;
    }
    return known.addresses().isEmpty()
        ? Situation.Relays.NOTHING_KNOWN
        : Situation.Relays.NONE_KNOWN;
  }
}
