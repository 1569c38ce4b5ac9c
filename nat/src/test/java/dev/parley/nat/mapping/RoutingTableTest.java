package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RoutingTableTest {
  private static final String HEADING =
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT";

  @Test
  void theDefaultRouteOfTheLowestMetricIsTaken() throws Exception {
    List<String> table =
        List.of(
            HEADING,
            "wlan0\t00000000\t0100000A\t0003\t0\t0\t600\t00000000\t0\t0\t0",
            "eth0\t00000000\t0101A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0",
            "eth0\t0001A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0");

    assertThat(RoutingTable.ipv4(table))
        .contains(new RoutingTable.Default("eth0", InetAddress.getByName("192.168.1.1"), 100));
  }

  @Test
  void aRouteThatIsDownOrWithoutGatewayIsNone() {
    assertThat(
            RoutingTable.ipv4(
                List.of(
                    HEADING,
                    "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000\t0\t0\t0",
                    "eth0\t00000000\t0101A8C0\t0002\t0\t0\t0\t00000000\t0\t0\t0")))
        .isEmpty();
    assertThat(RoutingTable.ipv4(List.of(HEADING))).isEmpty();
    assertThat(RoutingTable.ipv4(List.of())).isEmpty();
  }

  @Test
  void theDefaultRouteOfIpv6IsNotTheUnreachableOne() throws Exception {
    String zero = "00000000000000000000000000000000";
    List<String> table =
        List.of(
            zero
                + " 00 "
                + zero
                + " 00 fe800000000000000000000000000001 00000400 1 0 00000003 eth0",
            zero + " 00 " + zero + " 00 " + zero + " ffffffff 1 0 00200200 lo");

    assertThat(RoutingTable.ipv6(table))
        .contains(new RoutingTable.Default("eth0", InetAddress.getByName("fe80::1"), 1_024));
  }
}
