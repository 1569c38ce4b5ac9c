package dev.parley.channels;

/** Why a channel is refused, in words that go from one side's program to the other's user. */
final class Details {
  /** In characters. */
  static final int MAX = 200;

  private Details() {}

  static String cut(String why) {
    if (why.length() <= MAX) {
      return why;
    }
    boolean splits = Character.isHighSurrogate(why.charAt(MAX - 1));
    return why.substring(0, splits ? MAX - 1 : MAX);
  }

  /** What a peer has written, fit for a terminal. */
  static String ofPeer(String why) {
    StringBuilder shown = new StringBuilder();
    cut(why)
        .codePoints()
        .forEach(
            point -> {
              int type = Character.getType(point);
              boolean odd = Character.isISOControl(point) || type == Character.FORMAT;
              shown.appendCodePoint(odd ? '\uFFFD' : point);
            });
    return shown.toString();
  }
}
