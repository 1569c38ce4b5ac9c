package dev.parley.relay.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Ticker;
import dev.parley.config.RelayConfig.Limits;
import dev.parley.config.RelayConfig.MailboxLimits;
import dev.parley.config.RelayConfig.Tls;
import dev.parley.identity.Identity;
import dev.parley.identity.ThrowawayIdentity;
import dev.parley.relay.MailFragments;
import dev.parley.relay.RelayWire;
import dev.parley.relay.TestRelays;
import dev.parley.relay.mailbox.Mailroom;
import dev.parley.relay.v1.FetchLetters;
import dev.parley.relay.v1.GoAway;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.MailResponse.Status;
import dev.parley.relay.v1.TakePrekeys;
import dev.parley.store.MailDatabase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients may ask about mail, and how often. The clock stands still. */
final class MailLimitsTest {
  private static final int PER_ADDRESS = MailboxLimits.DEFAULT.requestsPerAddressPerSecond();

  @TempDir Path directory;

  private final Identity bob = ThrowawayIdentity.create();
  private final AtomicLong nanos = new AtomicLong();
  private final List<RawClient> clients = new ArrayList<>();
  private MailDatabase database;
  private RelayServer relay;

  @BeforeEach
  void start() throws Exception {
    database = MailDatabase.open(directory.resolve("mailbox.db"), Clock.systemUTC());
    Mailroom mailroom = new Mailroom(database.mail(), MailboxLimits.DEFAULT, Clock.systemUTC());
    relay = start(Optional.of(mailroom));
  }

  private RelayServer start(Optional<Mailroom> mailroom) throws Exception {
    return RelayServer.start(
        ThrowawayIdentity.create(),
        TestRelays.config(new Tls.Off(), Limits.DEFAULT),
        RelayCore.Timing.DEFAULT,
        new Ticker() {
          @Override
          public long read() {
            return nanos.get();
          }
        },
        mailroom);
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    relay.close();
    database.close();
  }

  @Test
  void requestsOfAClientAreLimitedPerSecond() throws Exception {
    RawClient client = client(bob);
    for (int i = 0; i < MailDesk.REQUEST_BURST; i++) {
      assertThat(ask(client, fetch())).isEqualTo(Status.OK);
    }
    assertThat(ask(client, fetch())).isEqualTo(Status.RATE_LIMITED);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
    assertThat(ask(client, fetch())).isEqualTo(Status.OK);
    assertThat(relay.stats().refused("mail-rate")).isEqualTo(1);
  }

  @Test
  void depositorsOfAnAddressAreLimitedWhateverTheirKeys() throws Exception {
    MailRequest take =
        MailRequest.newBuilder()
            .setTakePrekeys(
                TakePrekeys.newBuilder()
                    .setOwner(bob.id().key())
                    .setToken(com.google.protobuf.ByteString.copyFrom(new byte[32])))
            .build();
    for (int asked = 0; asked < PER_ADDRESS * MailRates.BURST_SECONDS; ) {
      RawClient client = client(ThrowawayIdentity.create());
      for (int i = 0; i < MailDesk.REQUEST_BURST; i++, asked++) {
        assertThat(ask(client, take)).isEqualTo(Status.NOT_ALLOWED);
      }
    }
    assertThat(ask(client(ThrowawayIdentity.create()), take)).isEqualTo(Status.RATE_LIMITED);
  }

  @Test
  void theAddressesThatAreRememberedAreLimited() throws Exception {
    MailRates rates = new MailRates(PER_ADDRESS, Ticker.systemTicker());
    for (int i = 0; i < 2 * MailRates.MAX_ADDRESSES; i++) {
      byte[] address = {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i};
      assertThat(rates.mayAsk(InetAddress.getByAddress(address))).isTrue();
    }
    assertThat(rates.remembered()).isBetween(1L, (long) MailRates.MAX_ADDRESSES);
  }

  @Test
  void aRequestThatNeverEndsIsCutOffAtItsLargestSize() throws Exception {
    RawClient client = client(bob);
    byte[] fragment = fragment(0, RelayWire.MAX_CONTROL_BYTES - 2);
    for (int sent = 0; sent <= MailFragments.MAX_BYTES; sent += fragment.length - 2) {
      client.send(RawClient.BINARY, fragment);
    }
    assertThat(client.readGoAway())
        .hasValueSatisfying(
            word -> assertThat(word.getReason()).isEqualTo(GoAway.Reason.PROTOCOL_ERROR));
  }

