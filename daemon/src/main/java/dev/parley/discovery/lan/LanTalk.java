package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * What is said and answered on one interface, and when: announcing, browsing and answering of RFC
 * 6762, for one service. Owned by the thread of the LAN; does no I/O.
 *
 * <p>Names are not probed for: 128 random bits are in use by nobody else (§8.1: "SHOULD skip"). An
 * announcement is one message, told three times, a second and then two apart (§8.3), and again when
 * somebody asks, never within a second of the last time (§6). Questions come a second, three
 * seconds and so on apart, up to an hour (§5.2), with what is known already (§7.1).
 *
 * <p>Times are nanoseconds since the thread began, and so never negative.
 */
final class LanTalk {
  static final int ANNOUNCEMENTS = 3;

  /** Instances of others that are remembered, on one interface. */
  static final int MAX_HEARD = 256;

  /** In one question: as many as surely fit into a packet. */
  static final int MAX_KNOWN_ANSWERS = 20;

  private static final long MILLIS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_QUERY_PAUSE = TimeUnit.HOURS.toNanos(1);
  private static final long NEVER = Long.MAX_VALUE;

  private final RandomGenerator random;
  private final Queue<DnsMessage> farewells = new ArrayDeque<>();
  private final Map<DnsName, Heard> heard =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<DnsName, Heard> eldest) {
          return size() > MAX_HEARD;
        }
      };
  private @Nullable Announcement mine;
  private int announcementsLeft;
  private long announceAt;
  private long announcePause;
  private boolean answerWanted;
  private long answerAt;
  private @Nullable SocketAddress soleAsker;
  private boolean saidBefore;
  private long saidAt;
  private boolean browsing;
  private long queryAt;
  private long queryPause;

  LanTalk(RandomGenerator random) {
    this.random = random;
  }

  /** What was heard of another, and until when it holds. */
  private record Heard(Announcement what, long until, long ttlNanos) {}

  /** Says this from now on, in place of what was said before; and begins to ask. */
  void announce(Announcement next, long now) {
    Announcement before = mine;
    if (next.equals(before)) {
      return;
    }
    if (before != null && saidBefore && !before.instance().equals(next.instance())) {
      farewells.add(before.goodbye());
      saidBefore = false;
    }
    mine = next;
    announcementsLeft = ANNOUNCEMENTS;
    announceAt = now;
    announcePause = SECOND;
    answerWanted = false;
    browse(now);
  }

  /** Asks anew who is there: now, and less and less often after that. */
  private void browse(long now) {
    browsing = true;
    // §5.2: machines that a switch has just connected must not all ask at once.
    queryAt = now + between(20, 120);
    queryPause = SECOND;
  }

  /** Says nothing any more, and takes back what it has said. */
  void leave() {
    if (mine != null && saidBefore) {
      farewells.add(mine.goodbye());
    }
    mine = null;
    browsing = false;
    answerWanted = false;
    announcementsLeft = 0;
    saidBefore = false;
  }

  /** Somebody asks. */
  void onQuery(DnsMessage query, SocketAddress asker, long now) {
    Announcement own = mine;
    if (own == null) {
      return;
    }
    boolean known =
        query.answers().stream()
            .anyMatch(
                record ->
                    record instanceof DnsRecord.Ptr ptr
                        && ptr.target().equals(own.instance())
                        // §7.1: unless more than half of its time is over.
                        && ptr.ttlSeconds() >= Announcement.TTL_SECONDS / 2);
    if (known && (!answerWanted || asker.equals(soleAsker))) {
      answerWanted = false;
      return;
    }
    if (known || query.questions().stream().noneMatch(own::answers)) {
      return;
    }
    if (answerWanted) {
      soleAsker = asker.equals(soleAsker) ? asker : null;
      return;
    }
    // §6: others may have the same to say; §7.2: more of what is known may be on its way.
    long at = now + (query.truncated() ? between(400, 500) : between(20, 120));
    answerAt = saidBefore ? Math.max(at, saidAt + SECOND) : at;
    answerWanted = true;
    soleAsker = asker;
  }

  /** Somebody says this. True when it is of another node, and no goodbye. */
  boolean onTold(Announcement.Told told, long now) {
    DnsName instance = told.what().instance();
    if (mine != null && instance.equals(mine.instance())) {
      return false;
    }
    if (told.isGoodbye()) {
      heard.remove(instance);
      return false;
    }
    long ttl = SECOND * Math.min(told.ttlSeconds(), Announcement.TTL_SECONDS);
    heard.put(instance, new Heard(told.what(), now + ttl, ttl));
    return true;
  }

  /** What was heard and still holds. */
  ImmutableList<Announcement> heard(long now) {
    heard.values().removeIf(known -> now - known.until >= 0);
    return heard.values().stream().map(Heard::what).collect(ImmutableList.toImmutableList());
  }

  /** What is to be sent now. */
  ImmutableList<DnsMessage> due(long now) {
    ImmutableList.Builder<DnsMessage> messages = ImmutableList.builder();
    for (DnsMessage next = farewells.poll(); next != null; next = farewells.poll()) {
      messages.add(next);
    }
    Announcement own = mine;
    if (own != null && now - sayAt() >= 0) {
      messages.add(own.message());
      if (announcementsLeft > 0) {
        announcementsLeft--;
        announceAt = now + announcePause;
        announcePause *= 2;
      }
      answerWanted = false;
      saidBefore = true;
      saidAt = now;
    }
    if (browsing && now - queryAt >= 0) {
      messages.add(question(now));
      queryAt = now + queryPause;
      queryPause = Math.min(queryPause * 3, LONGEST_QUERY_PAUSE);
    }
    return messages.build();
  }

  /** When something is to be sent next; {@link Long#MAX_VALUE} when nothing is. */
  long nextAt(long now) {
    if (!farewells.isEmpty()) {
      return now;
    }
    return Math.min(sayAt(), browsing ? queryAt : NEVER);
  }

  private long sayAt() {
    long at = NEVER;
    if (mine != null && announcementsLeft > 0) {
      at = announceAt;
    }
    if (mine != null && answerWanted) {
      at = Math.min(at, answerAt);
    }
    // What has changed is told soon, and no more often than once a second.
    return at == NEVER || !saidBefore ? at : Math.max(at, saidAt + SECOND);
  }

  private DnsMessage question(long now) {
    ImmutableList.Builder<DnsRecord> known = ImmutableList.builder();
    if (mine != null) {
      // Heard by ourselves as well, who must not answer it.
      known.add(mine.pointer(Announcement.TTL_SECONDS));
    }
    heard.values().stream()
        .filter(other -> other.until - now > other.ttlNanos / 2)
        .limit(MAX_KNOWN_ANSWERS)
        .forEach(other -> known.add(other.what.pointer((other.until - now) / SECOND)));
    return DnsMessage.query(
        ImmutableList.of(new DnsQuestion(Announcement.SERVICE, DnsRecord.PTR)), known.build());
  }

  private long between(int fromMillis, int toMillis) {
    return random.nextInt(fromMillis, toMillis + 1) * MILLIS;
  }
}
