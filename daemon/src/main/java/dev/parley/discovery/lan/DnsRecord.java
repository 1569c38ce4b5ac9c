package dev.parley.discovery.lan;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import java.net.InetAddress;

/** A resource record of a kind that matters here; all others are skipped. */
sealed interface DnsRecord {
  int A = 1;
  int PTR = 12;
  int TXT = 16;
  int AAAA = 28;
  int SRV = 33;

  /** In questions: whatever there is. */
  int ANY = 255;

  DnsName name();

  /** For how long it may be believed; 0 takes it back (RFC 6762 §10.1). */
  long ttlSeconds();

  int type();

  /** Whether its owner is the only one to have it (RFC 6762 §2), and not one of many. */
  boolean isUnique();

  /** A service has this instance. */
  record Ptr(DnsName name, long ttlSeconds, DnsName target) implements DnsRecord {
    @Override
    public int type() {
      return PTR;
    }

    @Override
    public boolean isUnique() {
      return false;
    }
  }

  /** Where an instance is; its priority and weight mean nothing here. */
  record Srv(DnsName name, long ttlSeconds, int port, DnsName target) implements DnsRecord {
    @Override
    public int type() {
      return SRV;
    }

    @Override
    public boolean isUnique() {
      return true;
    }
  }

  /** What else there is to say of it. */
  record Txt(DnsName name, long ttlSeconds, ImmutableList<ByteString> strings)
      implements DnsRecord {
    @Override
    public int type() {
      return TXT;
    }

    @Override
    public boolean isUnique() {
      return true;
    }
  }

  /** An address of a host, of IPv4 or IPv6; the latter without a scope. */
  record Address(DnsName name, long ttlSeconds, InetAddress address) implements DnsRecord {
    @Override
    public int type() {
      return address.getAddress().length == 4 ? A : AAAA;
    }

    @Override
    public boolean isUnique() {
      return true;
    }
  }
}
