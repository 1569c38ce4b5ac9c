package dev.parley.diagnosis;

/** What would help. The words are a contract: docs/cli.md lists them. */
public enum Remedy {
  ENABLE_PORT_MAPPING(
      "enablePortMapping",
      "let the router of either side forward a port: set `port_mapping = true`, and switch on UPnP"
          + " or PCP in the router"),
  FORWARD_PORT(
      "forwardPort",
      "forward a UDP port of either router to parleyd by hand (`listen` in the configuration names it)"),
  USE_IPV6("useIpv6", "use IPv6 on both sides: it needs no translation"),
  ALLOW_UDP_HERE("allowUdpHere", "let this network's firewall pass UDP to the outside"),
  ALLOW_UDP_THERE("allowUdpThere", "have the peer's network pass UDP to the outside"),
  ENABLE_HAIRPIN("enableHairpin", "switch on NAT loopback (hairpinning) in the common router"),
  ADD_STUN_SERVER(
      "addStunServer",
      "give parleyd a second STUN server or relay (`--stun HOST:PORT`): one alone cannot tell how a"
          + " NAT maps"),
  UPDATE_PEER("updatePeer", "have the peer run this version too, and add you as a contact"),
  ADD_RELAY("addRelay", "give both sides a relay (`--relay URL`) and exchange new tickets"),
  CHECK_RELAY("checkRelay", "see `parley status` for what is wrong with the relays"),
  EXCHANGE_TICKETS("exchangeTickets", "ask the peer for a new ticket (`parley id`) and add it"),
  START_PEER("startPeer", "start the peer's daemon, or wait until it is back: messages are kept"),
  TALK("talk", "send something, or `parley ping` the peer"),
  WAIT("wait", "ask again in some seconds"),
  UNPIN("unpin", "release the link from the kind of path it is held on (`Links.PinPath`)"),
  REPORT("report", "run `parley netcheck` on both sides and report what this command prints");

  private final String word;
  private final String text;

  Remedy(String word, String text) {
    this.word = word;
    this.text = text;
  }

  public String word() {
    return word;
  }

  /** What to do, for people. */
  public String text() {
    return text;
  }
}
