package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;

/**
 * A message of multicast DNS, without what it has to ignore (RFC 6762 §18).
 *
 * @param truncated more known answers follow in further messages (RFC 6762 §7.2)
 * @param answers of a query: those that are known already (RFC 6762 §7.1)
 * @param additional of a response; empty in a query
 */
record DnsMessage(
    boolean response,
    boolean truncated,
    ImmutableList<DnsQuestion> questions,
    ImmutableList<DnsRecord> answers,
    ImmutableList<DnsRecord> additional) {
  /** RFC 6762 §17. */
  static final int MAX_BYTES = 9_000;

  /** Questions and records together. More has none of those who announce a service. */
  static final int MAX_ENTRIES = 128;

  static DnsMessage query(ImmutableList<DnsQuestion> questions, ImmutableList<DnsRecord> known) {
    return new DnsMessage(false, false, questions, known, ImmutableList.of());
  }

  static DnsMessage response(
      ImmutableList<DnsRecord> answers, ImmutableList<DnsRecord> additional) {
    return new DnsMessage(true, false, ImmutableList.of(), answers, additional);
  }
}
