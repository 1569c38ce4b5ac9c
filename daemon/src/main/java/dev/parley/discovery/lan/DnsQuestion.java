package dev.parley.discovery.lan;

/**
 * What somebody asks for. That the answer may come to it alone (RFC 6762 §5.4) is not heeded: to
 * answer all is always allowed, and port 5353 may be shared with other programs.
 */
record DnsQuestion(DnsName name, int type) {
  boolean asksFor(DnsRecord record) {
    return (type == DnsRecord.ANY || type == record.type()) && name.equals(record.name());
  }
}
