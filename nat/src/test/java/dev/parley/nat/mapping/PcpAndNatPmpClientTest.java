package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

final class PcpAndNatPmpClientTest {
  private static final Duration HOURS = Duration.ofHours(2);
  private static final int PORT = 4_000;

  private final FakeGateway fake = new FakeGateway();
  private final AtomicLong nanos = new AtomicLong();

  @AfterEach
  void close() throws IOException {
    fake.close();
  }

  private MappingClient client(Protocol protocol) {
    return client(protocol, MappedTransport.UDP);
  }

  private MappingClient client(Protocol protocol, MappedTransport transport) {
    EpochWatch epoch = new EpochWatch(nanos::get);
    return protocol == Protocol.PCP
        ? new PcpClient(fake.gateway(), transport, PORT, new byte[PcpCodec.NONCE_BYTES], epoch)
        : new NatPmpClient(fake.gateway(), transport, PORT, epoch);
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void whatTheGatewayGrantsIsTheMapping(Protocol protocol) throws IOException {
    fake.onPcp = request -> FakeGateway.grant(request, "203.0.113.7", 100, 600);

    Grant grant = client(protocol).map(PORT, HOURS);

    assertThat(grant.external()).isEqualTo(new InetSocketAddress("203.0.113.7", PORT));
    assertThat(grant.lifetime()).isEqualTo(Duration.ofMinutes(10));
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void aGatewayWhoseClockBeginsAnewHasLostTheMapping(Protocol protocol) throws IOException {
    AtomicLong epoch = new AtomicLong(5_000);
    fake.onPcp = request -> FakeGateway.grant(request, "203.0.113.7", epoch.get(), 600);
    MappingClient client = client(protocol);
    client.map(PORT, HOURS);

    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    epoch.addAndGet(60);
    assertThat(client.stillThere()).isTrue();
    nanos.addAndGet(Duration.ofSeconds(60).toNanos());
    epoch.set(3);
    assertThat(client.stillThere()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void aPortOfTcpIsAskedForAsSuch(Protocol protocol) throws IOException {
    fake.onPcp = request -> FakeGateway.grant(request, "203.0.113.7", 100, 600);

    Grant grant = client(protocol, MappedTransport.TCP).map(PORT, HOURS);

    assertThat(grant.external()).isEqualTo(new InetSocketAddress("203.0.113.7", PORT));
    byte[] last = fake.asked.get(fake.asked.size() - 1);
    // RFC 6887 §11.1: protocol 6; RFC 6886 §3.3: opcode 2.
    assertThat(protocol == Protocol.PCP ? last[36] : last[1])
        .isEqualTo((byte) (protocol == Protocol.PCP ? 6 : 2));
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void aReleaseAsksForALifeOfZero(Protocol protocol) throws IOException {
    fake.onPcp = request -> FakeGateway.grant(request, "203.0.113.7", 100, 600);

    client(protocol).release();

    byte[] last = fake.asked.get(fake.asked.size() - 1);
    assertThat(ByteBuffer.wrap(last).getInt(protocol == Protocol.PCP ? 4 : 8)).isZero();
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void aRefusalIsNoMappingAndIsNotAskedAgain(Protocol protocol) {
    fake.onPcp =
        request -> {
          byte[] answer = FakeGateway.grant(request, "203.0.113.7", 100, 600).get(0);
          answer[3] = 2;
          return List.of(answer);
        };

    assertThatThrownBy(() -> client(protocol).map(PORT, HOURS))
        .isInstanceOf(MappingException.class)
        .hasMessageContaining("not authorized");
    assertThat(fake.asked).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void aSilentGatewayIsAskedFourTimes(Protocol protocol) {
    assertThatThrownBy(() -> client(protocol).map(PORT, HOURS))
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(MappingException.class);
    assertThat(fake.asked).hasSize(4);
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void aSlowGatewayIsAskedAgainAndHeard(Protocol protocol) throws IOException {
    fake.onPcp =
        request ->
            fake.asked.size() < 2 ? List.of() : FakeGateway.grant(request, "203.0.113.7", 100, 600);

    assertThat(client(protocol).map(PORT, HOURS).external().getPort()).isEqualTo(PORT);
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void whatIsNoAnswerToTheQuestionIsPassedOver(Protocol protocol) throws IOException {
    fake.onPcp =
        request -> {
          byte[] good = FakeGateway.grant(request, "203.0.113.7", 100, 600).get(0);
          byte[] otherPort = good.clone();
          otherPort[protocol == Protocol.PCP ? 41 : 9] ^= 1;
          byte[] notAResponse = good.clone();
          notAResponse[1] &= 0x7f;
          return Stream.of(
                  new byte[0],
                  new byte[] {2},
                  new byte[2_000],
                  notAResponse,
                  request.length > 2 ? otherPort : new byte[7],
                  good)
              .toList();
        };

    assertThat(client(protocol).map(PORT, HOURS).external())
        .isEqualTo(new InetSocketAddress("203.0.113.7", PORT));
  }

  @ParameterizedTest
  @EnumSource(value = Protocol.class, mode = Mode.EXCLUDE, names = "UPNP")
  void anAddressWhereNobodyCanBeIsALie(Protocol protocol) {
    for (String lie : List.of("0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255")) {
      fake.onPcp = request -> FakeGateway.grant(request, lie, 100, 600);
      assertThatThrownBy(() -> client(protocol).map(PORT, HOURS))
          .as(lie)
          .isInstanceOf(MappingException.class);
    }
  }

  @Test
  void pcpTakesNoAnswerWithAnotherNonce() {
    fake.onPcp =
        request -> {
          byte[] answer = FakeGateway.grant(request, "203.0.113.7", 100, 600).get(0);
          answer[24] ^= 1;
          return List.of(answer);
        };

    assertThatThrownBy(() -> client(Protocol.PCP).map(PORT, HOURS))
        .isNotInstanceOf(MappingException.class);
  }

  @Test
  void pcpGivesUpAtOnceOnAGatewayOfNatPmp() {
    fake.onPcp = request -> List.of(new byte[] {0, (byte) 128, 0, 1, 0, 0, 0, 0});

    assertThatThrownBy(() -> client(Protocol.PCP).map(PORT, HOURS))
        .hasMessageContaining("speaks NAT-PMP");
  }

  @Test
  void aFloodOfStrayAnswersEndsTheExchange() {
    fake.onPcp = request -> java.util.Collections.nCopies(100, new byte[8]);

    assertThatThrownBy(() -> client(Protocol.PCP).map(PORT, HOURS)).isInstanceOf(IOException.class);
  }
}
