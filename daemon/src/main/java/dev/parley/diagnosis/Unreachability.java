package dev.parley.diagnosis;

/** Why there is no link at all. A pure function. */
final class Unreachability {
  private Unreachability() {}

  static Finding of(Situation now) {
    return switch (now.link()) {
      case NOT_WANTED ->
          unreachable(
              Cause.NOT_TRIED_YET,
              "There is no link, and nothing waits for one: whether the peer can be reached is not"
                  + " known.",
              Remedy.TALK);
      case UP, CONNECTING ->
          unreachable(Cause.BEING_TRIED, "The peer is being dialled now.", Remedy.WAIT);
      case FAILED -> failed(now);
    };
  }

  private static Finding failed(Situation now) {
    String tried = now.problem().isEmpty() ? "" : " The last attempt: " + now.problem() + ".";
    return switch (now.relays()) {
      case CONNECTED ->
          unreachable(
              Cause.PEER_OFFLINE,
              "The peer does not answer, neither through its relay, which is connected, nor at an"
                  + " address: it is off, or it has moved to another relay."
                  + tried,
              Remedy.START_PEER,
              Remedy.EXCHANGE_TICKETS);
      case NOT_CONNECTED ->
          unreachable(
              Cause.NO_RELAY,
              "No relay of the peer can be reached from here, and no address of it answers."
                  + tried,
              Remedy.CHECK_RELAY,
              Remedy.ADD_RELAY);
      case NONE_KNOWN ->
          unreachable(
              Cause.NO_RELAY,
              "No relay of the peer is known, and no address of it answers." + tried,
              Remedy.ADD_RELAY,
              Remedy.EXCHANGE_TICKETS);
      case NOTHING_KNOWN ->
          unreachable(
              Cause.NO_ADDRESS,
              "Neither a relay nor an address of the peer is known.",
              Remedy.EXCHANGE_TICKETS);
    };
  }

  private static Finding unreachable(Cause cause, String sentence, Remedy... help) {
    return Finding.of(Verdict.UNREACHABLE, cause, sentence, help);
  }
}
