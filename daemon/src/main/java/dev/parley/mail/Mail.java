package dev.parley.mail;

import com.google.common.util.concurrent.ThreadFactoryBuilder;
import com.google.protobuf.ByteString;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.mailbox.Opener;
import dev.parley.mailbox.Sealer;
import dev.parley.messaging.MessageStore;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.mailbox.CapabilityHash;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Mail at work. Thread-safe; nothing here blocks, but for {@link #start}. */
public final class Mail implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Mail.class);

  private static final int TICK_SECONDS = 1;
  private static final int VISIT_MINUTES = 10;

  /**
   * Messages, as mail sees them.
   *
   * @param onLeft a message rests at a relay
   */
  public record Messages(
      MessageStore store, MailInbox inbox, BiConsumer<PeerId, MessageId> onLeft) {}

  /** Where time and chance come from. */
  public record Environment(Clock clock, SecureRandom random) {}

  private final ScheduledExecutorService in = thread("parley-mail-in");
  private final ScheduledExecutorService out = thread("parley-mail-out");
  private final MailWorld world;
  private final Correspondents correspondents;
  private final IncomingMail incoming;
  private final OutgoingMail outgoing;

  private Mail(
      Identity self,
      MailBook book,
      Correspondents correspondents,
      Messages messages,
      MailWorld world,
      Environment environment) {
    this.world = world;
    this.correspondents = correspondents;
    OwnPrekeys prekeys = new OwnPrekeys(self, book, environment.random(), environment.clock());
    this.incoming =
        new IncomingMail(
            world, correspondents, new Collector(prekeys, new Opener(self.id()), messages.inbox()));
    this.outgoing =
        new OutgoingMail(
            world,
            correspondents,
            new Sealer(self, environment.random()),
            messages,
            environment.clock());
  }

  /**
   * Reads what is on disk, and waits for relays and links.
   *
   * @throws IOException when the disk does not answer
   */
  public static Mail start(
      Identity self, MailBook book, Messages messages, MailWorld world, Environment environment)
      throws IOException {
    Correspondents correspondents = Correspondents.load(book, environment.random());
    return new Mail(self, book, correspondents, messages, world, environment);
  }

  /** The node is there: from now on mail goes out. */
  public void begin() {
    in.scheduleWithFixedDelay(
        guarded(incoming::handOutTokens), TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    in.scheduleWithFixedDelay(
        guarded(incoming::visitAll), VISIT_MINUTES, VISIT_MINUTES, TimeUnit.MINUTES);
    out.scheduleWithFixedDelay(
        guarded(outgoing::tick), TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
  }

  /** A relay of ours that keeps mail is connected, or others look for us there from now on. */
  public void onRelay(RelayUrl relay) {
    run(in, () -> incoming.onRelay(relay));
  }

  public void onRelayGone(RelayUrl relay) {
    run(in, () -> incoming.onRelayGone(relay));
  }

  /** A relay says that something has come. */
  public void onMail(RelayUrl relay) {
    run(in, () -> incoming.visit(relay));
  }

  public void onLinkDown(PeerId peer) {
    run(in, () -> incoming.onLinkDown(peer));
  }

  /** A peer hands us a token; whether it is a contact is looked at here. */
  public void onToken(PeerId peer, ByteString token) {
    if (token.size() != CapabilityHash.TOKEN_BYTES) {
      return;
    }
    run(
        out,
        () -> {
          try {
            if (world.contacts().contains(peer) && correspondents.received(peer, token)) {
              log.info("{} lets us leave mail at its relay", peer.shortForm());
              outgoing.onToken(peer);
            }
          } catch (IOException e) {
            log.warn("a token of {} was not kept: {}", peer.shortForm(), e.getMessage());
          }
        });
  }

  /** Breaks off; what was under way is done again after the next start. */
  @Override
  public void close() {
    in.shutdownNow();
    out.shutdownNow();
  }

  private static void run(ScheduledExecutorService thread, Runnable task) {
    try {
      thread.execute(guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("mail has ended; a late task is dropped");
    }
  }

  /** The loop's boundary: a bug in one task must not end those after it. */
  private static Runnable guarded(Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        log.error("a bug in mail; it goes on with the next task", e);
      }
    };
  }

  private static ScheduledExecutorService thread(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        new ThreadFactoryBuilder().setDaemon(true).setNameFormat(name).build());
  }
}
