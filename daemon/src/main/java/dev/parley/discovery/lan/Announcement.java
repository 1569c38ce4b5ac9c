package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * One instance of the service: what a node says of itself on one network, and what is heard of
 * others. It is always told as a whole, in one message, so that nobody has to put one together from
 * several.
 *
 * @param instance a child of {@link #SERVICE}; random, and another one in each time slot
 * @param host random as well
 * @param port of UDP
 * @param addresses on that network, without a scope; at most {@link #MAX_ADDRESSES}
 * @param text as {@link LanText} has written it
 */
record Announcement(
    DnsName instance,
    DnsName host,
    int port,
    ImmutableList<InetAddress> addresses,
    ImmutableList<ByteString> text) {
  static final DnsName SERVICE = DnsName.of("_parley", "_udp", "local");
  static final DnsName LOCAL = DnsName.of("local");

  static final int MAX_ADDRESSES = 8;

  /** Instances in one message; ours tell one. */
  static final int MAX_PER_MESSAGE = 4;

  /** RFC 6762 §10: 120 seconds for what has to do with a host, and 75 minutes for the rest. */
  static final long HOST_TTL_SECONDS = 120;

  static final long TTL_SECONDS = 4_500;

  DnsRecord.Ptr pointer(long ttlSeconds) {
    return new DnsRecord.Ptr(SERVICE, ttlSeconds, instance);
  }

  DnsMessage message() {
    return message(TTL_SECONDS, HOST_TTL_SECONDS);
  }

  /** Takes it back (RFC 6762 §10.1). */
  DnsMessage goodbye() {
    return message(0, 0);
  }

  private DnsMessage message(long ttlSeconds, long hostTtlSeconds) {
    ImmutableList.Builder<DnsRecord> more = ImmutableList.builder();
    more.add(new DnsRecord.Srv(instance, hostTtlSeconds, port, host));
    more.add(new DnsRecord.Txt(instance, ttlSeconds, text));
    addresses.forEach(at -> more.add(new DnsRecord.Address(host, hostTtlSeconds, at)));
    // Announced, all are answers (RFC 6762 §8.3); and as answers to a pointer's question they do
    // no harm there.
    return DnsMessage.response(
        ImmutableList.<DnsRecord>builder().add(pointer(ttlSeconds)).addAll(more.build()).build(),
        ImmutableList.of());
  }

  boolean answers(DnsQuestion question) {
    return message().answers().stream().anyMatch(question::asksFor);
  }

  /** What a message says of one instance. */
  record Told(Announcement what, long ttlSeconds) {
    boolean isGoodbye() {
      return ttlSeconds == 0;
    }
  }

  /** The instances that a response tells as a whole. */
  static ImmutableList<Told> read(DnsMessage response) {
    Map<DnsName, DnsRecord.Srv> services = new HashMap<>();
    Map<DnsName, DnsRecord.Txt> texts = new HashMap<>();
    ImmutableList<DnsRecord> records =
        ImmutableList.<DnsRecord>builder()
            .addAll(response.answers())
            .addAll(response.additional())
            .build();
    for (DnsRecord record : records) {
      if (record instanceof DnsRecord.Srv srv) {
        services.putIfAbsent(srv.name(), srv);
      } else if (record instanceof DnsRecord.Txt txt) {
        texts.putIfAbsent(txt.name(), txt);
      }
    }
    ImmutableList.Builder<Told> told = ImmutableList.builder();
    int left = MAX_PER_MESSAGE;
    for (DnsRecord record : records) {
      if (left > 0 && record instanceof DnsRecord.Ptr ptr && isInstance(ptr)) {
        DnsRecord.Srv srv = services.get(ptr.target());
        DnsRecord.Txt txt = texts.get(ptr.target());
        if (srv != null && txt != null) {
          left--;
          told.add(told(ptr, srv, txt, records));
        }
      }
    }
    return told.build();
  }

  private static boolean isInstance(DnsRecord.Ptr ptr) {
    return ptr.name().equals(SERVICE) && ptr.target().isChildOf(SERVICE);
  }

  private static Told told(
      DnsRecord.Ptr ptr, DnsRecord.Srv srv, DnsRecord.Txt txt, ImmutableList<DnsRecord> records) {
    return new Told(
        new Announcement(
            ptr.target(), srv.target(), srv.port(), addresses(records, srv), txt.strings()),
        ptr.ttlSeconds());
  }

  private static ImmutableList<InetAddress> addresses(
      ImmutableList<DnsRecord> records, DnsRecord.Srv srv) {
    return records.stream()
        .filter(record -> record instanceof DnsRecord.Address && record.name().equals(srv.target()))
        .map(record -> ((DnsRecord.Address) record).address())
        .distinct()
        .limit(MAX_ADDRESSES)
        .collect(ImmutableList.toImmutableList());
  }
}
