package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import dev.parley.nat.PeerKey;
import dev.parley.nat.ice.IceAttempt;
import dev.parley.nat.ice.IceCandidate;
import dev.parley.nat.ice.IceCheck;
import dev.parley.nat.ice.IceCredentials;
import dev.parley.nat.ice.IceListener;
import dev.parley.nat.ice.IceRole;
import dev.parley.nat.path.PathKind;
import dev.parley.peer.v1.IceOffer;
import dev.parley.peer.v1.IceSignal;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attempts to find a direct path to one peer, while there is a link with it. Owned by the event
 * loop.
 *
 * <p>The side with the smaller id controls: it begins each attempt with an offer, and the other
 * answers with one of the same generation. The other may ask for an attempt. There is one attempt
 * at a time; a new generation ends the one before.
 */
final class PeerIce {
  /** Between two beginnings, whatever the peer asks for. */
  static final long MIN_GAP_MILLIS = 1_000;

  /** Doubled after each attempt while the link stays relayed. */
  static final long FIRST_PAUSE_MILLIS = 5_000;

  static final long LONGEST_PAUSE_MILLIS = 300_000;

  private static final Logger log = LoggerFactory.getLogger(PeerIce.class);

  private final PeerId peer;
  private final PeerKey key;
  private final IceDriver.Surroundings with;
  private final IceRole role;
  private final long upAt;
  private @Nullable IceAttempt attempt;
  private int generation;
  private int vain;
  private long startedAt;
  private long nextAt;
  private long requestedAt;
  private String outcome = "";
  private ImmutableList<IceCheck> lastChecks = ImmutableList.of();
  private boolean anyEnded;
  private boolean passed;

  PeerIce(PeerId peer, IceDriver.Surroundings with) {
    this.peer = peer;
    this.key = PeerAtlas.keyOf(peer);
    this.with = with;
    this.role = with.self().compareTo(peer) < 0 ? IceRole.CONTROLLING : IceRole.CONTROLLED;
    this.upAt = with.now();
    this.nextAt = upAt;
    this.startedAt = upAt - millis(MIN_GAP_MILLIS);
    this.requestedAt = startedAt;
  }

  /**
   * How the attempts have gone.
   *
   * @param checks of the attempt under way, or of the last one that had any
   * @param anyEnded whether an attempt has come to its end
   * @param outcome how the last one ended, in words; empty before
   * @param passed whether the last that ended had found a pair
   */
  record Evidence(
      ImmutableList<IceCheck> checks,
      boolean underWay,
      boolean anyEnded,
      boolean passed,
      String outcome) {
    static final Evidence NONE = new Evidence(ImmutableList.of(), false, false, false, "");
  }

  Evidence evidence() {
    ImmutableList<IceCheck> now = attempt == null ? ImmutableList.of() : attempt.checks();
    return new Evidence(
        now.isEmpty() ? lastChecks : now,
        attempt != null && !attempt.isOver(),
        anyEnded,
        passed,
        outcome);
  }

  boolean isDirect() {
    return with.paths().current(key).filter(path -> path.kind() == PathKind.DIRECT).isPresent();
  }

  /** Looks whether an attempt is due. */
  void tick() {
    if (isDirect()) {
      vain = 0;
      nextAt = with.now();
      return;
    }
    if (with.now() - upAt < millis(IceDriver.HEAD_START_MILLIS)) {
      return;
    }
    with.engine().prewarm();
    boolean idle = attempt == null || attempt.isOver();
    if (role == IceRole.CONTROLLING && idle && with.now() - nextAt >= 0 && isGapOver(startedAt)) {
      start(nonZero());
    }
  }

  /** The network has changed: what failed may work now. */
  void restart() {
    vain = 0;
    nextAt = with.now();
    if (isDirect()) {
      return;
    }
    if (role == IceRole.CONTROLLING) {
      if (isGapOver(startedAt)) {
        start(nonZero());
      }
    } else if (isGapOver(requestedAt)) {
      requestedAt = with.now();
      with.signals().send(peer, IceFrames.request());
    }
  }

