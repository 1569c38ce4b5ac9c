package dev.parley.nat.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NatClassifierTest {
  private static final InetAddress LOCAL = address("10.0.0.2:1").getAddress();

  @ParameterizedTest
  @CsvSource({
    // server=mapped, …
    "'', UNKNOWN",
    "1.1.1.1:1=9.9.9.9:1, UNKNOWN",
    "1.1.1.1:1=10.0.0.2:1, NONE",
    "1.1.1.1:1=10.0.0.2:1 2.2.2.2:1=10.0.0.2:1, NONE",
    "1.1.1.1:1=9.9.9.9:1 2.2.2.2:1=9.9.9.9:1, ENDPOINT_INDEPENDENT",
    "1.1.1.1:1=9.9.9.9:1 2.2.2.2:1=9.9.9.9:2, ADDRESS_AND_PORT_DEPENDENT",
    "1.1.1.1:1=9.9.9.9:1 2.2.2.2:1=9.9.9.8:1, ADDRESS_AND_PORT_DEPENDENT",
    "1.1.1.1:1=9.9.9.9:1 1.1.1.1:2=9.9.9.9:1, UNKNOWN",
    "1.1.1.1:1=9.9.9.9:1 1.1.1.1:2=9.9.9.9:2, ADDRESS_AND_PORT_DEPENDENT",
    "1.1.1.1:1=9.9.9.9:1 1.1.1.1:2=9.9.9.9:1 2.2.2.2:1=9.9.9.9:2, ADDRESS_DEPENDENT",
    "1.1.1.1:1=9.9.9.9:1 1.1.1.1:2=9.9.9.9:3 2.2.2.2:1=9.9.9.9:2, ADDRESS_AND_PORT_DEPENDENT",
    "1.1.1.1:1=9.9.9.9:1 1.1.1.1:2=9.9.9.9:1 2.2.2.2:1=9.9.9.9:1, ENDPOINT_INDEPENDENT",
    // one server within the network, and one outside
    "10.0.0.9:1=10.0.0.2:1 2.2.2.2:1=9.9.9.9:2, ADDRESS_AND_PORT_DEPENDENT"
  })
  void theMappingIsNamedByWhatItDependsOn(String seen, NatBehavior expected) {
    List<Observation> observations =
        Arrays.stream(seen.split(" "))
            .filter(pair -> !pair.isEmpty())
            .map(pair -> pair.split("="))
            .map(pair -> new Observation(address(pair[0]), address(pair[1])))
            .toList();
    assertThat(NatClassifier.mapping(observations, List.of(LOCAL))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "true, true, ENDPOINT_INDEPENDENT",
    "true, false, ENDPOINT_INDEPENDENT",
    "false, true, ADDRESS_DEPENDENT",
    "false, false, ADDRESS_AND_PORT_DEPENDENT"
  })
  void theFilterIsNamedByWhatItLetsThrough(
      boolean fromOtherAddress, boolean fromOtherPort, NatBehavior expected) {
    assertThat(NatClassifier.filtering(fromOtherAddress, fromOtherPort)).isEqualTo(expected);
  }

  private static InetSocketAddress address(String text) {
    String[] parts = text.split(":");
    return new InetSocketAddress(parts[0], Integer.parseInt(parts[1]));
  }
}
