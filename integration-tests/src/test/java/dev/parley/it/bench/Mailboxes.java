package dev.parley.it.bench;

import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.mailbox.SizeClass;
import dev.parley.relay.client.RelayEnvironment;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.v1.AllowDeposits;
import dev.parley.relay.v1.Deposit;
import dev.parley.relay.v1.FetchLetters;
import dev.parley.relay.v1.Letter;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.RemoveLetters;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * What a relay's mailbox takes and gives: many clients at once, each within what a client may ask,
 * with letters of the smallest size. A letter is taken when it is on the relay's disk, and given
 * when its removal is.
 */
final class Mailboxes {
  private static final int OWNERS = 40;
  private static final int DEPOSITORS = 200;

  /** What a client may ask at once. */
  private static final int DEPOSITS_EACH = 40;

  private static final int LETTERS = DEPOSITORS * DEPOSITS_EACH;
  private static final int AT_ONCE = 4;
  private static final int MINUTES = 2;

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final SecureRandom random = new SecureRandom();
  private final RelayUrl url;
  private final ByteString sealed = bytes(SizeClass.SMALL.sealedBytes());

  private record Owner(Identity identity, ByteString token, MailClient client) {}

  private Mailboxes(RelayUrl url) {
    this.url = url;
  }

  static List<Measured> measure(Stage stage) throws Exception {
    RelayProcess relay =
        RelayProcess.start(
            stage
                .home("relay")
                .config(
                    "[relay.limits]\n"
                        + "max_new_connections_per_address_per_second = 1_000\n"
                        + "[relay.mailbox]\n"
                        + "requests_per_address_per_second = 1_000_000\n"),
            "127.0.0.1:0");
    Mailboxes clients = new Mailboxes(RelayUrl.parse(relay.url()));
    try {
      return clients.measure();
    } finally {
      clients.group.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  private List<Measured> measure() throws Exception {
    List<Owner> owners = new ArrayList<>();
    for (int i = 0; i < OWNERS; i++) {
      owners.add(owner());
    }
    List<MailClient> depositors = new ArrayList<>();
    for (int i = 0; i < DEPOSITORS; i++) {
      depositors.add(client(Identity.ephemeral(random)));
    }
    long start = System.nanoTime();
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < DEPOSITORS; i++) {
      for (int lane = 0; lane < AT_ONCE; lane++) {
        all.add(deposit(depositors.get(i), owners.get(i % OWNERS), DEPOSITS_EACH / AT_ONCE));
      }
    }
    await(all);
    double deposits = LETTERS * 1e9 / (System.nanoTime() - start);

    start = System.nanoTime();
    List<CompletableFuture<?>> collected = new ArrayList<>();
    owners.forEach(owner -> collected.add(collect(owner.client(), 0)));
    await(collected);
    double fetches = LETTERS * 1e9 / (System.nanoTime() - start);
    return List.of(
        Measured.without("letters left in a relay's mailboxes, by 200 clients", deposits, "/s"),
        Measured.without("letters fetched and removed, by 40 clients", fetches, "/s"));
  }

  private static void await(List<CompletableFuture<?>> all) throws Exception {
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).get(MINUTES, TimeUnit.MINUTES);
  }

  private Owner owner() throws Exception {
    Identity identity = Identity.ephemeral(random);
    ByteString token = bytes(CapabilityHash.TOKEN_BYTES);
    MailClient client = client(identity);
    ByteString hash = CapabilityHash.ofToken(token).orElseThrow().bytes();
    client
        .ask(
            MailRequest.newBuilder().setAllow(AllowDeposits.newBuilder().addCapabilityHashes(hash)))
        .get(MINUTES, TimeUnit.MINUTES);
    return new Owner(identity, token, client);
  }

  private MailClient client(Identity identity) throws Exception {
    return MailClient.connect(
        url, new RelayEnvironment(identity, loop, Runnable::run, random, Optional.empty()));
  }

  private CompletableFuture<?> deposit(MailClient client, Owner to, int count) {
    if (count == 0) {
      return CompletableFuture.completedFuture(null);
    }
    return client
        .ask(
            MailRequest.newBuilder()
                .setDeposit(
                    Deposit.newBuilder()
                        .setOwner(to.identity().id().key())
                        .setToken(to.token())
                        .setSealed(sealed)))
        .thenCompose(taken -> deposit(client, to, count - 1));
  }

  private CompletableFuture<?> collect(MailClient client, long after) {
    return client
        .ask(MailRequest.newBuilder().setFetch(FetchLetters.newBuilder().setAfter(after)))
        .thenCompose(page -> remove(client, page));
  }

  private CompletableFuture<?> remove(MailClient client, MailResponse page) {
    if (page.getLettersCount() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    List<Long> numbers = page.getLettersList().stream().map(Letter::getNumber).toList();
    return client
        .ask(MailRequest.newBuilder().setRemove(RemoveLetters.newBuilder().addAllNumbers(numbers)))
        .thenCompose(done -> collect(client, numbers.get(numbers.size() - 1)));
  }

  private ByteString bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return ByteString.copyFrom(bytes);
  }
}
