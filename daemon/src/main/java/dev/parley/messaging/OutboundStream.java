package dev.parley.messaging;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.link.Link;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamKind;
import dev.parley.peer.v1.AckFrame;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.MessageFrame;
import dev.parley.peer.v1.ReadReceipts;
import dev.parley.proto.id.MessageId;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream that this side has opened to send messages. Owned by the messaging thread. */
final class OutboundStream implements StreamInlet.Target {
  private static final Logger log = LoggerFactory.getLogger(OutboundStream.class);

  private final Owner owner;
  private final LinkStream stream;
  private boolean over;

  OutboundStream(Link link, Core core, Owner owner) {
    this.owner = owner;
    ReadGate gate = new ReadGate(core.heldBytes());
    this.stream = link.open(StreamKind.MESSAGES, new StreamInlet(core.thread(), gate, this));
    gate.attach(stream);
  }

  Link link() {
    return stream.link();
  }

  boolean isWritable() {
    return stream.isWritable();
  }

  void writeMessages(List<OutboxMessage> messages) {
    List<MessageFrame> frames = new ArrayList<>(messages.size());
    for (OutboxMessage message : messages) {
      Envelope.Builder envelope =
          Envelope.newBuilder()
              .setMessageId(message.id().bytes())
              .setSentAtMillis(message.acceptedAt().toEpochMilli())
              .setContentType(message.contentType())
              .setBody(message.body());
      message.expiresAt().ifPresent(at -> envelope.setExpiresAtMillis(at.toEpochMilli()));
      frames.add(MessageFrame.newBuilder().setEnvelope(envelope).build());
    }
    stream.write(frames);
  }

  void writeReceipts(List<MessageId> ids, long readAtMillis) {
    List<MessageFrame> frames = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += WireLimits.MAX_RECEIPT_IDS) {
      int to = Math.min(ids.size(), from + WireLimits.MAX_RECEIPT_IDS);
      ReadReceipts.Builder receipts = ReadReceipts.newBuilder().setReadAtMillis(readAtMillis);
      ids.subList(from, to).forEach(id -> receipts.addMessageIds(id.bytes()));
      frames.add(MessageFrame.newBuilder().setReadReceipts(receipts).build());
    }
    stream.write(frames);
  }

  /** Ends the stream; the owner hears nothing more from it. */
  void close() {
    over = true;
    stream.close();
  }

  @Override
  public void onFrames(List<ByteString> frames) {
    for (ByteString frame : frames) {
      if (over) {
        return;
      }
      try {
        AckFrame ack = AckFrame.parseFrom(frame);
        if (ack.getDeliveredCount() > WireLimits.MAX_ACK_IDS
            || ack.getReceiptsTakenCount() > WireLimits.MAX_ACK_IDS
            || ack.getRefusedCount() > WireLimits.MAX_ACK_IDS) {
          onGarbage("an AckFrame out of bounds");
        } else {
          owner.onAck(ack);
        }
      } catch (InvalidProtocolBufferException e) {
        onGarbage("a frame that is no AckFrame");
      }
    }
    if (!over) {
      owner.onAcksRead();
    }
  }

  @Override
  public void onWritable() {
    if (!over) {
      owner.onWritable();
    }
  }

  @Override
  public void onClosed() {
    if (!over) {
      over = true;
      owner.onStreamLost("the stream has ended");
    }
  }

  private void onGarbage(String what) {
    log.debug("{} sent {}", link().peer().shortForm(), what);
    close();
    owner.onStreamLost(what);
  }

  /** Whose stream it is. */
  interface Owner {
    void onAck(AckFrame ack);

    /** The acknowledgements that arrived together have all been told. */
    void onAcksRead();

    void onWritable();

    void onStreamLost(String reason);
  }
}
