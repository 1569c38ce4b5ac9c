package dev.parley.discovery.lan;

import com.google.common.base.Ascii;
import com.google.common.collect.ImmutableList;

/**
 * A name of DNS: its labels without the root. Names that differ in case alone are one (RFC 6762
 * §16), so the letters are in lower case.
 *
 * @param labels of 1 to 63 bytes each, every byte as one character
 */
record DnsName(ImmutableList<String> labels) {
  static final int MAX_LABEL_BYTES = 63;

  /** On the wire, with the length of each label and the root (RFC 1035 §3.1). */
  static final int MAX_BYTES = 255;

  DnsName {
    labels = labels.stream().map(Ascii::toLowerCase).collect(ImmutableList.toImmutableList());
    int bytes = 1;
    for (String label : labels) {
      if (label.isEmpty() || label.length() > MAX_LABEL_BYTES) {
        throw new IllegalArgumentException("a label has 1 to 63 bytes");
      }
      bytes += 1 + label.length();
    }
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException("a name has at most 255 bytes");
    }
  }

  static DnsName of(String... labels) {
    return new DnsName(ImmutableList.copyOf(labels));
  }

  /** This name below a further label. */
  DnsName child(String label) {
    return new DnsName(ImmutableList.<String>builder().add(label).addAll(labels).build());
  }

  boolean isChildOf(DnsName parent) {
    return labels.size() == parent.labels.size() + 1
        && labels.subList(1, labels.size()).equals(parent.labels);
  }
}