  @Test
  void aRequestThatIsNotFinishedInTimeEndsTheConnection() throws Exception {
    RawClient client = client(bob);
    client.send(RawClient.BINARY, fragment(0, 100));
    client.ping(1);
    assertThat(client.readControl().getPong().getToken()).isEqualTo(1);
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(16));
    client.ping(2);
    assertThat(client.readGoAway()).isPresent();
  }

  @Test
  void unfinishedRequestsOfAllClientsTogetherHaveAMostMemory() throws Exception {
    RelayCore core =
        new RelayCore(bob, Limits.DEFAULT, false, RelayCore.Timing.DEFAULT, Ticker.systemTicker());
    InetAddress here = InetAddress.getLoopbackAddress();
    byte[] fragment = fragment(0, 1_000);
    MailDesk.Replies nobody =
        new MailDesk.Replies() {
          @Override
          public boolean isReady() {
            return true;
          }

          @Override
          public void reply(MailResponse response) {}
        };
    Mailroom mailroom = new Mailroom(database.mail(), MailboxLimits.DEFAULT, Clock.systemUTC());
    try (MailService service =
        new MailService(mailroom, core.directory, new MailRates(PER_ADDRESS, core.ticker))) {
      List<MailDesk> desks = new ArrayList<>();
      boolean taken = true;
      while (taken && desks.size() < 20_000) {
        MailDesk desk = new MailDesk(core, service, RawClient.key(bob), here, nobody);
        desks.add(desk);
        taken = desk.onFragment(Unpooled.wrappedBuffer(fragment).skipBytes(1));
      }
      assertThat(desks).hasSize((int) (RelayCore.MAX_MAIL_BYTES / 1_000) + 1);
      desks.forEach(MailDesk::close);
      assertThat(core.mailBytes).hasValue(0);
    }
  }

  @Test
  void whatIsNoRequestEndsTheConnection() throws Exception {
    for (byte[] bad :
        List.of(
            new byte[] {RelayWire.MAIL},
            fragment(0, 0),
            fragment(2, 10),
            new byte[] {RelayWire.MAIL, 1, (byte) 0xff, (byte) 0xff})) {
      RawClient client = client(ThrowawayIdentity.create());
      client.send(RawClient.BINARY, bad);
      assertThat(client.readGoAway()).as(Arrays.toString(bad)).isPresent();
    }
  }

  @Test
  void beforeTheProofNothingIsTaken() throws Exception {
    RawClient client = new RawClient(relay.address());
    clients.add(client);
    client.upgrade();
    client.send(RawClient.BINARY, fragment(1, 0));
    assertThat(client.readGoAway()).isPresent();
  }

  @Test
  void aRelayThatKeepsNoMailTakesNoMessagesAboutIt() throws Exception {
    relay.close();
    relay = start(Optional.empty());
    RawClient client = new RawClient(relay.address());
    clients.add(client);
    assertThat(client.upgrade().authenticate(bob).getMailLifetimeSeconds()).isZero();
    client.send(RawClient.BINARY, fragment(1, 0));
    assertThat(client.readGoAway()).isPresent();
  }

  private RawClient client(Identity identity) throws IOException {
    RawClient client = new RawClient(relay.address());
    clients.add(client);
    client.upgrade().authenticate(identity);
    return client;
  }

  private static MailRequest fetch() {
    return MailRequest.newBuilder().setFetch(FetchLetters.getDefaultInstance()).build();
  }

  private static Status ask(RawClient client, MailRequest request) throws IOException {
    for (ByteBuf fragment :
        MailFragments.cut(UnpooledByteBufAllocator.DEFAULT, request).orElseThrow()) {
      client.send(RawClient.BINARY, ByteBufUtil.getBytes(fragment));
      fragment.release();
    }
    MailFragments answer = new MailFragments();
    while (true) {
      ByteBuf fragment = Unpooled.wrappedBuffer(client.read().payload());
      assertThat(fragment.readByte()).isEqualTo(RelayWire.MAIL);
      if (answer.add(fragment) instanceof MailFragments.Step.Whole whole) {
        return MailResponse.parseFrom(whole.message()).getStatus();
      }
    }
  }

  private static byte[] fragment(int last, int bytes) {
    byte[] fragment = new byte[2 + bytes];
    fragment[0] = RelayWire.MAIL;
    fragment[1] = (byte) last;
    return fragment;
  }
}
