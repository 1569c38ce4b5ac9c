package dev.parley.node;

import dev.parley.contacts.Contact;
import dev.parley.discovery.RelayUrl;
import dev.parley.pairing.PairingException;
import dev.parley.pairing.PairingException.Reason;
import dev.parley.pairing.PairingFlaw;
import dev.parley.pairing.PairingRole;
import dev.parley.relay.v1.SlotEnded;
import org.jspecify.annotations.Nullable;

/** What keeps two from pairing, in words for the user. Pure. */
final class PairingProblems {
  private static final String ANEW = "make a new code with `parley invite`";

  private PairingProblems() {}

  static PairingException of(PairingFlaw flaw, PairingRole role) {
    return switch (flaw) {
      case WRONG_CODE ->
          role == PairingRole.INVITE
              ? new PairingException(
                  Reason.WRONG_CODE,
                  "somebody has tried another code at this one's number; this one is dead",
                  ANEW + "; if nobody mistyped it, somebody is guessing")
              : new PairingException(
                  Reason.WRONG_CODE,
                  "the code is not the one that waits there, and that one is dead now",
                  "have a new one made with `parley invite`, at the same relay");
      case SELF ->
          new PairingException(
              Reason.BROKEN, "this is this node's own code", "type it on the other machine");
      case MALFORMED, BAD_PROOF, FORGED, BAD_IDENTITY -> broken();
    };
  }

  static PairingException broken() {
    return new PairingException(
        Reason.BROKEN,
        "the other side, or somebody in between, does not keep to the protocol; the code is dead",
        ANEW + ", perhaps at another relay");
  }

  static PairingException ofSlot(SlotEnded.Reason reason, RelayUrl relay) {
    return switch (reason) {
      case RATE_LIMITED ->
          new PairingException(
              Reason.LIMIT,
              "too many codes were tried at " + relay + " of late",
              "try again in a minute; the code has not been used up");
      case FULL ->
          new PairingException(
              Reason.LIMIT,
              "relay " + relay + " has no more room for codes",
              "try again in some minutes, or at another relay with --relay");
      default ->
          new PairingException(
              Reason.NO_SUCH_INVITATION,
              "nobody waits with this code at " + relay,
              "it may be used up, or ten minutes old, or of another relay: `parley invite` shows"
                  + " which, and --relay names it");
    };
  }

  static PairingException noRelay() {
    return new PairingException(
        Reason.NO_RELAY,
        "this node has no relay to meet at",
        "name one with --relay, or start the daemon with one");
  }

  static PairingException noRendezvous(RelayUrl relay) {
    return new PairingException(
        Reason.NO_RENDEZVOUS,
        "relay " + relay + " is of a version that knows no codes",
        "have it updated, meet at another with --relay, or exchange tickets");
  }

  static PairingException unreachable(RelayUrl relay, String why) {
    return new PairingException(
        Reason.RELAY_UNREACHABLE,
        "relay " + relay + " cannot be reached: " + why,
        "`parley status` tells how the relays are");
  }

  static PairingException expired() {
    return new PairingException(Reason.EXPIRED, "nobody has used the code in time", ANEW);
  }

  /** The other side may have us as a contact, and need not. */
  static PairingException interrupted(@Nullable Contact kept) {
    return kept == null
        ? new PairingException(
            Reason.INTERRUPTED, "the connection was lost before both were done", ANEW)
        : new PairingException(
            Reason.INTERRUPTED,
            "'" + kept.name() + "' is a contact here, but has not said that we are one there",
            "see there with `parley contact ls`; " + ANEW + " if we are not");
  }

  static PairingException closing() {
    return new PairingException(Reason.INTERRUPTED, "the node is closing", "");
  }
}
