package dev.parley.channels;

import dev.parley.link.StreamEnd;
import java.util.Arrays;
import java.util.Optional;

/** Why the protocol itself ends a stream. Smaller numbers belong to programs. */
enum ResetCode {
  PROTOCOL_ERROR(0x1_0000, "the protocol of channels was broken"),
  NOT_ALLOWED(0x1_0001, "strangers may open nothing"),
  TOO_MANY(0x1_0002, "too many channels, or opened too fast"),
  GAVE_UP(0x1_0003, "the opener waits no longer"),
  SHUTTING_DOWN(0x1_0004, "the daemon ends"),
  PROGRAM_FAILED(0x1_0005, "the program failed");

  /** The largest reason that a program may give. */
  static final int MAX_OF_PROGRAMS = 0xffff;

  private final int number;
  private final String sentence;

  ResetCode(int number, String sentence) {
    this.number = number;
    this.sentence = sentence;
  }

  int number() {
    return number;
  }

  static int ofProgram(int reason) {
    if (reason < 0 || reason > MAX_OF_PROGRAMS) {
      throw new IllegalArgumentException("a reason of 0 to " + MAX_OF_PROGRAMS + ": " + reason);
    }
    return reason;
  }

  static Optional<ResetCode> of(int number) {
    return Arrays.stream(values()).filter(code -> code.number == number).findFirst();
  }

  /** As programs are told of it: they know nothing of the reasons of the protocol. */
  static StreamEnd toProgram(StreamEnd how) {
    if (how instanceof StreamEnd.Reset reset && reset.reason() > MAX_OF_PROGRAMS) {
      String why = of(reset.reason()).map(code -> code.sentence).orElse("reset " + reset.reason());
      return new StreamEnd.Lost((reset.byPeer() ? "ended by the peer: " : "ended here: ") + why);
    }
    return how;
  }

  /** For people. */
  static String sentence(StreamEnd how) {
    StreamEnd told = toProgram(how);
    if (told instanceof StreamEnd.Reset reset) {
      String who = reset.byPeer() ? "the peer" : "this side";
      return "the channel was reset by " + who + ", reason " + reset.reason();
    }
    return told instanceof StreamEnd.Lost lost
        ? "the channel was lost: " + lost.why()
        : "the channel has ended";
  }
}
