package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads messages of DNS (RFC 1035 §4) from anybody on the network. Strict: a message with a length
 * that does not fit, or anything behind its end, is none.
 *
 * <p>A compressed name (RFC 1035 §4.1.4) may point at what stands before it, and from there only
 * further to the front: so each name ends, and after at most 255 bytes.
 */
final class DnsReader {
  private static final int HEADER_BYTES = 12;
  private static final int RESPONSE = 0x8000;
  private static final int TRUNCATED = 0x0200;

  /** The operation and the code of an error: zero in all that is to be heeded (§18.3, §18.11). */
  private static final int MUST_BE_ZERO = 0x780f;

  private static final int CLASS_IN = 1;
  private static final int UNIQUE_OR_UNICAST = 0x8000;
  private static final int POINTER = 0xc0;
  private static final int LABEL_BITS = 0xc0;

  private final byte[] bytes;
  private int at;

  private DnsReader(byte[] bytes) {
    this.bytes = bytes;
  }

  /** The message, or empty when these bytes are none or one to be ignored. */
  static Optional<DnsMessage> read(byte[] datagram) {
    if (datagram.length < HEADER_BYTES || datagram.length > DnsMessage.MAX_BYTES) {
      return Optional.empty();
    }
    try {
      return new DnsReader(datagram).message();
    } catch (Malformed e) {
      return Optional.empty();
    }
  }

  private Optional<DnsMessage> message() throws Malformed {
    at = 2;
    int flags = u16();
    int questionCount = u16();
    int answerCount = u16();
    int authorityCount = u16();
    int additionalCount = u16();
    int entries = questionCount + answerCount + authorityCount + additionalCount;
    if ((flags & MUST_BE_ZERO) != 0 || entries > DnsMessage.MAX_ENTRIES) {
      return Optional.empty();
    }
    ImmutableList<DnsQuestion> questions = questions(questionCount);
    ImmutableList<DnsRecord> answers = records(answerCount);
    // In a query: what is being probed for, which concerns nobody whose names are random.
    ImmutableList<DnsRecord> authorities = records(authorityCount);
    ImmutableList<DnsRecord> additional = records(additionalCount);
    require(at == bytes.length && authorities.size() <= authorityCount);
    boolean response = (flags & RESPONSE) != 0;
    return Optional.of(
        new DnsMessage(
            response,
            (flags & TRUNCATED) != 0,
            questions,
            answers,
            response ? additional : ImmutableList.of()));
  }

  private ImmutableList<DnsQuestion> questions(int count) throws Malformed {
    ImmutableList.Builder<DnsQuestion> questions = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      DnsName name = name();
      int type = u16();
      int inClass = u16() & ~UNIQUE_OR_UNICAST;
      if (inClass == CLASS_IN || inClass == DnsRecord.ANY) {
        questions.add(new DnsQuestion(name, type));
      }
    }
    return questions.build();
  }

  private ImmutableList<DnsRecord> records(int count) throws Malformed {
    ImmutableList.Builder<DnsRecord> records = ImmutableList.builder();
    for (int i = 0; i < count; i++) {
      record().ifPresent(records::add);
    }
    return records.build();
  }

  private Optional<DnsRecord> record() throws Malformed {
    DnsName name = name();
    int type = u16();
    int inClass = u16() & ~UNIQUE_OR_UNICAST;
    long ttl = ((long) u16() << 16) | u16();
    int length = u16();
    int end = at + length;
    require(end <= bytes.length);
    if (inClass != CLASS_IN) {
      at = end;
      return Optional.empty();
    }
    Optional<DnsRecord> record = data(name, type, ttl, end);
    require(at == end);
    return record;
  }

  private Optional<DnsRecord> data(DnsName name, int type, long ttl, int end) throws Malformed {
    switch (type) {
      case DnsRecord.PTR -> {
        return Optional.of(new DnsRecord.Ptr(name, ttl, name()));
      }
      case DnsRecord.SRV -> {
        require(end - at > 6);
        at += 4;
        int port = u16();
        return Optional.of(new DnsRecord.Srv(name, ttl, port, name()));
      }
      case DnsRecord.TXT -> {
        return Optional.of(new DnsRecord.Txt(name, ttl, strings(end)));
      }
      case DnsRecord.A, DnsRecord.AAAA -> {
        require(end - at == (type == DnsRecord.A ? 4 : 16));
        return Optional.of(new DnsRecord.Address(name, ttl, address(end)));
      }
      default -> {
        at = end;
        return Optional.empty();
      }
    }
  }

  private ImmutableList<ByteString> strings(int end) throws Malformed {
    if (at == end) {
      // RFC 6763 §6.1: the same as one that is empty.
      return ImmutableList.of(ByteString.EMPTY);
    }
    ImmutableList.Builder<ByteString> strings = ImmutableList.builder();
    while (at < end) {
      int length = u8();
      require(at + length <= end);
      strings.add(ByteString.copyFrom(bytes, at, length));
      at += length;
    }
    return strings.build();
  }

  private InetAddress address(int end) throws Malformed {
    byte[] raw = new byte[end - at];
    System.arraycopy(bytes, at, raw, 0, raw.length);
    at = end;
    try {
      return InetAddress.getByAddress(raw);
    } catch (UnknownHostException e) {
      throw new Malformed();
    }
  }

  private DnsName name() throws Malformed {
    ImmutableList.Builder<String> labels = ImmutableList.builder();
    int total = 1;
    int behind = -1;
    int from = at;
    while (true) {
      int length = u8();
      if (length == 0) {
        break;
      }
      if ((length & LABEL_BITS) == POINTER) {
        int target = ((length & ~LABEL_BITS) << 8) | u8();
        behind = behind < 0 ? at : behind;
        require(target >= HEADER_BYTES && target < from);
        from = target;
        at = target;
        continue;
      }
      total += 1 + length;
      require((length & LABEL_BITS) == 0 && total <= DnsName.MAX_BYTES);
      require(at + length <= bytes.length);
      labels.add(new String(bytes, at, length, StandardCharsets.ISO_8859_1));
      at += length;
    }
    at = behind < 0 ? at : behind;
    return new DnsName(labels.build());
  }

  private int u8() throws Malformed {
    require(at < bytes.length);
    return bytes[at++] & 0xff;
  }

  private int u16() throws Malformed {
    return u8() << 8 | u8();
  }

  private static void require(boolean holds) throws Malformed {
    if (!holds) {
      throw new Malformed();
    }
  }

  /** Never leaves the reader. */
  private static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed() {
      super(null, null, false, false);
    }
  }
}
