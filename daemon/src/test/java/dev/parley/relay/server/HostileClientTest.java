package dev.parley.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.relay.RelayWire;
import dev.parley.relay.TestRelays;
import dev.parley.relay.v1.Answer;
import dev.parley.relay.v1.ClientFrame;
import dev.parley.relay.v1.GoAway;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whatever a stranger sends, the relay counts it, ends the connection and goes on. */
final class HostileClientTest {
  private final Identity alice = ThrowawayIdentity.create();
  private RelayServer relay;

  @BeforeEach
  void start() throws Exception {
    relay = startWith(new Tls.Off());
  }

  @AfterEach
  void stop() {
    relay.close();
  }

  private static RelayServer startWith(Tls tls) throws Exception {
    return RelayServer.start(
        ThrowawayIdentity.create(),
        TestRelays.config(tls, Limits.DEFAULT),
        RelayCore.Timing.DEFAULT,
        Ticker.systemTicker());
  }

  private RawClient client() throws IOException {
    return new RawClient(relay.address());
  }

  private void refused(String word) {
    Awaitility.await().until(() -> relay.stats().refused(word) > 0);
    Awaitility.await().until(() -> relay.stats().handshakes() == 0);
  }

  @Test
  void randomBytesInPlaceOfTlsEndTheConnection() throws Exception {
    relay.close();
    relay = startWith(new Tls.SelfSigned());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      try (RawClient client = client()) {
        byte[] noise = new byte[200];
        random.nextBytes(noise);
        noise[0] = 0; // no TLS record begins so
        client.write(noise);
        assertThat(client.isClosedByRelay()).as("seed %d", seed).isTrue();
      }
    }
    refused("tls-failed");
  }

  @Test
  void randomBytesInPlaceOfHttpEndTheConnection() throws Exception {
    try (RawClient client = client()) {
      client.write("\u0001\u0002\u0003 \r\n\r\n");
      assertThat(client.readAll()).startsWith("HTTP/1.1 400");
    }
    refused("plain-http");
  }

  @Test
  void ordinaryHttpGetsAShortAnswer() throws Exception {
    assertThat(http("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 200")
        .endsWith("\r\n\r\nparley relay\n");
    assertThat(http("GET /favicon.ico HTTP/1.1\r\nHost: x\r\n\r\n")).startsWith("HTTP/1.1 404");
    assertThat(http("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"))
        .startsWith("HTTP/1.1 404");
    assertThat(http("GET /parley HTTP/1.1\r\nHost: x\r\n\r\n"))
        .startsWith("HTTP/1.1 426")
        .containsIgnoringCase("sec-websocket-version: 13");
    refused("plain-http");
  }

  @Test
  void oversizedHttpIsCutOff() throws Exception {
    assertThat(http("GET /" + "a".repeat(2_000) + " HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 4");
    assertThat(http("GET / HTTP/1.1\r\nX: " + "a".repeat(10_000) + "\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
    assertThat(http("POST / HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n")).isEmpty();
    refused("protocol-error");
  }

  private String http(String request) throws IOException {
    try (RawClient client = client()) {
      client.write(request);
      return client.readAll();
    }
  }

  @Test
  void aTextMessageEndsTheConnection() throws Exception {
    endsWith(client -> client.send(RawClient.TEXT, new byte[] {'h', 'i'}), "protocol-error");
  }

  @Test
  void aMessageInFragmentsEndsTheConnection() throws Exception {
    endsWith(
        client -> client.write(RawClient.frame(RawClient.BINARY, new byte[4], true)),
        "protocol-error");
  }

  @Test
  void aFrameWithoutAMaskEndsTheConnection() throws Exception {
    endsWith(
        client -> client.write(RawClient.frame(0x80 | RawClient.BINARY, new byte[4], false)),
        "protocol-error");
  }

  @Test
  void anUnknownOrEmptyMessageEndsTheConnection() throws Exception {
    endsWith(client -> client.send(RawClient.BINARY, new byte[] {0x7f}), "protocol-error");
    endsWith(client -> client.send(RawClient.BINARY, new byte[0]), "protocol-error");
    endsWith(
        client -> client.send(RawClient.BINARY, new byte[] {RelayWire.SEND, 1, 2}),
        "protocol-error");
    byte[] noProtobuf = new byte[100];
    Arrays.fill(noProtobuf, (byte) 0xff);
    noProtobuf[0] = RelayWire.CONTROL;
    endsWith(client -> client.send(RawClient.BINARY, noProtobuf), "protocol-error");
  }

  @Test
  void aFrameOverTheLimitEndsTheConnectionBeforeItsBytesAreTaken() throws Exception {
    // Only the header: 2^40 bytes are announced and none sent.
    endsWith(
        client ->
            client.write(new byte[] {(byte) 0x82, (byte) 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4}),
        "frame-too-large");
    endsWith(
        client -> client.send(RawClient.BINARY, RawClient.datagram(alice, 1_501)),
        "frame-too-large");
  }

  /** What is done after authenticating is answered by a last word and the end. */
  private void endsWith(Deed deed, String word) throws Exception {
    long before = relay.stats().refused(word);
    try (RawClient client = client()) {
      client.upgrade().authenticate(alice);
      deed.to(client);
      assertThat(client.readGoAway().map(GoAway::getReason)).contains(GoAway.Reason.PROTOCOL_ERROR);
    }
    assertThat(relay.stats().refused(word)).isGreaterThan(before);
    Awaitility.await().until(() -> relay.stats().clients() == 0);
  }

  private interface Deed {
    void to(RawClient client) throws IOException;
  }

  @Test
  void aWrongSignatureIsRefused() throws Exception {
    try (RawClient client = client()) {
      client.upgrade();
      Answer.Builder answer = client.answer(alice);
      // A key that it does not have.
      answer.setPeerId(ThrowawayIdentity.create().id().key());
      client.sendControl(ClientFrame.newBuilder().setAnswer(answer));
      assertThat(client.readGoAway().map(GoAway::getReason)).contains(GoAway.Reason.BAD_SIGNATURE);
    }
    refused("bad-signature");
    assertThat(relay.stats().clients()).isZero();
  }

  @Test
  void aKeyThatIsNoPointOfTheCurveIsRefused() throws Exception {
    try (RawClient client = client()) {
      client.upgrade();
      byte[] noPoint = new byte[32];
      Arrays.fill(noPoint, (byte) 0xff);
      client.sendControl(
          ClientFrame.newBuilder()
              .setAnswer(client.answer(alice).setPeerId(ByteString.copyFrom(noPoint))));
      assertThat(client.readGoAway().map(GoAway::getReason)).contains(GoAway.Reason.BAD_SIGNATURE);
    }
    refused("bad-signature");
  }

  @Test
  void anAnswerReplayedOnAnotherConnectionIsRefused() throws Exception {
    try (RawClient first = client();
        RawClient second = client()) {
      Answer.Builder recorded = first.upgrade().answer(alice);
      second.upgrade().readControl();
      second.sendControl(ClientFrame.newBuilder().setAnswer(recorded));
      assertThat(second.readGoAway().map(GoAway::getReason)).contains(GoAway.Reason.BAD_SIGNATURE);
    }
  }

  @Test
  void anotherVersionIsToldWhichOneIsSpoken() throws Exception {
    try (RawClient client = client()) {
      client.upgrade();
      client.sendControl(ClientFrame.newBuilder().setAnswer(client.answer(alice).setVersion(2)));
      GoAway goAway = client.readGoAway().orElseThrow();
      assertThat(goAway.getReason()).isEqualTo(GoAway.Reason.UNSUPPORTED_VERSION);
      assertThat(goAway.getDetail()).contains("version 1");
    }
    refused("other-version");
  }

  @Test
  void nothingIsForwardedOrAnsweredBeforeTheKeyIsProved() throws Exception {
    try (RawClient client = client()) {
      client.upgrade().send(RawClient.BINARY, RawClient.datagram(alice, 10));
      assertThat(client.readGoAway().map(GoAway::getReason)).contains(GoAway.Reason.PROTOCOL_ERROR);
    }
    try (RawClient client = client()) {
      client.upgrade().ping(1);
      assertThat(client.readGoAway().map(GoAway::getReason)).contains(GoAway.Reason.PROTOCOL_ERROR);
    }
    assertThat(relay.stats().forwardedDatagrams()).isZero();
  }

  @Test
  void aSecondAnswerEndsTheConnection() throws Exception {
    endsWith(
        client ->
            client.sendControl(
                ClientFrame.newBuilder().setAnswer(Answer.newBuilder().setVersion(1))),
        "protocol-error");
  }

  @Test
  void webSocketPingsAndOurOwnAreAnswered() throws Exception {
    try (RawClient client = client()) {
      client.upgrade().authenticate(alice);
      client.send(RawClient.PING, new byte[] {7});
      RawClient.Frame pong = client.read();
      assertThat(pong.opcode()).isEqualTo(RawClient.PONG);
      assertThat(pong.payload()).containsExactly(7);
      client.ping(42);
      assertThat(client.readControl().getPong().getToken()).isEqualTo(42);
    }
  }

  @Test
  void aClientThatClosesPolitelyLeavesNothingBehind() throws Exception {
    try (RawClient client = client()) {
      client.upgrade().authenticate(alice);
      assertThat(relay.stats().clients()).isEqualTo(1);
      client.send(RawClient.CLOSE, new byte[] {3, (byte) 0xe8});
      assertThat(client.isClosedByRelay()).isTrue();
    }
    Awaitility.await().until(() -> relay.stats().clients() == 0);
  }

  @Test
  void behindAProxyOfOurOwnTheForwardedAddressIsBelieved() throws Exception {
    try (RawClient client = client()) {
      var welcome =
          client.upgrade("X-Forwarded-For: 203.0.113.9, 198.51.100.7\r\n").authenticate(alice);
      assertThat(welcome.getObservedIp().toByteArray())
          .isEqualTo(new byte[] {(byte) 198, 51, 100, 7});
      assertThat(welcome.getObservedPort()).isZero();
    }
  }
}
