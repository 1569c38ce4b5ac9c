package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.io.BaseEncoding;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node among its neighbours: on each interface it says who it is, to those who can tell, and
 * hears who else is there. Owned by the thread of the LAN; does no I/O.
 *
 * <p>Without contacts, and not open, it is silent: there is nobody to find.
 */
public final class LanPresence {
  /** Where multicast DNS is spoken (RFC 6762 §3). */
  public static final int PORT = 5353;

  /** How often at least {@link #due} is to be called: contacts and interfaces may be others. */
  public static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Interfaces on which it is present; a machine with more is no laptop. */
  static final int MAX_INTERFACES = 16;

  /** Signatures of records that are verified in a second. */
  static final int VERIFIED_PER_SECOND = 16;

  private static final int NAME_BYTES = 16;
  private static final Logger log = LoggerFactory.getLogger(LanPresence.class);
  private static final BaseEncoding NAMES = BaseEncoding.base32().lowerCase().omitPadding();

  /** One interface. */
  private static final class Place {
    final LanTalk talk;
    final PacketBudget budget;
    LanInterface at;

    Place(LanInterface at, RandomGenerator random, long now) {
      this.at = at;
      this.talk = new LanTalk(random);
      this.budget = new PacketBudget(now);
    }
  }

  private final LanSelf self;
  private final Clock clock;
  private final RandomGenerator random;
  private final LanListener listener;
  private final ContactTokens tokens;
  private final Map<String, Place> places = new HashMap<>();
  private final Map<PeerId, Long> newest = new HashMap<>();
  private DnsName instance = DnsName.of();
  private DnsName host = DnsName.of();
  private SignedRecord shown = SignedRecord.getDefaultInstance();
  private long verifyingSince;
  private int verified;

  public LanPresence(LanSelf self, Clock clock, RandomGenerator random, LanListener listener) {
    this.self = self;
    this.clock = clock;
    this.random = random;
    this.listener = listener;
    this.tokens = new ContactTokens(self, random);
    rename();
  }

  /** A datagram to be sent on an interface, to the groups of both families. */
  public record Outgoing(String interfaceName, byte[] datagram) {}

  /** Whether there is anything to say or to hear; else no socket need be open. */
  public boolean isWanted() {
    return self.open() || tokens.hasContacts();
  }

  /** Looks at the contacts and the time; to be called before {@link #isWanted}. */
  public void look(long now) {
    long slot = LanTokens.slotOf(clock.instant());
    if (!tokens.update(self.contacts().get(), slot)) {
      showNewRecord(now);
      return;
    }
    newest.keySet().removeIf(peer -> !tokens.isContact(peer));
    rename();
    places.values().forEach(place -> announce(place, now));
    // Somebody who was nobody may be a contact now.
    for (Place place : places.values()) {
      place.talk.heard(now).forEach(other -> judge(place, other, now));
    }
  }

  /** These are the interfaces; times are nanoseconds since the thread began. */
  public void onInterfaces(ImmutableList<LanInterface> interfaces, long now) {
    Set<String> there = new HashSet<>();
    boolean another = false;
    for (LanInterface at : interfaces) {
      if (there.size() == MAX_INTERFACES) {
        break;
      }
      there.add(at.name());
      Place known = places.get(at.name());
      if (known == null || !known.at.equals(at)) {
        another = true;
        Place place = known == null ? new Place(at, random, now) : known;
        place.at = at;
        places.put(at.name(), place);
      }
    }
    another |= places.keySet().retainAll(there);
    if (another) {
      // On another network nobody is to see that it is the same machine.
      rename();
      places.values().forEach(place -> announce(place, now));
    }
  }

  private void showNewRecord(long now) {
    if (self.open() && !self.record().get().equals(shown)) {
      places.values().forEach(place -> announce(place, now));
    }
  }

  private void announce(Place place, long now) {
    if (!isWanted() || place.at.prefixes().isEmpty()) {
      place.talk.leave();
      return;
    }
    shown = self.record().get();
    LanText text =
        self.open() ? new LanText.Open(self.id(), shown) : new LanText.Private(tokens.shown());
    place.talk.announce(
        new Announcement(instance, host, self.port(), place.at.addresses(), LanText.write(text)),
        now);
  }

