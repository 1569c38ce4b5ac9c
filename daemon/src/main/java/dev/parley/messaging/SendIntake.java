package dev.parley.messaging;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Multimaps;
import com.google.common.collect.Multiset;
import dev.parley.messaging.MessageStore.KnownSend;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * Takes messages from any thread, has them committed many at a time, and only then answers and
 * hands them to the senders. Bounded in number and bytes until the commit.
 */
final class SendIntake {
  static final int MAX_UNCOMMITTED = 16_384;
  static final long MAX_UNCOMMITTED_BYTES = 64L << 20;

  /** One change of the database; the store's writer joins several to one commit. */
  private static final int MAX_BATCH = 512;

  private static final long MAX_BATCH_BYTES = 2L << 20;

  private final MessagingThread thread;
  private final MessageStore store;
  private final Senders senders;
  private final StateListeners listeners;
  private final Clock clock;
  private final RandomGenerator random;
  private final Positions positions;
  private final Consumer<Instant> onExpiring;
  private final int maxOutboxPerPeer;

  private final Queue<Send> arriving = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean drainPosted = new AtomicBoolean();
  private final AtomicInteger uncommitted = new AtomicInteger();
  private final AtomicLong uncommittedBytes = new AtomicLong();
  private final Multiset<PeerId> committing = HashMultiset.create();
  private volatile boolean closed;

  SendIntake(Core core, Senders senders, int maxOutboxPerPeer, Consumer<Instant> onExpiring) {
    this.thread = core.thread();
    this.store = core.store();
    this.listeners = core.listeners();
    this.senders = senders;
    this.clock = core.clock();
    this.random = core.random();
    this.maxOutboxPerPeer = maxOutboxPerPeer;
    this.positions = core.positions();
    this.onExpiring = onExpiring;
  }

  /** Called on any thread. */
  CompletionStage<MessageId> send(OutgoingMessage message, Consumer<MessageStatus> states) {
    Send send = new Send(message, states, new CompletableFuture<>());
    MessageRejected refusal = SendRules.check(message);
    if (refusal == null && closed) {
      refusal = SendRules.shuttingDown();
    }
    if (refusal != null) {
      send.done.completeExceptionally(refusal);
      return send.done;
    }
    int count = uncommitted.incrementAndGet();
    long bytes = uncommittedBytes.addAndGet(send.weight());
    if (count > MAX_UNCOMMITTED || bytes > MAX_UNCOMMITTED_BYTES) {
      settle(send);
      send.done.completeExceptionally(SendRules.diskBehind());
      return send.done;
    }
    arriving.add(send);
    if (drainPosted.compareAndSet(false, true)) {
      thread.post(this::drain);
    }
    if (closed) {
      // The thread may have ended between the check above and the post.
      refuseArriving();
    }
    return send.done;
  }

  /** What has not been taken yet is refused; what is on its way to disk still arrives there. */
  void close() {
    closed = true;
    refuseArriving();
  }

  private void refuseArriving() {
    for (Send send = arriving.poll(); send != null; send = arriving.poll()) {
      refuse(send, SendRules.shuttingDown());
    }
  }

  private void drain() {
    drainPosted.set(false);
    List<Send> sends = new ArrayList<>();
    List<OutboxMessage> messages = new ArrayList<>();
    long bytes = 0;
    for (Send send = arriving.poll(); send != null; send = arriving.poll()) {
      PeerId to = send.message.to();
      if (closed) {
        refuse(send, SendRules.shuttingDown());
      } else if (senders.outboxSize(to) + committing.count(to) >= maxOutboxPerPeer) {
        refuse(send, SendRules.queueFull(maxOutboxPerPeer));
      } else {
        OutboxMessage message = accept(send.message);
        sends.add(send);
        messages.add(message);
        committing.add(to);
        bytes += message.weight();
      }
      if (messages.size() >= MAX_BATCH || bytes >= MAX_BATCH_BYTES) {
        commit(sends, messages);
        sends = new ArrayList<>();
        messages = new ArrayList<>();
        bytes = 0;
      }
    }
    if (!messages.isEmpty()) {
      commit(sends, messages);
    }
  }

  private OutboxMessage accept(OutgoingMessage message) {
    Instant now = clock.instant();
    return new OutboxMessage(
        positions.next(),
        MessageId.next(now, random),
        message.to(),
        message.contentType(),
        message.body(),
        now,
        message.lifetime().map(now::plus),
        message.clientId().map(id -> ClientSend.of(id, message)));
  }

  private void commit(List<Send> sends, List<OutboxMessage> messages) {
    thread.whenStored(
        store.appendOutbox(messages),
        known -> onAnswered(sends, messages, known),
        failure -> {
          messages.forEach(message -> committing.remove(message.to()));
          sends.forEach(send -> refuse(send, SendRules.notStored(failure)));
        });
  }

  private void onAnswered(
      List<Send> sends, List<OutboxMessage> messages, ImmutableMap<MessageId, KnownSend> known) {
    if (known.isEmpty()) {
      onCommitted(sends, messages);
      return;
    }
    List<Send> newSends = new ArrayList<>();
    List<OutboxMessage> newMessages = new ArrayList<>();
    for (int i = 0; i < sends.size(); i++) {
      KnownSend before = known.get(messages.get(i).id());
      if (before == null) {
        newSends.add(sends.get(i));
        newMessages.add(messages.get(i));
      } else {
        committing.remove(messages.get(i).to());
        onKnown(sends.get(i), before);
      }
    }
    onCommitted(newSends, newMessages);
  }

  private void onKnown(Send send, KnownSend before) {
    if (!before.same()) {
      refuse(send, SendRules.clientIdTaken(send.message.clientId().orElse("")));
      return;
    }
    settle(send);
    listeners.addKnown(senders.overlay(before.message()), send.states);
    send.done.complete(before.message().id());
  }

  private void onCommitted(List<Send> sends, List<OutboxMessage> messages) {
    ImmutableListMultimap<PeerId, OutboxMessage> byPeer =
        Multimaps.index(messages, OutboxMessage::to);
    // Counted first: whoever is told that a message is kept may look at the count at once.
    byPeer.asMap().forEach((peer, committed) -> senders.onCounted(peer, committed.size()));
    for (int i = 0; i < sends.size(); i++) {
      OutboxMessage message = messages.get(i);
      Send send = sends.get(i);
      committing.remove(message.to());
      settle(send);
      listeners.add(message.to(), message.id(), send.states);
      message.expiresAt().ifPresent(onExpiring);
      send.done.complete(message.id());
    }
    byPeer.keySet().forEach(peer -> senders.onCommitted(peer, byPeer.get(peer)));
  }

  private void refuse(Send send, MessageRejected reason) {
    settle(send);
    send.done.completeExceptionally(reason);
  }

  private void settle(Send send) {
    uncommitted.decrementAndGet();
    uncommittedBytes.addAndGet(-send.weight());
  }

  private record Send(
      OutgoingMessage message, Consumer<MessageStatus> states, CompletableFuture<MessageId> done) {
    long weight() {
      return message.body().size() + ReadGate.FRAME_OVERHEAD_BYTES;
    }
  }
}
