package dev.parley.messaging;

import dev.parley.link.StreamKind;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Puts the parts of messaging together, and is what others see of it. Thread-safe. */
final class MessagingEngine implements Messaging, Receiver.Listener {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final Core core;
  private final Senders senders;
  private final SendIntake intake;
  private final Consumers consumers;
  private final Receiver receiver;

  MessagingEngine(Core core, Messaging.Rules rules, StoredState state) {
    this.core = core;
    this.senders = new Senders(core, state);
    this.intake =
        new SendIntake(
            core, senders, rules.limits().maxOutboxPerPeer(), state.lastOutboxPosition());
    UnreadCount unread = new UnreadCount(state.unread());
    this.consumers = new Consumers(core, senders, state, unread);
    Admission admission = new Admission(rules.limits(), rules.isContact(), unread);
    this.receiver = new Receiver(core, admission, this, state.lastInboxPosition());
    core.links().addListener(senders);
    core.thread().post(() -> senders.restore(state));
    core.links().accept(StreamKind.MESSAGES, receiver);
  }

  @Override
  public CompletionStage<MessageId> send(OutgoingMessage message, Consumer<MessageStatus> states) {
    return intake.send(message, states);
  }

  @Override
  public CompletionStage<MessageId> send(OutgoingMessage message) {
    return intake.send(message, StateListeners.NOBODY);
  }

  @Override
  public InboxSubscription subscribe(ConsumerName consumer, int window, InboxListener listener) {
    return consumers.subscribe(consumer, window, listener);
  }

  @Override
  public long outboxSize(PeerId peer) {
    return senders.outboxSize(peer);
  }

  @Override
  public long unread(ConsumerName consumer, PeerId peer) {
    return consumers.unread(consumer).of(peer);
  }

  @Override
  public long unread(ConsumerName consumer) {
    return consumers.unread(consumer).total();
  }

  @Override
  public void onArrived(List<InboxMessage> messages) {
    consumers.onArrived(messages);
  }

  @Override
  public void onRead(Iterable<MessageId> ids) {
    ids.forEach(id -> core.listeners().report(id, MessageState.READ));
  }

  @Override
  public CompletionStage<MailFate> takeMail(PeerId from, Envelope envelope) {
    CompletableFuture<MailFate> fate = new CompletableFuture<>();
    core.thread().post(() -> receiver.takeMail(from, envelope, fate));
    return fate;
  }

  @Override
  public void onLeftAtMailbox(MessageId id) {
    core.thread().post(() -> core.listeners().report(id, MessageState.SENT));
  }

  @Override
  public void close() {
    core.thread()
        .close(
            () -> {
              intake.close();
              consumers.close();
              senders.close();
            },
            CLOSE_PATIENCE);
  }
}