  /** More is known of where this node can be reached. */
  void onLocals() {
    if (attempt != null && !attempt.isOver()) {
      attempt.update(with.locals().get());
    }
  }

  void onSignal(IceSignal signal) {
    switch (signal.getBodyCase()) {
      case OFFER -> onOffer(signal.getGeneration(), signal.getOffer());
      case CANDIDATES -> {
        if (attempt != null && signal.getGeneration() == generation) {
          attempt.addRemoteCandidates(vet(signal.getCandidates().getCandidatesList()));
        }
      }
      case REQUEST -> {
        if (role == IceRole.CONTROLLING) {
          vain = 0;
          nextAt = with.now();
          tick();
        }
      }
      case BODY_NOT_SET -> {
        // Of a later version.
      }
    }
  }

  private void onOffer(int offered, IceOffer offer) {
    Optional<IceCredentials> credentials = IceFrames.credentials(offer);
    if (credentials.isEmpty()) {
      log.debug("{} offers ICE without credentials", peer.shortForm());
      return;
    }
    boolean answered = offered == generation && attempt != null;
    if (!answered) {
      if (role == IceRole.CONTROLLING || !isGapOver(startedAt)) {
        return;
      }
      start(offered);
    }
    IceAttempt now = attempt;
    if (now != null) {
      now.addRemoteCandidates(vet(offer.getCandidatesList()));
      now.begin(credentials.get());
    }
  }

  private ImmutableList<IceCandidate> vet(List<dev.parley.peer.v1.IceCandidate> told) {
    var locals = with.locals().get();
    return IceFrames.vet(
        told,
        ImmutableList.<InetSocketAddress>builder()
            .addAll(locals.hosts())
            .addAll(locals.mapped())
            .addAll(locals.reflexive())
            .build());
  }

  private void start(int next) {
    close();
    generation = next;
    startedAt = with.now();
    long pause = Math.min(FIRST_PAUSE_MILLIS << Math.min(vain, 16), LONGEST_PAUSE_MILLIS);
    vain++;
    // Jitter of a quarter, so that a node's many peers do not stay in step.
    nextAt = startedAt + (long) (millis(pause) * (0.75 + with.random().nextDouble() / 2));
    attempt = with.engine().start(key, role, with.locals().get(), new Signaller(next));
  }

  void close() {
    if (attempt != null) {
      attempt.close();
      ImmutableList<IceCheck> checks = attempt.checks();
      lastChecks = checks.isEmpty() ? lastChecks : checks;
      attempt = null;
    }
  }

  /** Carries one attempt's news to the peer and to the paths. */
  private final class Signaller implements IceListener {
    private final int of;

    Signaller(int of) {
      this.of = of;
    }

    @Override
    public void onReady(IceCredentials credentials, ImmutableList<IceCandidate> candidates) {
      int first = Math.min(candidates.size(), IceFrames.MAX_PER_FRAME);
      with.signals()
          .send(peer, IceFrames.offer(of, role, credentials, candidates.subList(0, first)));
      onLocalCandidates(candidates.subList(first, candidates.size()));
    }

    @Override
    public void onLocalCandidates(ImmutableList<IceCandidate> candidates) {
      Lists.partition(candidates, IceFrames.MAX_PER_FRAME)
          .forEach(some -> with.signals().send(peer, IceFrames.candidates(of, some)));
    }

    @Override
    public void onPair(InetSocketAddress remote) {
      anyEnded = true;
      passed = true;
      outcome = "checks passed with " + AddressText.of(remote);
      with.paths().check(key, remote);
    }

    @Override
    public void onFailed(String reason) {
      anyEnded = true;
      passed = false;
      outcome = reason;
      log.debug("{}: no direct path by ICE: {}", peer.shortForm(), reason);
    }
  }

  private boolean isGapOver(long since) {
    return with.now() - since >= millis(MIN_GAP_MILLIS);
  }

  private int nonZero() {
    return with.random().nextInt() | 1;
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }
}
