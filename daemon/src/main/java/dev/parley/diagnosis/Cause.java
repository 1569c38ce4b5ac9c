package dev.parley.diagnosis;

/** Why a link is not direct, or that it is. The words are a contract: docs/cli.md lists them. */
public enum Cause {
  NONE("none"),
  BOTH_MAP_PER_DESTINATION("bothMapPerDestination"),
  SYMMETRIC_MEETS_PORT_RESTRICTED("symmetricMeetsPortRestricted"),
  UDP_BLOCKED_HERE("udpBlockedHere"),
  UDP_BLOCKED_THERE("udpBlockedThere"),
  UDP_BLOCKED_ON_BOTH_SIDES("udpBlockedOnBothSides"),
  SAME_NAT_NO_HAIRPIN("sameNatNoHairpin"),
  NO_COMMON_FAMILY("noCommonFamily"),
  PINNED("pinned"),
  NOT_TRIED_YET("notTriedYet"),
  BEING_TRIED("beingTried"),
  PEER_OFFLINE("peerOffline"),
  NO_RELAY("noRelay"),
  NO_ADDRESS("noAddress"),
  /** The evidence does not suffice, or points to nothing: the sentence says which. */
  UNKNOWN("unknown");

  private final String word;

  Cause(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
