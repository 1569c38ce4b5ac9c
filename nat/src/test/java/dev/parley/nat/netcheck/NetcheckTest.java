package dev.parley.nat.netcheck;

import static dev.parley.nat.netcheck.StunWorld.OTHER_PORT;
import static dev.parley.nat.netcheck.StunWorld.PORT;
import static dev.parley.nat.netcheck.StunWorld.at;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of the questions, and what follows from the answers. */
final class NetcheckTest {
  private static final InetSocketAddress SERVER = at("198.51.100.1", PORT);
  private static final InetSocketAddress PLAIN = at("198.51.100.9", PORT);
  private static final List<InetAddress> LOCAL = List.of(InetAddresses.forString("10.0.0.2"));

  private final StunWorld world = new StunWorld();

  @AfterEach
  void close() {
    world.close();
  }

  private CompletableFuture<NatReport> start(InetSocketAddress... servers) {
    return world.netcheck.run(List.of(servers), LOCAL);
  }

  private NatReport check(InetSocketAddress... servers) {
    return world.finish(start(servers));
  }

  @ParameterizedTest
  @CsvSource({
    "ENDPOINT_INDEPENDENT, ENDPOINT_INDEPENDENT, true",
    "ENDPOINT_INDEPENDENT, ADDRESS_DEPENDENT, false",
    "ENDPOINT_INDEPENDENT, ADDRESS_AND_PORT_DEPENDENT, true",
    "ADDRESS_DEPENDENT, ADDRESS_DEPENDENT, false",
    "ADDRESS_AND_PORT_DEPENDENT, ADDRESS_AND_PORT_DEPENDENT, false",
    "ADDRESS_AND_PORT_DEPENDENT, ENDPOINT_INDEPENDENT, false"
  })
  void oneServerOfRfc5780IsEnoughForEverything(
      NatBehavior mapping, NatBehavior filtering, boolean hairpin) {
    world.server("198.51.100.1", "198.51.100.2");
    world.mapping = mapping;
    world.filtering = filtering;
    world.hairpin = hairpin;

    assertThat(check(SERVER))
        .isEqualTo(new NatReport(true, true, false, mapping, filtering, Optional.of(hairpin)));
  }

  @Test
  void theOtherAddressIsNotAskedBeforeTheFilterIsKnown() {
    world.server("198.51.100.1", "198.51.100.2");
    world.filtering = NatBehavior.ADDRESS_AND_PORT_DEPENDENT;
    check(SERVER);
    int lastChange =
        IntStream.range(0, world.sent.size())
            .filter(i -> world.sent.get(i).change() != 0)
            .max()
            .orElseThrow();
    int firstOther =
        IntStream.range(0, world.sent.size())
            .filter(i -> world.sent.get(i).to().getPort() == OTHER_PORT)
            .findFirst()
            .orElseThrow();
    assertThat(firstOther).isGreaterThan(lastChange);
  }

  @Test
  void theVerdictOnTheFilterIsKeptAsLongAsTheOuterAddressStays() {
    world.server("198.51.100.1", "198.51.100.2");
    world.filtering = NatBehavior.ADDRESS_DEPENDENT;
    check(SERVER);
    world.sent.clear();
    // The other address has been asked by now: everything from there would get in.
    assertThat(check(SERVER).filtering()).isEqualTo(NatBehavior.ADDRESS_DEPENDENT);
    assertThat(world.sent).allMatch(s -> s.change() == 0);

    world.outside = "203.0.113.8";
    assertThat(check(SERVER).filtering()).isEqualTo(NatBehavior.UNKNOWN);
  }

  @Test
  void twoPlainServersTellTheMappingAndNothingOfTheFilter() {
    world.plainServer("198.51.100.1").plainServer("198.51.100.9");
    NatReport report = check(SERVER, PLAIN);
    assertThat(report.mapping()).isEqualTo(NatBehavior.ENDPOINT_INDEPENDENT);
    assertThat(report.filtering()).isEqualTo(NatBehavior.UNKNOWN);
  }

  @Test
  void aServerWhoseOtherAddressWasAskedAnywayCannotTellTheFilter() {
    world.server("198.51.100.1", "198.51.100.2");
    NatReport report = check(SERVER, at("198.51.100.2", PORT));
    assertThat(report.filtering()).isEqualTo(NatBehavior.UNKNOWN);
  }

  @Test
  void whereNobodyAnswersThereIsNoUdp() {
    assertThat(check(SERVER))
        .isEqualTo(
            new NatReport(
                false, false, false, NatBehavior.UNKNOWN, NatBehavior.UNKNOWN, Optional.empty()));
  }

  @Test
  void anOuterAddressOfOurOwnIsNoNat() {
    world.server("198.51.100.1", "198.51.100.2");
    world.outside = "10.0.0.2";
    assertThat(check(SERVER).mapping()).isEqualTo(NatBehavior.NONE);
  }

  @Test
  void aCheckThatRunsIsJoined() {
    world.plainServer("198.51.100.1");
    CompletableFuture<NatReport> first = start(SERVER);
    assertThat(start(SERVER)).isSameAs(first);
    assertThat(world.sent).hasSize(1);
    world.finish(first);
    assertThat(start(SERVER)).isNotSameAs(first);
  }

  @Test
  void noMoreThanEightServersAreAsked() {
    check(
        IntStream.rangeClosed(1, 20)
            .mapToObj(i -> at("198.51.100." + i, PORT))
            .toArray(InetSocketAddress[]::new));
    assertThat(world.sent.stream().map(StunWorld.Sent::to).distinct()).hasSize(8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:3479", "0.0.0.0:3479", "224.0.0.1:3479", "198.51.100.2:53"})
  void aServerDoesNotAimUsAtWhatItNames(String other) {
    String[] parts = other.split(":");
    InetSocketAddress named = at(parts[0], Integer.parseInt(parts[1]));
    world.servers.put("198.51.100.1", Optional.of(named));
    NatReport report = check(SERVER);
    assertThat(report.filtering()).isEqualTo(NatBehavior.UNKNOWN);
    assertThat(world.sent).noneMatch(s -> s.to().equals(named) || s.to().getPort() == 53);
  }

  @Test
  void aServerThatKeepsNamingOthersStopsCountingAsFresh() {
    NatBehavior last = NatBehavior.UNKNOWN;
    for (int i = 0; i <= Netcheck.MAX_REMEMBERED; i++) {
      String other = "198.18." + i / 250 + "." + (1 + i % 250);
      world.server("198.51.100.1", other);
      world.outside = "203.0." + i / 250 + "." + (1 + i % 250);
      last = check(SERVER).filtering();
      if (i == 0) {
        assertThat(last).isEqualTo(NatBehavior.ENDPOINT_INDEPENDENT);
      }
    }
    assertThat(last).isEqualTo(NatBehavior.UNKNOWN);
  }
}
