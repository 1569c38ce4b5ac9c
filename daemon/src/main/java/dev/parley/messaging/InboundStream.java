package dev.parley.messaging;

import com.google.common.collect.Lists;
import com.google.protobuf.ByteString;
import dev.parley.link.LinkStream;
import dev.parley.messaging.InboundFlow.Verdict;
import dev.parley.peer.v1.AckFrame;
import dev.parley.peer.v1.Refusal;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream that a peer has opened to send us messages. Owned by the messaging thread. */
final class InboundStream implements StreamInlet.Target, ArrivalSource {
  private static final Logger log = LoggerFactory.getLogger(InboundStream.class);

  /** A full inbox is read by a person or an app; asking more often would be of no use. */
  private static final int INBOX_FULL_RETRY_MILLIS = 5_000;

  /** Enough for a moment's trouble, and for somebody to make room. */
  private static final int STORAGE_RETRY_MILLIS = 2_000;

  private final LinkStream stream;
  private final PeerId peer;
  private final ReadGate gate;
  private final Receiver receiver;
  private final InboundFlow flow;

  /** Accepted, not committed yet. */
  private int uncommitted;

  private boolean closed;

  private List<ByteString> committed = new ArrayList<>();
  private @Nullable Refusal refuseWhenCommitted;

  InboundStream(LinkStream stream, ReadGate gate, Receiver receiver) {
    this.stream = stream;
    this.peer = stream.link().peer();
    this.gate = gate;
    this.receiver = receiver;
    this.flow = new InboundFlow(receiver.clock());
  }

  @Override
  public PeerId peer() {
    return peer;
  }

  @Override
  public void onFrames(List<ByteString> frames) {
    for (ByteString frame : frames) {
      if (closed) {
        break;
      }
      onVerdict(flow.onFrame(frame, () -> receiver.standingOf(peer)));
    }
    receiver.onFramesRead();
  }

  @Override
  public void onWritable() {
    // Acknowledgements are small and answer what was read: the gate bounds them.
  }

  @Override
  public void onClosed() {
    receiver.onClosed(this);
  }

  @Override
  public void onCommitted(InboxMessage message) {
    onSettled(message);
    committed.add(message.id().bytes());
  }

  @Override
  public void onCommitDone() {
    for (List<ByteString> ids : Lists.partition(committed, WireLimits.MAX_ACK_IDS)) {
      stream.write(List.of(AckFrame.newBuilder().addAllDelivered(ids).build()));
    }
    committed = new ArrayList<>();
    refuseIfAllCommitted();
  }

  @Override
  public void onCommitFailed(MessageId first) {
    flow.stop();
    refuseWhenCommitted = refusal(first, Refusal.Reason.STORAGE_FAILING);
  }

  @Override
  public void onSettled(InboxMessage message) {
    uncommitted--;
    gate.release(message.weight());
  }

  @Override
  public void refuseIfAllCommitted() {
    if (uncommitted == 0 && refuseWhenCommitted != null) {
      stream.write(List.of(AckFrame.newBuilder().addRefused(refuseWhenCommitted).build()));
      refuseWhenCommitted = null;
    }
  }

  /** The peer's read receipts are committed. */
  void onReceiptsCommitted(List<MessageId> ids) {
    AckFrame.Builder ack = AckFrame.newBuilder();
    ids.forEach(id -> ack.addReceiptsTaken(id.bytes()));
    stream.write(List.of(ack.build()));
  }

  /** Ends the stream; the peer begins another. */
  void close() {
    closed = true;
    flow.stop();
    stream.close();
  }

  ReadGate gate() {
    return gate;
  }

  private void onVerdict(Verdict verdict) {
    if (verdict instanceof Verdict.Accept accept) {
      InboxMessage message = receiver.accept(this, accept, stream.link().inboundPath().kind());
      uncommitted++;
      gate.hold(message.weight());
    } else if (verdict instanceof Verdict.Refuse refuse) {
      Refusal refusal = refusal(refuse.id(), refuse.reason());
      if (flow.isStopped()) {
        // What came before it is acknowledged first, so that the sender begins exactly here.
        refuseWhenCommitted = refusal;
        refuseIfAllCommitted();
      } else {
        stream.write(List.of(AckFrame.newBuilder().addRefused(refusal).build()));
      }
    } else if (verdict instanceof Verdict.Read read) {
      receiver.onRead(this, read);
    } else if (verdict instanceof Verdict.Garbage garbage) {
      log.debug("{} sent {}; its stream is closed", peer.shortForm(), garbage.what());
      close();
    }
  }

  private static Refusal refusal(MessageId id, Refusal.Reason reason) {
    int retryAfter =
        switch (reason) {
          case INBOX_FULL -> INBOX_FULL_RETRY_MILLIS;
          case STORAGE_FAILING -> STORAGE_RETRY_MILLIS;
          case REASON_UNSPECIFIED, NOT_ALLOWED, MALFORMED, EXPIRED, UNRECOGNIZED -> 0;
        };
    return Refusal.newBuilder()
        .setMessageId(id.bytes())
        .setReason(reason)
        .setRetryAfterMillis(retryAfter)
        .build();
  }
}
