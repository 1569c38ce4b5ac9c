package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import dev.parley.link.Link;
import dev.parley.link.LinkLease;
import dev.parley.messaging.OutboundFlow.PageRequest;
import dev.parley.peer.v1.AckFrame;
import dev.parley.peer.v1.Refusal;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one peer what waits for it: messages and read receipts. Joins the pure flows to the link
 * and the disk. Owned by the messaging thread.
 */
final class PeerSender implements OutboundStream.Owner {
  private static final Logger log = LoggerFactory.getLogger(PeerSender.class);

  /** About as much as the transport packs into one burst. */
  private static final long WRITE_BYTES = 64 * 1024;

  /** Where the sending to a peer stands. */
  enum State {
    /** Nothing waits. A stream may be open still; no link is asked for. */
    IDLE,
    /** Something waits and there is no link. */
    WANTING,
    /** Something waits and a stream is open. */
    STREAMING,
    /** Something waits, and the last stream ended or the peer asked for patience. */
    PAUSED
  }

  private final PeerId peer;
  private final Core core;
  private final Consumer<PeerSender> onSpent;
  private final OutboundFlow flow = new OutboundFlow();
  private final ReceiptFlow receipts = new ReceiptFlow();
  private final EndedMessages ended;
  private final RetryPause retry;
  private final Pause pause;
  private State state = State.IDLE;
  private @Nullable LinkLease lease;
  private @Nullable OutboundStream stream;

  PeerSender(PeerId peer, Core core, OutboxSizes sizes, Consumer<PeerSender> onSpent) {
    this.peer = peer;
    this.core = core;
    this.onSpent = onSpent;
    this.ended = new EndedMessages(peer, core, sizes, this::pump);
    this.retry = new RetryPause(core.random());
    this.pause = new Pause(core.thread(), this::pump);
  }

  void onRestored(long lastPosition) {
    flow.onRestored(lastPosition);
  }

  void onCommitted(List<OutboxMessage> messages) {
    flow.onCommitted(messages, stream != null);
    pump();
  }

  void onReceiptsDue(StoredState.ReceiptSpan span) {
    receipts.onDue(span);
    pump();
  }

  boolean isResting(long position) {
    return flow.isResting(position);
  }

  Optional<Instant> sentAt(MessageId id) {
    return flow.sentAt(id);
  }

  /** Nothing waits for this peer any more. */
  void onAllExpired() {
    flow.onAllExpired();
    pump();
  }

  void onLinkUp(Link link) {
    OutboundStream open = stream;
    if (open != null && open.link() != link) {
      dropStream();
    }
    pause.endUnlessAsked();
    pump();
  }

  void onLinkDown(Link link, String reason) {
    OutboundStream open = stream;
    if (open != null && open.link() == link) {
      log.debug("the link with {} has ended: {}", peer.shortForm(), reason);
      dropStream();
    }
    pump();
  }

  @Override
  public void onAck(AckFrame ack) {
    for (ByteString id : ack.getDeliveredList()) {
      MessageId.tryOf(id).ifPresent(flow::onDelivered);
    }
    for (ByteString id : ack.getReceiptsTakenList()) {
      MessageId.tryOf(id).ifPresent(receipts::onTaken);
    }
    for (Refusal refusal : ack.getRefusedList()) {
      MessageId.tryOf(refusal.getMessageId())
          .filter(flow::isInFlight)
          .ifPresent(id -> onRefused(id, refusal));
    }
  }

  @Override
  public void onAcksRead() {
    settle();
    pump();
  }

  @Override
  public void onWritable() {
    pump();
  }

  @Override
  public void onStreamLost(String reason) {
    stream = null;
    settle();
    forgetStream();
    pauseFor(retry.next(), false, reason);
  }

  void close() {
    if (stream != null) {
      dropStream();
    }
    pause.end();
    releaseLease();
  }

