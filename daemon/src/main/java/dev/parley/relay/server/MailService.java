package dev.parley.relay.server;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.Mailroom;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The mailboxes of a relay, as its connections use them. Thread-safe.
 *
 * <p>Requests are judged on a thread of their own, since checking 32 signatures takes milliseconds
 * that datagrams must not wait for.
 */
final class MailService implements AutoCloseable {
  /** Requests that wait for the thread; a few hundred kilobytes each at most. */
  static final int MAX_QUEUED = 256;

  private static final int PURGE_MINUTES = 60;

  private final Mailroom mailroom;
  private final Directory directory;
  private final MailRates rates;
  private final ThreadPoolExecutor thread;

  MailService(Mailroom mailroom, Directory directory, MailRates rates) {
    this.mailroom = mailroom;
    this.directory = directory;
    this.rates = rates;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MAX_QUEUED),
            new ThreadFactoryBuilder().setDaemon(true).setNameFormat("parley-mail").build());
  }

  MailRates rates() {
    return rates;
  }

  long lifetimeSeconds() {
    return mailroom.lifetime().toSeconds();
  }

  /** Removes what is over, now and every hour. */
  void start(io.netty.channel.EventLoopGroup timers) {
    timers.scheduleAtFixedRate(this::purge, 0, PURGE_MINUTES, TimeUnit.MINUTES);
  }

  /** The reply comes on any thread, exactly once. */
  void handle(PeerId who, MailRequest request, Consumer<MailResponse> reply) {
    try {
      thread.execute(
          () ->
              mailroom
                  .handle(who, request)
                  .thenAccept(
                      response -> {
                        reply.accept(response);
                        tellOwner(request, response);
                      }));
    } catch (RejectedExecutionException e) {
      reply.accept(
          MailResponse.newBuilder()
              .setRequestId(request.getRequestId())
              .setStatus(MailResponse.Status.RATE_LIMITED)
              .build());
    }
  }

  /** An owner that is connected fetches at once. */
  private void tellOwner(MailRequest request, MailResponse response) {
    if (request.hasDeposit() && response.getStatus() == MailResponse.Status.OK) {
      Session owner = directory.find(PeerKey.of(request.getDeposit().getOwner().toByteArray()));
      if (owner != null) {
        owner.tellOfMail();
      }
    }
  }

  private void purge() {
    try {
      thread.execute(mailroom::purge);
    } catch (RejectedExecutionException e) {
      // There is more to do than can be done; an hour later there may not be.
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
