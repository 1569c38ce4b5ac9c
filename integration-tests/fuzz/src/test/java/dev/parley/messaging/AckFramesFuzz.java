package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Hollow;
import dev.parley.fuzz.Input;
import dev.parley.link.Link;
import dev.parley.peer.v1.AckFrame;
import dev.parley.peer.v1.Refusal;
import dev.parley.proto.id.MessageId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What comes back on a stream by which this side sends. */
public final class AckFramesFuzz {
  private AckFramesFuzz() {}

  public static List<FuzzTarget> targets() {
    ByteString id = ByteString.copyFrom(new byte[MessageId.BYTES]);
    byte[] ack =
        AckFrame.newBuilder()
            .addDelivered(id)
            .addReceiptsTaken(id)
            .addRefused(
                Refusal.newBuilder()
                    .setMessageId(id)
                    .setReason(Refusal.Reason.INBOX_FULL)
                    .setRetryAfterMillis(5_000))
            .build()
            .toByteArray();
    return List.of(
        FuzzTarget.of("ack-frame", AckFramesFuzz::frames, OutboundStream.class)
            .seeds(Input.ofPieces(ack, ack)));
  }

  private static void frames(byte[] input) {
    Heard heard = new Heard();
    Core core = new Core(null, null, null, null, null, null, new AtomicLong(), null);
    OutboundStream stream = new OutboundStream(Hollow.of(Link.class), core, heard);
    List<ByteString> frames = new ArrayList<>();
    for (Input in = new Input(input); in.hasMore(); ) {
      frames.add(ByteString.copyFrom(in.piece()));
    }
    stream.onFrames(frames);
    assertThat(heard.acks + heard.lost).isLessThanOrEqualTo(frames.size());
    stream.onFrames(frames);
    assertThat(heard.lost).isLessThanOrEqualTo(1);
  }

  private static final class Heard implements OutboundStream.Owner {
    private int acks;
    private int lost;

    @Override
    public void onAck(AckFrame ack) {
      acks++;
      assertThat(ack.getDeliveredCount()).isLessThanOrEqualTo(WireLimits.MAX_ACK_IDS);
      assertThat(ack.getReceiptsTakenCount()).isLessThanOrEqualTo(WireLimits.MAX_ACK_IDS);
      assertThat(ack.getRefusedCount()).isLessThanOrEqualTo(WireLimits.MAX_ACK_IDS);
    }

    @Override
    public void onAcksRead() {}

    @Override
    public void onWritable() {}

    @Override
    public void onStreamLost(String reason) {
      lost++;
    }
  }
}
