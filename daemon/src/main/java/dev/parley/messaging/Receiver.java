package dev.parley.messaging;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import dev.parley.link.LinkPath;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamHandler;
import dev.parley.messaging.InboundFlow.Verdict;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.Refusal;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what all peers send, commits it, and only then acknowledges it.
 *
 * <p>One commit is under way at a time, and what arrives meanwhile makes up the next. That groups
 * messages by itself, and it keeps order when the disk fails: were a second commit under way, it
 * might succeed where the first did not, and leave a gap. A stream with a message in a failed
 * commit is refused from that message on. Owned by the messaging thread.
 */
final class Receiver implements StreamAcceptor {
  /** One for the link, some more for those that are ending. */
  static final int MAX_STREAMS_PER_PEER = 8;

  private static final int MAX_COMMIT = 2_048;
  private static final Logger log = LoggerFactory.getLogger(Receiver.class);

  private final Core core;
  private final Admission admission;
  private final Listener listener;
  private final Multiset<PeerId> openStreams = HashMultiset.create();
  private List<Arrival> waiting = new ArrayList<>();
  private boolean committing;

  Receiver(Core core, Admission admission, Listener listener) {
    this.core = core;
    this.admission = admission;
    this.listener = listener;
  }

  /** Called on the links' thread. */
  @Override
  public StreamHandler onStream(LinkStream stream) {
    ReadGate gate = new ReadGate(core.heldBytes());
    gate.attach(stream);
    InboundStream inbound = new InboundStream(stream, gate, this);
    core.thread().post(() -> onOpened(inbound));
    return new StreamInlet(core.thread(), gate, inbound);
  }

  Clock clock() {
    return core.clock();
  }

  Admission.Standing standingOf(PeerId peer) {
    return admission.standingOf(peer);
  }

  /** Queues a message for the next commit. */
  InboxMessage accept(ArrivalSource source, Verdict.Accept accepted, LinkPath.Kind path) {
    InboxMessage message =
        new InboxMessage(
            core.positions().next(),
            accepted.id(),
            source.peer(),
            accepted.contentType(),
            accepted.body(),
            accepted.sentAt(),
            core.clock().instant(),
            path);
    waiting.add(new Arrival(source, message));
    admission.onPending(source.peer());
    return message;
  }

  void onFramesRead() {
    commit();
  }

  /** A message that did not come over a link meets the same rules and the same inbox. */
  void takeMail(PeerId from, Envelope envelope, CompletableFuture<MailFate> fate) {
    Verdict verdict =
        new InboundFlow(core.clock()).onEnvelope(envelope, () -> admission.standingOf(from));
    if (verdict instanceof Verdict.Accept accepted) {
      InboxMessage queued = accept(new MailArrival(from, fate), accepted, LinkPath.Kind.RELAY);
      log.debug("message {} has come as mail", queued.id());
      commit();
    } else {
      boolean full =
          verdict instanceof Verdict.Refuse refuse && refuse.reason() == Refusal.Reason.INBOX_FULL;
      fate.complete(full ? MailFate.LATER : MailFate.NEVER);
    }
  }

  void onRead(InboundStream stream, Verdict.Read read) {
    long weight = read.ids().size() * ReadGate.FRAME_OVERHEAD_BYTES;
    stream.gate().hold(weight);
    core.thread()
        .whenStored(
            core.store().markRead(stream.peer(), read.ids(), read.at()),
            ours -> {
              stream.gate().release(weight);
              stream.onReceiptsCommitted(read.ids());
              listener.onRead(stream.peer(), ours);
            },
            failure -> {
              stream.gate().release(weight);
              stream.close();
            });
  }

  void onClosed(InboundStream stream) {
    openStreams.remove(stream.peer());
  }

  private void onOpened(InboundStream stream) {
    if (openStreams.add(stream.peer(), 1) >= MAX_STREAMS_PER_PEER) {
      log.debug("{} opens too many streams", stream.peer().shortForm());
      stream.close();
    }
  }

  private void commit() {
    if (committing || waiting.isEmpty()) {
      return;
    }
    committing = true;
    List<Arrival> batch = waiting.subList(0, Math.min(waiting.size(), MAX_COMMIT));
    waiting = new ArrayList<>(waiting.subList(batch.size(), waiting.size()));
    List<InboxMessage> messages = batch.stream().map(Arrival::message).toList();
    core.thread()
        .whenStored(
            core.store().appendInbox(messages),
            fresh -> onCommitted(batch, fresh),
            failure -> onFailed(batch, failure));
  }

  private void onCommitted(List<Arrival> batch, List<InboxMessage> fresh) {
    committing = false;
    batch.forEach(arrival -> admission.onSettled(arrival.source.peer()));
    if (!fresh.isEmpty()) {
      listener.onArrived(fresh);
    }
    Set<ArrivalSource> sources = new LinkedHashSet<>();
    for (Arrival arrival : batch) {
      arrival.source.onCommitted(arrival.message);
      sources.add(arrival.source);
    }
    sources.forEach(ArrivalSource::onCommitDone);
    commit();
  }

  private void onFailed(List<Arrival> batch, StorageFailure failure) {
    log.debug("messages that arrived were not kept and not taken: {}", failure.getMessage());
    committing = false;
    Set<ArrivalSource> failed = new HashSet<>();
    for (Arrival arrival : batch) {
      drop(arrival);
      if (failed.add(arrival.source)) {
        arrival.source.onCommitFailed(arrival.message.id());
      }
    }
    List<Arrival> others = new ArrayList<>();
    for (Arrival arrival : waiting) {
      if (failed.contains(arrival.source)) {
        drop(arrival);
      } else {
        others.add(arrival);
      }
    }
    waiting = others;
    failed.forEach(ArrivalSource::refuseIfAllCommitted);
    commit();
  }

  private void drop(Arrival arrival) {
    admission.onSettled(arrival.source.peer());
    arrival.source.onSettled(arrival.message);
  }

  /** Hears what has come in, once it is on disk. */
  interface Listener {
    void onArrived(List<InboxMessage> messages);

    /** Messages of ours that a peer has read. */
    void onRead(PeerId peer, Iterable<MessageId> ids);
  }

  private record Arrival(ArrivalSource source, InboxMessage message) {}
}
