package dev.parley.node;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.config.NodeConfig;
import dev.parley.contacts.Contact;
import dev.parley.contacts.Contacts;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.lan.LanListener;
import dev.parley.discovery.lan.LanPresence;
import dev.parley.discovery.lan.LanSelf;
import dev.parley.discovery.lan.socket.LanThread;
import dev.parley.identity.Identity;
import dev.parley.nat.path.PathKind;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import dev.parley.transport.QuicTransport;
import io.netty.channel.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries what is seen on the same network to those who dial. Owned by the event loop; sightings
 * come from the thread of the LAN and are posted.
 */
final class LanDriver implements LanListener {
  private static final Logger log = LoggerFactory.getLogger(LanDriver.class);

  /**
   * A contact whose announcement is repeated, by itself or by somebody who has heard it, is not
   * dialled anew each time.
   */
  private static final Duration BETWEEN_DIALS = Duration.ofSeconds(3);

  /** Contacts that were dialled lately. */
  private static final int MAX_DIALLED = 4_096;

  /**
   * What it stands on.
   *
   * @param record this node's, as it is now; thread-safe
   */
  record Surroundings(
      Identity identity,
      NodeConfig.Lan mode,
      Contacts contacts,
      Supplier<SignedRecord> record,
      PeerAtlas atlas,
      QuicTransport transport,
      EventLoop loop,
      Clock clock,
      RandomGenerator random) {
    ImmutableSet<PeerId> peers() {
      return contacts.list().stream().map(Contact::peer).collect(ImmutableSet.toImmutableSet());
    }
  }

  private final Surroundings with;
  private final Cache<PeerId, Boolean> dialled =
      CacheBuilder.newBuilder().maximumSize(MAX_DIALLED).expireAfterWrite(BETWEEN_DIALS).build();
  private @Nullable LanThread thread;

  LanDriver(Surroundings with) {
    this.with = with;
  }

  /** The UDP port is open there. */
  void begin(InetSocketAddress bound) {
    if (with.mode() == NodeConfig.Lan.OFF || bound.getAddress().isLoopbackAddress()) {
      return;
    }
    LanPresence presence =
        new LanPresence(
            LanSelf.of(
                with.identity(),
                with.mode() == NodeConfig.Lan.OPEN,
                bound.getPort(),
                with::peers,
                with.record()),
            with.clock(),
            with.random(),
            this);
    try {
      thread = LanThread.start(presence, new LanInterfaces(bound), System::nanoTime);
    } catch (IOException e) {
      log.warn("contacts on the same network are not found: {}", e.toString());
    }
  }

  @Override
  public void onSeen(
      PeerId peer, ImmutableList<InetSocketAddress> addresses, Optional<DiscoveryRecord> record) {
    with.loop().execute(() -> seen(peer, addresses, record));
  }

  private void seen(
      PeerId peer, ImmutableList<InetSocketAddress> addresses, Optional<DiscoveryRecord> record) {
    record.ifPresent(newer -> with.atlas().onRecord(peer, newer.signed()));
    ImmutableList<InetSocketAddress> near = with.atlas().onNearby(peer, addresses);
    boolean lately = dialled.getIfPresent(peer) != null;
    if (near.isEmpty() || lately) {
      return;
    }
    dialled.put(peer, true);
    if (with.transport().current(peer).isEmpty()) {
      with.transport().redial(peer);
    } else if (!isDirect(peer)) {
      near.forEach(at -> with.transport().paths().check(PeerAtlas.keyOf(peer), at));
    }
  }

  private boolean isDirect(PeerId peer) {
    return with.transport()
        .paths()
        .current(PeerAtlas.keyOf(peer))
        .filter(path -> path.kind() == PathKind.DIRECT)
        .isPresent();
  }

  /** Says goodbye to the network. Blocks for a moment; not on the event loop. */
  void close() {
    if (thread != null) {
      thread.close();
    }
  }
}
