package dev.parley.node;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.contacts.PeerRecords;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.discovery.PeerAddresses;
import dev.parley.nat.PeerKey;
import dev.parley.nat.RelayCarrier;
import dev.parley.nat.candidate.RemoteCandidates;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.client.RelayPool;
import dev.parley.transport.PeerLocator;
import dev.parley.transport.QuicTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where peers are: puts together what the address book, the peers themselves and the relays say.
 * Owned by the event loop.
 */
final class PeerAtlas implements PeerLocator, QuicTransport.PeerInfoListener {
  private static final Logger log = LoggerFactory.getLogger(PeerAtlas.class);

  /** Relays of one peer that are tried. */
  private static final int MAX_RELAYS = 2;

  /** Strangers who reached us through a relay that their record does not name. */
  private static final int MAX_HEARD = 4096;

  /** Addresses of a contact on the same network: few, so that others are dialled besides. */
  private static final int MAX_NEARBY = 4;

  /** Contacts that were seen on the same network. */
  private static final int MAX_NEARBY_PEERS = 4096;

  /** As long as an announcement may be believed (RFC 6762 §10). */
  private static final Duration NEARBY_HOLDS = Duration.ofMinutes(75);

  private final PeerRecords records;
  private final Supplier<RelayPool> relays;
  private final Supplier<PathSwitch> paths;
  private final Supplier<ImmutableList<InetSocketAddress>> own;
  private BiConsumer<PeerId, Candidates> tcp = (peer, candidates) -> {};
  private final Cache<PeerKey, RelayCarrier> heardThrough =
      CacheBuilder.newBuilder().maximumSize(MAX_HEARD).build();
  private final Cache<PeerId, ImmutableList<InetSocketAddress>> nearby =
      CacheBuilder.newBuilder()
          .maximumSize(MAX_NEARBY_PEERS)
          .expireAfterWrite(NEARBY_HOLDS)
          .build();

  PeerAtlas(
      PeerRecords records,
      Supplier<RelayPool> relays,
      Supplier<PathSwitch> paths,
      Supplier<ImmutableList<InetSocketAddress>> own) {
    this.records = records;
    this.relays = relays;
    this.paths = paths;
    this.own = own;
  }

  /** Sets who hears where peers take TCP connections, unvetted. */
  void onTcp(BiConsumer<PeerId, Candidates> receiver) {
    tcp = receiver;
  }

  @Override
  public Whereabouts locate(PeerId peer) {
    Optional<DiscoveryRecord> record = records.recordOf(peer);
    ImmutableSet.Builder<RelayCarrier> carriers = ImmutableSet.builder();
    record.ifPresent(r -> carriers.addAll(carriersOf(r)));
    RelayCarrier heard = heardThrough.getIfPresent(keyOf(peer));
    if (heard != null) {
      carriers.add(heard);
    }
    ImmutableSet.Builder<InetSocketAddress> addresses = ImmutableSet.builder();
    addresses.addAll(nearbyOf(peer));
    record.ifPresent(r -> addresses.addAll(vet(r.addresses())));
    return new Whereabouts(addresses.build().asList(), carriers.build().asList());
  }

  @Override
  public void onRecord(PeerId peer, SignedRecord signed) {
    Optional<DiscoveryRecord> record = DiscoveryRecords.verify(signed);
    if (record.isEmpty() || !record.get().peer().equals(peer)) {
      log.debug("{} told a record that is not its own", peer.shortForm());
      return;
    }
    onGenuine(record.get());
  }

  /** A record that its peer has signed, wherever it comes from; an older one changes nothing. */
  void onGenuine(DiscoveryRecord record) {
    records.learn(record);
    paths.get().offer(keyOf(record.peer()), vet(record.addresses()), carriersOf(record));
  }

  /** Learns a record that was looked up; true when it is newer than what was known. */
  boolean onFound(DiscoveryRecord record) {
    boolean newer =
        records
            .recordOf(record.peer())
            .map(known -> known.sequence() < record.sequence())
            .orElse(true);
    if (newer) {
      onGenuine(record);
    }
    return newer;
  }

  @Override
  public void onCandidates(PeerId peer, Candidates candidates) {
    ImmutableList<InetSocketAddress> told = PeerAddresses.decode(candidates.getAddressesList());
    paths.get().offer(keyOf(peer), vet(told), ImmutableList.of());
    tcp.accept(peer, candidates);
    if (candidates.hasRecord()) {
      onRecord(peer, candidates.getRecord());
    }
  }

  /** A peer, or someone who claims to be it, has sent something through this relay. */
  void onHeard(PeerKey source, RelayCarrier through) {
    if (heardThrough.getIfPresent(source) == null) {
      heardThrough.put(source, through);
    }
  }

  /**
   * Somebody who may be this peer has been heard on a network of this machine, at these addresses
   * of that network. Returns those that may be tried.
   */
  ImmutableList<InetSocketAddress> onNearby(
      PeerId peer, ImmutableList<InetSocketAddress> addresses) {
    ImmutableList<InetSocketAddress> vetted = RemoteCandidates.vetOnLink(addresses, own.get());
    if (!vetted.isEmpty()) {
      nearby.put(
          peer,
          Stream.concat(vetted.stream(), nearbyOf(peer).stream())
              .distinct()
              .limit(MAX_NEARBY)
              .collect(ImmutableList.toImmutableList()));
    }
    return vetted;
  }

  private ImmutableList<InetSocketAddress> nearbyOf(PeerId peer) {
    ImmutableList<InetSocketAddress> known = nearby.getIfPresent(peer);
    return known == null ? ImmutableList.of() : known;
  }

  private ImmutableList<RelayCarrier> carriersOf(DiscoveryRecord record) {
    return record.relays().stream()
        .limit(MAX_RELAYS)
        .map(url -> relays.get().carrierFor(url))
        .collect(ImmutableList.toImmutableList());
  }

  private ImmutableList<InetSocketAddress> vet(ImmutableList<InetSocketAddress> told) {
    return RemoteCandidates.vet(told, own.get());
  }

  static PeerKey keyOf(PeerId peer) {
    return PeerKey.of(peer.toByteArray());
  }
}
