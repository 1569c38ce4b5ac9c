package dev.parley.nat.candidate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteCandidatesTest {
  private static final List<InetSocketAddress> ELSEWHERE =
      List.of(new InetSocketAddress("192.168.1.5", 4433));
  private static final List<InetSocketAddress> SAME_MACHINE =
      List.of(new InetSocketAddress("127.0.0.1", 4433));

  @ParameterizedTest
  @CsvSource({
    "198.51.100.7, 4433, true",
    "10.1.2.3, 1024, true",
    "2001:db8::7, 65535, true",
    "198.51.100.7, 443, true",
    "198.51.100.7, 1023, false",
    "198.51.100.7, 53, false",
    "198.51.100.7, 0, false",
    "198.51.100.7, 1900, false",
    "198.51.100.7, 5353, false",
    "198.51.100.7, 11211, false",
    "0.0.0.0, 4433, false",
    "0.1.2.3, 4433, false",
    "::, 4433, false",
    "224.0.0.251, 4433, false",
    "239.255.255.250, 4433, false",
    "240.0.0.1, 4433, false",
    "255.255.255.255, 4433, false",
    "ff02::1, 4433, false",
    "169.254.169.254, 4433, false",
    "fe80::1, 4433, false",
    "127.0.0.1, 4433, false",
    "127.9.9.9, 4433, false",
    "::1, 4433, false",
    "::ffff:127.0.0.1, 4433, false",
    "::ffff:224.0.0.1, 4433, false",
    "::ffff:198.51.100.7, 4433, true",
    "192.168.1.5, 4433, false",
    "192.168.1.5, 4434, true"
  })
  void whatAPeerTellsIsTriedOnlyIfItCanBeAPeer(String ip, int port, boolean tried) {
    InetSocketAddress told = new InetSocketAddress(ip, port);
    assertThat(RemoteCandidates.vet(List.of(told), ELSEWHERE)).hasSize(tried ? 1 : 0);
  }

  @Test
  void anIpv4AddressInTheFormOfIpv6IsSeenForWhatItIs() throws UnknownHostException {
    byte[] mapped = HexFormat.of().parseHex("00000000000000000000ffff7f000001");
    InetSocketAddress told = new InetSocketAddress(InetAddress.getByAddress(mapped), 4500);
    assertThat(RemoteCandidates.vet(List.of(told), ELSEWHERE)).isEmpty();
    assertThat(RemoteCandidates.vet(List.of(told), SAME_MACHINE)).hasSize(1);
  }

  @Test
  void loopbackIsTriedWhenWeAreOnLoopbackToo() {
    InetSocketAddress told = new InetSocketAddress("127.0.0.1", 5000);
    assertThat(RemoteCandidates.vet(List.of(told), SAME_MACHINE)).containsExactly(told);
    assertThat(RemoteCandidates.vet(SAME_MACHINE, SAME_MACHINE)).isEmpty();
  }

  @Test
  void aLinkLocalAddressIsTriedWhereItWasHeardAndLoopbackNever() {
    InetSocketAddress near = new InetSocketAddress("fe80::7", 4433);
    InetSocketAddress loopback = new InetSocketAddress("127.0.0.1", 5000);
    InetSocketAddress group = new InetSocketAddress("ff02::fb", 5000);
    assertThat(RemoteCandidates.vetOnLink(List.of(near, loopback, group), SAME_MACHINE))
        .containsExactly(near);
    assertThat(RemoteCandidates.vet(List.of(near), SAME_MACHINE)).isEmpty();
  }

  @Test
  void aNameIsNeverLookedUp() {
    InetSocketAddress told = InetSocketAddress.createUnresolved("peer.example", 4433);
    assertThat(RemoteCandidates.vet(List.of(told), ELSEWHERE)).isEmpty();
  }

  @Test
  void soManyAreTriedAndEachOnce() {
    List<InetSocketAddress> told = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      told.add(new InetSocketAddress("198.51.100.7", 5000 + i / 2));
    }
    assertThat(RemoteCandidates.vet(told, ELSEWHERE))
        .hasSize(RemoteCandidates.MAX)
        .doesNotHaveDuplicates();
  }
}