  /** Does whatever can be done now. */
  void pump() {
    if (!flow.hasWork() && !receipts.hasWork()) {
      releaseLease();
      transition(State.IDLE, "nothing waits");
      if (stream == null && !pause.isOn() && ended.isIdle()) {
        onSpent.accept(this);
      }
      return;
    }
    if (lease == null) {
      lease = core.links().want(peer);
    }
    if (pause.isOn() || ended.isHeldUp()) {
      return;
    }
    if (stream == null) {
      Optional<Link> link = core.links().current(peer);
      if (link.isEmpty()) {
        transition(State.WANTING, "no link");
        return;
      }
      stream = new OutboundStream(link.get(), core, this);
      transition(State.STREAMING, "a stream is open");
    }
    transition(State.STREAMING, "something waits");
    write(stream);
  }

  private void write(OutboundStream open) {
    while (open.isWritable()) {
      ImmutableList<OutboxMessage> batch = flow.takeReady(WRITE_BYTES, core.clock().instant());
      if (batch.isEmpty()) {
        break;
      }
      open.writeMessages(batch);
      batch.forEach(message -> core.listeners().report(peer, message.id(), MessageState.SENT));
    }
    // What had expired was not written, and nobody will answer for it.
    settle();
    flow.nextPage().ifPresent(this::read);
    receipts.nextPage().ifPresent(this::read);
  }

  private void read(PageRequest request) {
    core.thread()
        .whenStored(
            core.store().readOutbox(peer, request.after(), request.limit()),
            page -> {
              flow.onPage(request, page);
              pump();
            },
            failure -> {
              flow.onPageFailed(request);
              onStorageFailure(failure);
            });
  }

  private void read(ReceiptFlow.Request request) {
    core.thread()
        .whenStored(
            core.store().readReceipts(peer, request.after(), request.upTo(), ReceiptFlow.PAGE),
            page -> {
              ImmutableList<MessageId> ids = receipts.onPage(request, page);
              if (stream != null && !ids.isEmpty()) {
                stream.writeReceipts(ids, receipts.readAtMillis());
              }
              settle();
              pump();
            },
            failure -> {
              receipts.onPageFailed(request);
              onStorageFailure(failure);
            });
  }

  private void onRefused(MessageId id, Refusal refusal) {
    switch (refusal.getReason()) {
      case NOT_ALLOWED ->
          flow.onRefused(
              id,
              MessageState.FAILED,
              "the peer takes no messages from this node; ask to be its contact");
      case MALFORMED ->
          flow.onRefused(id, MessageState.FAILED, "the peer calls the message malformed");
      case EXPIRED ->
          flow.onRefused(
              id, MessageState.EXPIRED, "by the peer's clock its time was up when it arrived");
      // A reason that this version does not know is taken as one that passes.
      case INBOX_FULL, STORAGE_FAILING, REASON_UNSPECIFIED, UNRECOGNIZED -> {
        settle();
        dropStream();
        long asked = Integer.toUnsignedLong(refusal.getRetryAfterMillis());
        pauseFor(retry.asked(asked), true, "the peer says " + refusal.getReason());
      }
    }
  }

  /** Writes down what has come to its end. */
  private void settle() {
    flow.takeEnded()
        .ifPresent(
            over -> {
              retry.onProgress();
              ended.add(over);
            });
    receipts
        .takeTaken()
        .ifPresent(
            upTo ->
                core.thread()
                    .whenStored(
                        core.store().receiptsTaken(peer, upTo),
                        done -> retry.onProgress(),
                        // They will be sent once more after a restart; that does no harm.
                        failure -> log.debug("taken receipts not noted", failure)));
  }

  private void onStorageFailure(StorageFailure failure) {
    log.warn("sending to {} waits for the disk: {}", peer.shortForm(), failure.getMessage());
    if (stream != null) {
      dropStream();
    }
    pauseFor(retry.next(), true, "the disk fails");
  }

  private void pauseFor(Duration duration, boolean asked, String reason) {
    pause.begin(duration, asked);
    transition(State.PAUSED, reason);
    pump();
  }

  private void dropStream() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
    forgetStream();
  }

  private void forgetStream() {
    flow.onStreamLost();
    receipts.onStreamLost();
  }

  private void releaseLease() {
    if (lease != null) {
      lease.close();
      lease = null;
    }
  }

  private void transition(State next, String reason) {
    if (next != state) {
      log.debug("sending to {}: {} -> {} ({})", peer.shortForm(), state, next, reason);
      state = next;
    }
  }
}
