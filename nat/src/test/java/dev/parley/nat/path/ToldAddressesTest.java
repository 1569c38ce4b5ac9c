package dev.parley.nat.path;

import static dev.parley.nat.path.SimulatedPaths.MS;
import static dev.parley.nat.path.SimulatedPaths.direct;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A peer says where it is, and then something else. */
class ToldAddressesTest {
  private final SimulatedPaths net = new SimulatedPaths(1);

  @Test
  void whatIsToldNoLongerAndDoesNotAnswerIsForgotten() {
    net.wires.computeIfAbsent(direct(1), a -> new SimulatedPaths.Wire());
    net.wires.computeIfAbsent(direct(2), a -> new SimulatedPaths.Wire()).up = false;
    net.table.startProbing(net.now);
    net.table.told(List.of(direct(1), direct(2)), net.now);
    net.run(5_000 * MS);

    net.table.told(List.of(direct(3)), net.now);

    assertThat(net.table.paths())
        .extracting(path -> path.address)
        .containsExactly(direct(1), direct(3));
  }

  @Test
  void whatWasNotToldIsNotForgotten() {
    net.wires.computeIfAbsent(direct(1), a -> new SimulatedPaths.Wire()).up = false;
    net.table.add(direct(1), net.now);
    net.table.startProbing(net.now);
    net.run(5_000 * MS);

    net.table.told(List.of(direct(3)), net.now);

    assertThat(net.table.find(direct(1))).isPresent();
  }

  @Test
  void anotherPortOfAHostIsCheckedAtOnceAndThenAsSeldomAsTheOneBefore() {
    net.table.startProbing(net.now);
    for (int port = 1; port <= 100; port++) {
      InetSocketAddress address = new InetSocketAddress("192.0.2.1", 20_000 + port);
      net.wires.computeIfAbsent(new PathAddress.DirectUdp(address), a -> new SimulatedPaths.Wire())
              .up =
          false;
      int before = net.probes.size();
      net.table.told(List.of(new PathAddress.DirectUdp(address)), net.now);
      net.run(60_000 * MS);
      assertThat(net.probes.size()).isGreaterThan(before);
      assertThat(net.table.paths()).hasSize(1);
    }
    // One round each, and those of the first minutes.
    assertThat(net.probes.size()).isBetween(500, 500 + 8 * ProbeSchedule.CHECKS_PER_ROUND);
  }
}
