package dev.parley.diagnosis;

import static dev.parley.nat.netcheck.NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
import static dev.parley.nat.netcheck.NatBehavior.ADDRESS_DEPENDENT;
import static dev.parley.nat.netcheck.NatBehavior.ENDPOINT_INDEPENDENT;
import static dev.parley.nat.netcheck.NatBehavior.NONE;
import static dev.parley.nat.netcheck.NatBehavior.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.diagnosis.Situation.Checks;
import dev.parley.diagnosis.Situation.LinkState;
import dev.parley.diagnosis.Situation.Relays;
import dev.parley.link.LinkPath;
import dev.parley.nat.netcheck.NatBehavior;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DiagnosisTest {
  /** By the names of docs/nat-matrix.md, as a server with RFC 5780 lets them be measured. */
  private static final Map<String, NatFacts> KINDS =
      Map.of(
          "open", nat(NONE, ENDPOINT_INDEPENDENT),
          "full cone", nat(ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT),
          "address-restricted", nat(ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT),
          "port-restricted", nat(ENDPOINT_INDEPENDENT, ADDRESS_AND_PORT_DEPENDENT),
          "double NAT", nat(ENDPOINT_INDEPENDENT, ADDRESS_AND_PORT_DEPENDENT),
          "symmetric", nat(ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT),
          "UDP blocked",
              new NatFacts(false, false, false, UNKNOWN, UNKNOWN, Optional.empty(), false));

  private static final LinkPath RELAY =
      new LinkPath(LinkPath.Kind.RELAY, LinkPath.Transport.TCP, "relay:443", Optional.empty());

  private static NatFacts nat(NatBehavior mapping, NatBehavior filtering) {
    return new NatFacts(true, true, false, mapping, filtering, Optional.of(false), false);
  }

  private static NatFacts filteringUnmeasured(NatFacts nat) {
    return new NatFacts(
        nat.udp(), nat.ipv4(), nat.ipv6(), nat.mapping(), UNKNOWN, nat.hairpin(), false);
  }

  private static NatFacts kind(String words) {
    NatFacts facts = KINDS.get(words);
    if (facts == null) {
      throw new IllegalArgumentException("there is no kind " + words);
    }
    return facts;
  }

  private static Finding relayed(Optional<NatFacts> here, Optional<NatFacts> there, Checks checks) {
    return Diagnosis.of(
        new Situation(
            LinkState.UP,
            Optional.of(RELAY),
            Optional.empty(),
            here,
            there,
            false,
            checks,
            Relays.CONNECTED,
            ""));
  }

  private static Finding relayed(NatFacts here, NatFacts there) {
    return relayed(Optional.of(here), Optional.of(there), Checks.FAILED);
  }

  @ParameterizedTest
  @CsvSource({
    "symmetric, port-restricted, symmetricMeetsPortRestricted, symmetricMeetsPortRestricted",
    "symmetric, double NAT, symmetricMeetsPortRestricted, symmetricMeetsPortRestricted",
    "symmetric, symmetric, bothMapPerDestination, bothMapPerDestination",
    "UDP blocked, UDP blocked, udpBlockedOnBothSides, udpBlockedOnBothSides",
    "UDP blocked, open, udpBlockedHere, udpBlockedThere",
    "UDP blocked, full cone, udpBlockedHere, udpBlockedThere",
    "UDP blocked, address-restricted, udpBlockedHere, udpBlockedThere",
    "UDP blocked, port-restricted, udpBlockedHere, udpBlockedThere",
    "UDP blocked, double NAT, udpBlockedHere, udpBlockedThere",
    "UDP blocked, symmetric, udpBlockedHere, udpBlockedThere",
    "symmetric, open, unknown, unknown",
    "symmetric, full cone, unknown, unknown",
    "symmetric, address-restricted, unknown, unknown",
    "port-restricted, port-restricted, unknown, unknown",
    "double NAT, port-restricted, unknown, unknown",
    "open, open, unknown, unknown",
  })
  void aRelayedPairOfNetworksHasTheSameCauseSeenFromBothSides(
      String one, String other, String fromOne, String fromOther) {
    Finding ours = relayed(kind(one), kind(other));
    Finding theirs = relayed(kind(other), kind(one));
    assertThat(ours.cause().word()).isEqualTo(fromOne);
    assertThat(theirs.cause().word()).isEqualTo(fromOther);
    assertThat(ours.verdict()).isEqualTo(Verdict.RELAYED);
    assertThat(ours.help()).isNotEmpty();
  }

  @Test
  void aFilterThatWasNotMeasuredIsInferredFromChecksThatFailedAndTheSentenceSaysSo() {
    NatFacts symmetric = filteringUnmeasured(kind("symmetric"));
    NatFacts other = filteringUnmeasured(kind("port-restricted"));
    Finding failed = relayed(symmetric, other);
    assertThat(failed.cause()).isEqualTo(Cause.SYMMETRIC_MEETS_PORT_RESTRICTED);
    assertThat(failed.sentence()).contains("inferred");
    assertThat(relayed(kind("symmetric"), kind("port-restricted")).sentence())
        .doesNotContain("inferred");
    Finding before = relayed(Optional.of(symmetric), Optional.of(other), Checks.UNDER_WAY);
    assertThat(before.cause()).isEqualTo(Cause.BEING_TRIED);
    assertThat(relayed(symmetric, symmetric).cause()).isEqualTo(Cause.BOTH_MAP_PER_DESTINATION);
  }

  @Test
  void theSentenceNamesTheSideThatIsSymmetric() {
    assertThat(relayed(kind("symmetric"), kind("port-restricted")).sentence())
        .startsWith("The NAT here");
    assertThat(relayed(kind("port-restricted"), kind("symmetric")).sentence())
        .startsWith("The peer's NAT");
  }

  @Test
  void aForwardedPortMakesASymmetricNatReachable() {
    NatFacts forwarded =
        new NatFacts(
            true,
            true,
            false,
            ADDRESS_AND_PORT_DEPENDENT,
            ADDRESS_AND_PORT_DEPENDENT,
            Optional.of(false),
            true);
    assertThat(relayed(forwarded, kind("symmetric")).cause()).isEqualTo(Cause.UNKNOWN);
  }

  @Test
  void withoutEvidenceTheCauseIsUnknownAndTheSentenceSaysWhatIsMissing() {
    Optional<NatFacts> symmetric = Optional.of(kind("symmetric"));
    Finding notTold = relayed(symmetric, Optional.empty(), Checks.FAILED);
    assertThat(notTold.cause()).isEqualTo(Cause.UNKNOWN);
    assertThat(notTold.sentence()).contains("has not told");
    assertThat(notTold.help()).contains(Remedy.UPDATE_PEER);
    Finding unmeasured = relayed(Optional.empty(), symmetric, Checks.FAILED);
    assertThat(unmeasured.cause()).isEqualTo(Cause.UNKNOWN);
    assertThat(unmeasured.sentence()).contains("has not been measured");
    Finding oneServer = relayed(nat(UNKNOWN, UNKNOWN), kind("port-restricted"));
    assertThat(oneServer.cause()).isEqualTo(Cause.UNKNOWN);
    assertThat(oneServer.sentence()).contains("the NAT here").contains("two STUN servers");
    assertThat(relayed(kind("port-restricted"), nat(UNKNOWN, UNKNOWN)).sentence())
        .contains("the peer's NAT");
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_BEGUN, NOT_TRIED_YET",
    "UNDER_WAY, BEING_TRIED",
    "FAILED, UNKNOWN",
    "PASSED, UNKNOWN"
  })
  void whatHasNotComeToAnEndIsNoCause(Checks checks, Cause cause) {
    Optional<NatFacts> open = Optional.of(kind("open"));
    assertThat(relayed(open, open, checks).cause()).isEqualTo(cause);
  }

  @Test
  void twoBehindOneNatThatTurnsNothingBackAreToldSo() {
    NatFacts cone = kind("full cone");
    NatFacts turning =
        new NatFacts(true, true, false, ENDPOINT_INDEPENDENT, UNKNOWN, Optional.of(true), false);
    assertThat(sameNat(cone).cause()).isEqualTo(Cause.SAME_NAT_NO_HAIRPIN);
    assertThat(sameNat(turning).cause()).isEqualTo(Cause.UNKNOWN);
  }

  private static Finding sameNat(NatFacts both) {
    return Diagnosis.of(
        new Situation(
            LinkState.UP,
            Optional.of(RELAY),
            Optional.empty(),
            Optional.of(both),
            Optional.of(both),
            true,
            Checks.FAILED,
            Relays.CONNECTED,
            ""));
  }

  @Test
  void oneFamilyOnEachSideIsNamed() {
    NatFacts six = new NatFacts(true, false, true, NONE, UNKNOWN, Optional.empty(), false);
    assertThat(relayed(kind("open"), six).cause()).isEqualTo(Cause.NO_COMMON_FAMILY);
  }

  @Test
  void aLinkThatIsHeldOnTheRelayIsThereForNoOtherReason() {
    Situation held =
        new Situation(
            LinkState.UP,
            Optional.of(RELAY),
            Optional.of(LinkPath.Kind.RELAY),
            Optional.of(kind("symmetric")),
            Optional.of(kind("symmetric")),
            false,
            Checks.FAILED,
            Relays.CONNECTED,
            "");
    assertThat(Diagnosis.of(held).cause()).isEqualTo(Cause.PINNED);
  }

  @Test
  void aDirectLinkNeedsNoHelpButOverTcpItSaysWhatKeepsItFromUdp() {
    Finding udp = direct(LinkPath.Transport.UDP);
    assertThat(udp).isEqualTo(Finding.of(Verdict.DIRECT, Cause.NONE, udp.sentence()));
    Finding tcp = direct(LinkPath.Transport.TCP);
    assertThat(tcp.verdict()).isEqualTo(Verdict.DIRECT);
    assertThat(tcp.cause()).isEqualTo(Cause.UDP_BLOCKED_HERE);
  }

  private static Finding direct(LinkPath.Transport transport) {
    LinkPath path = new LinkPath(LinkPath.Kind.DIRECT, transport, "192.0.2.1:4", Optional.empty());
    return Diagnosis.of(
        new Situation(
            LinkState.UP,
            Optional.of(path),
            Optional.empty(),
            Optional.of(kind("UDP blocked")),
            Optional.empty(),
            false,
            Checks.NOT_BEGUN,
            Relays.CONNECTED,
            ""));
  }

  @ParameterizedTest
  @CsvSource({
    "NOT_WANTED, CONNECTED, NOT_TRIED_YET",
    "CONNECTING, CONNECTED, BEING_TRIED",
    "FAILED, CONNECTED, PEER_OFFLINE",
    "FAILED, NOT_CONNECTED, NO_RELAY",
    "FAILED, NONE_KNOWN, NO_RELAY",
    "FAILED, NOTHING_KNOWN, NO_ADDRESS"
  })
  void withoutALinkTheCauseIsWhatTheDialMet(LinkState link, Relays relays, Cause cause) {
    Finding finding =
        Diagnosis.of(
            new Situation(
                link,
                Optional.empty(),
                Optional.empty(),
                Optional.of(kind("symmetric")),
                Optional.empty(),
                false,
                Checks.NOT_BEGUN,
                relays,
                "no answer from relay relay:443"));
    assertThat(finding.verdict()).isEqualTo(Verdict.UNREACHABLE);
    assertThat(finding.cause()).isEqualTo(cause);
    assertThat(finding.help()).isNotEmpty();
    if (cause == Cause.PEER_OFFLINE) {
      assertThat(finding.sentence()).contains("no answer from relay relay:443");
    }
  }

  @ParameterizedTest
  @EnumSource(Cause.class)
  void theWordOfACauseIsItsNameInLowerCamelCase(Cause cause) {
    assertThat(cause.word().replaceAll("([A-Z])", "_$1").toUpperCase(java.util.Locale.ROOT))
        .isEqualTo(cause.name());
  }

  @Test
  void everyRemedyHasItsOwnWord() {
    Set<String> words = new HashSet<>();
    Arrays.stream(Remedy.values()).forEach(remedy -> words.add(remedy.word()));
    assertThat(words).hasSize(Remedy.values().length);
  }
}
