package dev.parley.it.traversal;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import dev.parley.it.lab.Coturn;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Site;
import dev.parley.it.nat.Filtering;
import dev.parley.it.nat.Mapping;
import dev.parley.it.nat.NatKind;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What {@code parley netcheck} says of each kind of network, with a STUN server of others, coturn,
 * that answers from two addresses and two ports (RFC 5780).
 */
@ExtendWith(StageExtension.class)
@RequiresLab
class NetcheckIT {

  /** One daemon, where it is, and what is to be found there. */
  private record Case(
      String name, Site site, String mapping, String filtering, boolean udp, boolean hairpin) {

    static Case of(NatKind kind, Site site) {
      return new Case(
          kind.toString(),
          site,
          kind.mapping() == Mapping.BLOCKED ? "unknown" : kind.mapping().toString(),
          filtering(kind.filtering()),
          kind.mapping() != Mapping.BLOCKED,
          // A host reaches its own address without a router's help.
          kind == NatKind.OPEN);
    }

    /** Where nothing filters, everybody gets in. */
    private static String filtering(Filtering filtering) {
      return switch (filtering) {
        case NONE -> Filtering.ENDPOINT_INDEPENDENT.toString();
        case BLOCKED -> "unknown";
        default -> filtering.toString();
      };
    }
  }

  @BeforeEach
  void requireCoturn() {
    Coturn.require();
  }

  @Test
  void everyKindOfNetworkIsToldInTheWordsOfRfc4787(Stage stage) {
    Town town = Town.build(stage);
    String coturn = Coturn.start(town.internet(), stage.directory());
    List<Case> cases = new ArrayList<>();
    for (NatKind kind : NatKind.values()) {
      cases.add(Case.of(kind, Site.build(town.internet(), kind, "n" + kind.ordinal())));
    }
    cases.add(
        new Case(
            "hairpin",
            Site.behindHairpin(town.internet(), "hair"),
            "endpoint-independent",
            "address-and-port-dependent",
            true,
            true));
    List<Supplier<JsonObject>> checks = new ArrayList<>();
    for (Case one : cases) {
      checks.add(
          () -> {
            Daemon daemon = town.daemon(one.name().replace(' ', '-'), one.site(), "--stun", coturn);
            return daemon.home().parley("netcheck", "--json").succeeds().json();
          });
    }
    List<JsonObject> reports = Town.together(checks);
    for (int i = 0; i < cases.size(); i++) {
      System.out.printf("%-20s %s%n", cases.get(i).name(), reports.get(i));
    }
    for (int i = 0; i < cases.size(); i++) {
      verify(cases.get(i), reports.get(i));
    }
  }

  private static void verify(Case expected, JsonObject report) {
    assertThat(report.get("udp").getAsBoolean()).as(expected.name()).isEqualTo(expected.udp());
    assertThat(report.get("ipv4").getAsBoolean()).as(expected.name()).isEqualTo(expected.udp());
    assertThat(report.get("mapping").getAsString())
        .as(expected.name())
        .isEqualTo(expected.mapping());
    assertThat(report.get("filtering").getAsString())
        .as(expected.name())
        .isEqualTo(expected.filtering());
    assertThat(report.get("hairpin").isJsonNull()).as(expected.name()).isEqualTo(!expected.udp());
    if (expected.udp()) {
      assertThat(report.get("hairpin").getAsBoolean())
          .as("hairpin of " + expected.name())
          .isEqualTo(expected.hairpin());
    }
  }

  @Test
  void withoutARelayItsOuterAddressIsWhatCoturnSees(Stage stage) {
    Town town = Town.build(stage);
    String coturn = Coturn.start(town.internet(), stage.directory());
    Site site = Site.build(town.internet(), NatKind.PORT_RESTRICTED, "alice");
    Daemon daemon =
        stage
            .home("alice")
            .under(site.host().command())
            .startWith("--listen", "0.0.0.0:4000", "--stun", coturn);
    Awaitility.await()
        .untilAsserted(
            () ->
                assertThat(daemon.control().status().getAddressesList())
                    .contains(site.publicAddress() + ":4000"));
  }
}
