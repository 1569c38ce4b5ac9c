package dev.parley.nat.candidate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.common.net.InetAddresses;
import dev.parley.nat.candidate.HostCandidates.Local;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostCandidatesTest {
  private static final InetSocketAddress ANY = new InetSocketAddress("0.0.0.0", 4433);
  private static final Local LOOPBACK = local("lo", "127.0.0.1");

  static Stream<Arguments> machines() {
    return Stream.of(
        arguments("one network", List.of(LOOPBACK, local("eth0", "192.0.2.5")), "192.0.2.5"),
        arguments(
            "both families",
            List.of(local("eth0", "192.0.2.5"), local("eth0", "2001:db8::5")),
            "192.0.2.5 2001:db8:0:0:0:0:0:5"),
        arguments(
            "nothing but loopback",
            List.of(LOOPBACK, local("lo", "::1")),
            "127.0.0.1 0:0:0:0:0:0:0:1"),
        arguments(
            "link-local",
            List.of(LOOPBACK, local("eth0", "169.254.3.4"), local("eth0", "fe80::5")),
            "127.0.0.1"),
        arguments(
            "containers",
            List.of(
                local("eth0", "192.0.2.5"),
                local("docker0", "172.17.0.1"),
                local("br-1f2e", "172.18.0.1"),
                local("veth12", "172.19.0.1")),
            "192.0.2.5"),
        arguments(
            "an address on two interfaces",
            List.of(local("eth0", "192.0.2.5"), local("eth1", "192.0.2.5")),
            "192.0.2.5"),
        arguments("no interface", List.of(), ""));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("machines")
  void peersAreToldTheAddressesAtWhichTheyMayReachUs(
      String name, List<Local> interfaces, String told) {
    assertThat(
            HostCandidates.of(interfaces, ANY).stream().map(a -> a.getAddress().getHostAddress()))
        .containsExactly(told.isEmpty() ? new String[0] : told.split(" "));
    assertThat(HostCandidates.of(interfaces, ANY)).allMatch(a -> a.getPort() == 4433);
  }

  @Test
  void whatWasBoundOnPurposeIsToldAlone() {
    InetSocketAddress bound = new InetSocketAddress("127.0.0.1", 4433);
    assertThat(HostCandidates.of(List.of(local("eth0", "192.0.2.5")), bound))
        .containsExactly(bound);
  }

  @Test
  void thisMachineHasInterfacesWhoseAddressesHaveNoScope() throws SocketException {
    assertThat(HostCandidates.interfaces())
        .isNotEmpty()
        .allMatch(
            local ->
                local.address().isLinkLocalAddress()
                    || !local.address().getHostAddress().contains("%"));
  }

  private static Local local(String name, String ip) {
    return new Local(name, InetAddresses.forString(ip));
  }
}
