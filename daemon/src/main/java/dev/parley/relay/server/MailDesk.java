package dev.parley.relay.server;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.nat.PeerKey;
import dev.parley.proto.id.PeerId;
import dev.parley.relay.MailFragments;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.util.concurrent.TimeUnit;

/**
 * One client's requests about mail. Confined to the client's loop; answers come back from others
 * and are posted to it.
 */
final class MailDesk implements AutoCloseable {
  /**
   * Requests of one client per second. A node that fetches its mail asks as fast as it takes it.
   */
  static final int REQUESTS_PER_SECOND = 20;

  static final int REQUEST_BURST = 40;

  /** Within it a request is complete, or its memory is wanted back. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** Where answers go. */
  interface Replies {
    /** Whether the client reads: one that does not must not make us queue answers for it. */
    boolean isReady();

    /** May be called by any thread. */
    void reply(MailResponse response);
  }

  /** Requests of one client under way. */
  static final int MAX_OUTSTANDING = 4;

  private final RelayCore core;
  private final MailService service;
  private final PeerId who;
  private final InetAddress from;
  private final Replies replies;
  private final MailFragments fragments = new MailFragments();
  private final TokenBucket requests;
  private int outstanding;
  private int reserved;
  private long begunNanos;

  MailDesk(RelayCore core, MailService service, PeerKey who, InetAddress from, Replies replies) {
    this.core = core;
    this.service = service;
    this.who = PeerId.of(who.toByteArray());
    this.from = from;
    this.replies = replies;
    this.requests = new TokenBucket(REQUEST_BURST, core.ticker.read());
  }

  /**
   * One fragment, after its type byte.
   *
   * @return whether it was one
   */
  boolean onFragment(ByteBuf fragment) {
    if (reserved == 0) {
      begunNanos = core.ticker.read();
    }
    MailFragments.Step step = fragments.add(fragment);
    if (!reserve(fragments.pendingBytes())) {
      core.counters.refused(Refusal.MAIL_MEMORY, who.shortForm());
      return false;
    }
    if (step instanceof MailFragments.Step.Whole whole) {
      try {
        onRequest(MailRequest.parseFrom(whole.message()));
      } catch (InvalidProtocolBufferException e) {
        return false;
      }
    }
    return !(step instanceof MailFragments.Step.Broken);
  }

  /** Whether a request has been begun and not finished for too long. */
  boolean isOverdue() {
    return reserved > 0 && core.ticker.read() - begunNanos > PATIENCE_NANOS;
  }

  private void onRequest(MailRequest request) {
    if (!replies.isReady()) {
      core.counters.refused(Refusal.MAIL_RATE, who.shortForm());
      return;
    }
    outstanding++;
    if (outstanding > MAX_OUTSTANDING
        || !requests.tryTake(1, REQUESTS_PER_SECOND, REQUEST_BURST, core.ticker.read())
        || (isOfDepositor(request) && !service.rates().mayAsk(from))) {
      core.counters.refused(Refusal.MAIL_RATE, who.shortForm());
      replies.reply(
          MailResponse.newBuilder()
              .setRequestId(request.getRequestId())
              .setStatus(MailResponse.Status.RATE_LIMITED)
              .build());
      return;
    }
    service.handle(who, request, replies::reply);
  }

  /** A request has got its answer. */
  void onAnswered() {
    outstanding--;
  }

  private static boolean isOfDepositor(MailRequest request) {
    return request.hasDeposit() || request.hasTakePrekeys();
  }

  /** Takes a share of the memory that all clients together may fill with unfinished requests. */
  private boolean reserve(int bytes) {
    long change = bytes - reserved;
    if (change > 0 && core.mailBytes.get() + change > RelayCore.MAX_MAIL_BYTES) {
      return false;
    }
    core.mailBytes.addAndGet(change);
    reserved = bytes;
    return true;
  }

  @Override
  public void close() {
    core.mailBytes.addAndGet(-reserved);
    reserved = 0;
  }
}
