package dev.parley.nat.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import com.google.common.net.InetAddresses;
import dev.parley.nat.candidate.HostCandidates.Local;
import dev.parley.nat.candidate.NetworkWatch.Change;
import dev.parley.nat.candidate.NetworkWatch.Network;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What counts as another network. */
class NetworkWatchTest {
  private static final Local WIFI = local("wlan0", "10.0.1.2");
  private static final Local CABLE = local("eth0", "10.0.2.2");
  private static final Network HOME = network(WIFI, WIFI, CABLE);

  private @Nullable Network machine = HOME;
  private final NetworkWatch watch = new NetworkWatch(this::see);

  private Network see() throws SocketException {
    if (machine == null) {
      throw new SocketException("no");
    }
    return machine;
  }

  private static Local local(String name, String address) {
    return new Local(name, InetAddresses.forString(address));
  }

  private static Network network(Local way, Local... interfaces) {
    return new Network(ImmutableSet.copyOf(interfaces), ImmutableSet.of(way.address()));
  }

  private Optional<Change> lookAt(@Nullable Network now) {
    machine = now;
    return watch.look();
  }

  @Test
  void theFirstLookFindsTheNetworkAndTheNextOnesNothing() {
    assertThat(watch.look()).map(Change::network).contains(HOME);
    assertThat(watch.look()).isEmpty();
    assertThat(lookAt(network(WIFI, CABLE, WIFI))).as("in another order").isEmpty();
  }

  @Test
  void anotherAddressIsAnotherNetwork() {
    watch.look();
    assertThat(lookAt(network(WIFI, WIFI)).orElseThrow().what())
        .isEqualTo("addresses [10.0.1.2, 10.0.2.2] → [10.0.1.2]");
  }

  @Test
  void theSameAddressesWithADefaultRouteThroughAnotherOneAreAnotherNetwork() {
    watch.look();
    assertThat(lookAt(network(CABLE, WIFI, CABLE)).orElseThrow().what())
        .isEqualTo("the default route from [10.0.1.2] → [10.0.2.2]");
    assertThat(watch.look()).isEmpty();
  }

  @Test
  void noDefaultRouteIsAnotherNetwork() {
    watch.look();
    assertThat(lookAt(new Network(HOME.interfaces(), ImmutableSet.of()))).isPresent();
  }

  @Test
  void containersThatComeAndGoChangeNothing() {
    watch.look();
    Network withContainer = network(WIFI, WIFI, CABLE, local("docker0", "172.17.0.1"));
    assertThat(lookAt(withContainer)).isEmpty();
    assertThat(lookAt(network(WIFI, WIFI, CABLE, local("eth0", "fe80::1")))).isEmpty();
  }

  @Test
  void aLookThatFailsIsNoChangeAndForgetsNothing() {
    watch.look();
    assertThat(lookAt(null)).isEmpty();
    assertThat(lookAt(HOME)).isEmpty();
  }

  @Test
  void anAddressThatIsGoneIsNoLongerThere() {
    assertThat(HOME.has(WIFI.address())).isTrue();
    assertThat(HOME.has(InetAddresses.forString("10.0.9.9"))).isFalse();
    assertThat(HOME.has(InetAddresses.forString("0.0.0.0"))).isTrue();
    assertThat(HOME.has(InetAddresses.forString("127.0.0.2"))).as("never listed").isTrue();
  }

  @Test
  void thisMachineCanBeLookedAtCheaply() throws Exception {
    Network network = NetworkWatch.system();
    assertThat(network.interfaces().stream().map(Local::address))
        .anyMatch(InetAddress::isLoopbackAddress);
    assertThat(network.ways()).hasSizeLessThanOrEqualTo(2);
    long begin = System.nanoTime();
    for (int i = 0; i < 200; i++) {
      assertThat(NetworkWatch.system().interfaces()).isNotEmpty();
    }
    System.out.printf(
        "a look at the network takes %d µs%n",
        TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - begin) / 200);
  }
}