  private void rename() {
    instance = Announcement.SERVICE.child(randomLabel());
    host = Announcement.LOCAL.child(randomLabel());
  }

  private String randomLabel() {
    byte[] bytes = new byte[NAME_BYTES];
    random.nextBytes(bytes);
    return NAMES.encode(bytes);
  }

  /** Takes what has come in on an interface, from anybody. */
  public void onDatagram(String interfaceName, byte[] datagram, InetSocketAddress from, long now) {
    Place place = places.get(interfaceName);
    // RFC 6762 §6.7: who asks from another port wants an answer to itself alone, which nobody here
    // gives: it would go to whatever address has been forged. §11: only the same network counts.
    if (place == null
        || from.getPort() != PORT
        || !place.at.isOnLink(from.getAddress())
        || !place.budget.take(from.getAddress(), now)) {
      return;
    }
    Optional<DnsMessage> message = DnsReader.read(datagram);
    if (message.isEmpty()) {
      return;
    }
    if (!message.get().response()) {
      place.talk.onQuery(message.get(), from, now);
      return;
    }
    for (Announcement.Told told : Announcement.read(message.get())) {
      if (place.talk.onTold(told, now)) {
        judge(place, told.what(), now);
      }
    }
  }

  private void judge(Place place, Announcement other, long now) {
    Optional<LanText> text = LanText.read(other.text());
    if (text.isEmpty() || other.port() == 0) {
      return;
    }
    if (text.get() instanceof LanText.Private some) {
      PeerId contact = tokens.recognise(some.tokens());
      if (contact != null) {
        seen(place, contact, other, Optional.empty());
      }
    } else if (text.get() instanceof LanText.Open open && tokens.isContact(open.peer())) {
      seen(place, open.peer(), other, record(open, now));
    }
  }

  private void seen(Place place, PeerId peer, Announcement what, Optional<DiscoveryRecord> record) {
    ImmutableList<InetSocketAddress> addresses =
        what.addresses().stream()
            .filter(place.at::isOnLink)
            .map(place.at::scoped)
            .map((InetAddress address) -> new InetSocketAddress(address, what.port()))
            .collect(ImmutableList.toImmutableList());
    log.debug("{} is near on {}: {}", peer.shortForm(), place.at.name(), addresses);
    listener.onSeen(peer, addresses, record);
  }

  /** Verified, unless it is no newer than the last or there are too many of them. */
  private Optional<DiscoveryRecord> record(LanText.Open open, long now) {
    if (now - verifyingSince >= TimeUnit.SECONDS.toNanos(1)) {
      verifyingSince = now;
      verified = 0;
    }
    if (verified == VERIFIED_PER_SECOND) {
      return Optional.empty();
    }
    verified++;
    return DiscoveryRecords.verify(open.signed())
        .filter(record -> record.peer().equals(open.peer()))
        .filter(record -> record.sequence() > newest.getOrDefault(record.peer(), -1L))
        .map(
            record -> {
              newest.put(record.peer(), record.sequence());
              return record;
            });
  }

  /** What is to be sent now. */
  public ImmutableList<Outgoing> due(long now) {
    ImmutableList.Builder<Outgoing> out = ImmutableList.builder();
    places.forEach(
        (name, place) ->
            place.talk.due(now).forEach(m -> out.add(new Outgoing(name, DnsWriter.write(m)))));
    return out.build();
  }

  /** For how long nothing is to be sent; at most {@link #LOOK_NANOS}. */
  public long idleNanos(long now) {
    long next = now + LOOK_NANOS;
    for (Place place : places.values()) {
      next = Math.min(next, place.talk.nextAt(now));
    }
    return Math.max(0, next - now);
  }

  /** Takes back what was said, on all interfaces. */
  public ImmutableList<Outgoing> leave(long now) {
    places.values().forEach(place -> place.talk.leave());
    return due(now);
  }

  /** Where it is present. */
  public ImmutableSet<String> interfaces() {
    return ImmutableSet.copyOf(places.keySet());
  }
}
