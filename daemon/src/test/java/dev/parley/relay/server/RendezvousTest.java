package dev.parley.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.relay.RelayWire;
import dev.parley.relay.TestRelays;
import dev.parley.relay.rendezvous.Slots;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.JoinSlot;
import dev.parley.relay.v1.OpenSlot;
import dev.parley.relay.v1.RendezvousEvent;
import dev.parley.relay.v1.RendezvousRequest;
import dev.parley.relay.v1.SlotEnded.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slots over real connections; their rules have a test of their own. */
final class RendezvousTest {
  private static final RendezvousRequest OPEN =
      RendezvousRequest.newBuilder().setOpen(OpenSlot.getDefaultInstance()).build();

  private final List<RawClient> clients = new ArrayList<>();
  private RelayServer relay;

  @BeforeEach
  void start() throws Exception {
    relay =
        RelayServer.start(
            ThrowawayIdentity.create(), TestRelays.config(new Tls.Off(), Limits.DEFAULT));
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    relay.close();
  }

  @Test
  void twoMeetAndTheSlotEndsWithTheFirstWhoGoes() throws Exception {
    RawClient host = client();
    say(host, OPEN);
    int slot = hear(host).getOpened().getSlot();
    RawClient guest = client();
    say(guest, join(slot));
    assertThat(hear(host).hasJoined()).isTrue();
    assertThat(hear(guest).hasJoined()).isTrue();
    ByteString largest = ByteString.copyFrom(new byte[Slots.MAX_FRAME_BYTES]);
    say(guest, RendezvousRequest.newBuilder().setFrame(largest).build());
    assertThat(hear(host).getFrame()).isEqualTo(largest);
    guest.close();
    assertThat(hear(host).getEnded().getReason()).isEqualTo(Reason.OTHER_LEFT);
  }

  @Test
  void guessesAreCountedAndLimited() throws Exception {
    List<Reason> told = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      RawClient guesser = client();
      say(guesser, join(1 + i));
      told.add(hear(guesser).getEnded().getReason());
    }
    assertThat(told.subList(0, 10)).containsOnly(Reason.NO_SUCH_SLOT);
    assertThat(told.subList(10, 12)).containsOnly(Reason.RATE_LIMITED);
    assertThat(relay.stats().refused("rendezvous-guess")).isEqualTo(10);
    assertThat(relay.stats().refused("rendezvous-rate")).isEqualTo(2);
  }

  @Test
  void whatIsNoMessageAboutASlotEndsTheConnection() throws Exception {
    for (int size : new int[] {40, RelayWire.MAX_RENDEZVOUS_BYTES}) {
      byte[] noise = new byte[1 + size];
      java.util.Arrays.fill(noise, (byte) 0xff);
      noise[0] = RelayWire.RENDEZVOUS;
      RawClient client = client();
      client.send(RawClient.BINARY, noise);
      assertThat(client.readGoAway().map(GoAway::getReason)).contains(GoAway.Reason.PROTOCOL_ERROR);
    }
  }

  @Test
  void beforeTheProofNothingIsTaken() throws Exception {
    RawClient client = new RawClient(relay.address());
    clients.add(client);
    client.upgrade();
    say(client, OPEN);
    assertThat(client.readGoAway()).isPresent();
  }

  private RawClient client() throws IOException {
    RawClient client = new RawClient(relay.address());
    clients.add(client);
    assertThat(client.upgrade().authenticate(ThrowawayIdentity.create()).getRendezvous()).isTrue();
    return client;
  }

  private static RendezvousRequest join(int slot) {
    return RendezvousRequest.newBuilder().setJoin(JoinSlot.newBuilder().setSlot(slot)).build();
  }

  private static void say(RawClient client, RendezvousRequest request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(RelayWire.RENDEZVOUS);
    request.writeTo(out);
    client.send(RawClient.BINARY, out.toByteArray());
  }

  private static RendezvousEvent hear(RawClient client) throws IOException {
    byte[] payload = client.read().payload();
    assertThat(payload[0]).isEqualTo(RelayWire.RENDEZVOUS);
    return RendezvousEvent.parseFrom(ByteBuffer.wrap(payload, 1, payload.length - 1));
  }
}
