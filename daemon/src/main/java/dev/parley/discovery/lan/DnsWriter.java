package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes messages of DNS, with names compressed (RFC 6762 §18.14). */
final class DnsWriter {
  /** An authoritative response (RFC 6762 §18.4). */
  private static final int RESPONSE_FLAGS = 0x8400;

  private static final int TRUNCATED = 0x0200;
  private static final int CLASS_IN = 1;

  /** Replaces what was known (RFC 6762 §10.2). */
  private static final int CACHE_FLUSH = 0x8000;

  private static final int POINTER = 0xc000;
  private static final int MAX_POINTER = 0x3fff;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<List<String>, Integer> written = new HashMap<>();

  private DnsWriter() {}

  static byte[] write(DnsMessage message) {
    DnsWriter writer = new DnsWriter();
    writer.message(message);
    return writer.out.toByteArray();
  }

  private void message(DnsMessage message) {
    u16(0);
    u16((message.response() ? RESPONSE_FLAGS : 0) | (message.truncated() ? TRUNCATED : 0));
    u16(message.questions().size());
    u16(message.answers().size());
    u16(0);
    u16(message.additional().size());
    for (DnsQuestion question : message.questions()) {
      name(question.name());
      u16(question.type());
      u16(CLASS_IN);
    }
    // RFC 6762 §10.2: known answers do not have the bit, whosever they are.
    message.answers().forEach(record -> record(record, message.response()));
    message.additional().forEach(record -> record(record, message.response()));
  }

  private void record(DnsRecord record, boolean inResponse) {
    name(record.name());
    u16(record.type());
    u16(CLASS_IN | (inResponse && record.isUnique() ? CACHE_FLUSH : 0));
    u16((int) (record.ttlSeconds() >>> 16));
    u16((int) record.ttlSeconds());
    // The length is known only once the name within has been compressed: written in its place.
    DnsWriter data = new DnsWriter();
    data.written.putAll(written);
    int start = out.size() + 2;
    if (record instanceof DnsRecord.Ptr ptr) {
      data.name(ptr.target(), start);
    } else if (record instanceof DnsRecord.Srv srv) {
      data.u16(0);
      data.u16(0);
      data.u16(srv.port());
      data.name(srv.target(), start);
    } else if (record instanceof DnsRecord.Txt txt) {
      data.strings(txt.strings());
    } else if (record instanceof DnsRecord.Address address) {
      data.out.writeBytes(address.address().getAddress());
    }
    u16(data.out.size());
    out.writeBytes(data.out.toByteArray());
    written.putAll(data.written);
  }

  private void strings(ImmutableList<ByteString> strings) {
    if (strings.isEmpty()) {
      // RFC 6763 §6.1: never without any.
      out.write(0);
    }
    for (ByteString string : strings) {
      out.write(string.size());
      out.writeBytes(string.toByteArray());
    }
  }

  private void name(DnsName name) {
    name(name, 0);
  }

  /**
   * @param offset of what this writer writes, within the message
   */
  private void name(DnsName name, int offset) {
    for (int i = 0; i < name.labels().size(); i++) {
      List<String> rest = name.labels().subList(i, name.labels().size());
      Integer before = written.get(rest);
      if (before != null) {
        u16(POINTER | before);
        return;
      }
      if (offset + out.size() <= MAX_POINTER) {
        written.put(rest, offset + out.size());
      }
      byte[] label = name.labels().get(i).getBytes(StandardCharsets.ISO_8859_1);
      out.write(label.length);
      out.writeBytes(label);
    }
    out.write(0);
  }

  private void u16(int value) {
    out.write(value >>> 8);
    out.write(value);
  }
}
