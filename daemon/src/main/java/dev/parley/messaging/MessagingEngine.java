package dev.parley.messaging;

import com.google.common.collect.ImmutableList;
import dev.parley.link.StreamKind;
import dev.parley.peer.v1.Envelope;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Puts the parts of messaging together, and is what others see of it. Thread-safe. */
final class MessagingEngine implements Messaging, Receiver.Listener {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

  private final Core core;
  private final Senders senders;
  private final SendIntake intake;
  private final Consumers consumers;
  private final Receiver receiver;
  private final Expiry expiry;
  private final Retention retention;

  MessagingEngine(Core core, Messaging.Rules rules, StoredState state) {
    this.core = core;
    this.senders = new Senders(core, state);
    this.expiry = new Expiry(core, senders);
    this.intake =
        new SendIntake(core, senders, rules.limits().maxOutboxPerPeer(), expiry::onCommitted);
    UnreadCount unread = new UnreadCount(state.unread());
    this.consumers = new Consumers(core, senders, state, unread);
    Admission admission = new Admission(rules.limits(), rules.isContact(), unread);
    this.receiver = new Receiver(core, admission, this);
    core.links().addListener(senders);
    this.retention = new Retention(core, consumers, rules.limits().retention());
    core.thread()
        .post(
            () -> {
              senders.restore(state);
              expiry.start();
              retention.start();
            });
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
  public Watch watch(Consumer<MessageEvent> watcher) {
    return core.listeners().watches().add(watcher);
  }

  @Override
  public CompletionStage<Optional<KeptMessage>> find(MessageId id) {
    return overlaid(core.store().find(id), found -> found.map(this::overlay));
  }

  @Override
  public CompletionStage<HistoryPage> history(HistoryQuery query) {
    return overlaid(
        core.store().readHistory(query),
        page ->
            new HistoryPage(
                page.messages().stream()
                    .map(this::overlay)
                    .collect(ImmutableList.toImmutableList()),
                page.before()));
  }

  private KeptMessage overlay(KeptMessage stored) {
    return stored instanceof KeptMessage.Sent sent ? senders.overlay(sent) : stored;
  }

  /** What the disk tells, with what only the messaging thread knows. */
  private <T> CompletionStage<T> overlaid(CompletionStage<T> stored, UnaryOperator<T> overlay) {
    CompletableFuture<T> done = new CompletableFuture<>();
    core.thread()
        .post(
            () ->
                core.thread()
                    .whenStored(
                        stored,
                        answer -> done.complete(overlay.apply(answer)),
                        done::completeExceptionally));
    return done;
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
  public void onRead(PeerId peer, Iterable<MessageId> ids) {
    ids.forEach(id -> core.listeners().report(peer, id, MessageState.READ));
  }

  @Override
  public CompletionStage<MailFate> takeMail(PeerId from, Envelope envelope) {
    CompletableFuture<MailFate> fate = new CompletableFuture<>();
    core.thread().post(() -> receiver.takeMail(from, envelope, fate));
    return fate;
  }

  @Override
  public void onLeftAtMailbox(PeerId to, MessageId id) {
    core.thread().post(() -> core.listeners().report(to, id, MessageState.SENT));
  }

  @Override
  public void close() {
    core.thread()
        .close(
            () -> {
              intake.close();
              expiry.close();
              retention.close();
              consumers.close();
              senders.close();
            },
            CLOSE_PATIENCE);
  }
}
