package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.fuzz.Input;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.MessageFrame;
import dev.parley.peer.v1.ReadReceipts;
import dev.parley.proto.id.MessageId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** The frames of a MESSAGES stream, and letters, which hold the same envelope. */
public final class MessageFramesFuzz {
  private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

  private MessageFramesFuzz() {}

  public static List<FuzzTarget> targets() {
    ByteString id = ByteString.copyFrom(new byte[MessageId.BYTES]);
    byte[] envelope =
        MessageFrame.newBuilder()
            .setEnvelope(
                Envelope.newBuilder()
                    .setMessageId(id)
                    .setSentAtMillis(NOW.toEpochMilli())
                    .setContentType(OutgoingMessage.TEXT)
                    .setBody(ByteString.copyFromUtf8("hello"))
                    .setExpiresAtMillis(NOW.toEpochMilli() + 1_000))
            .build()
            .toByteArray();
    byte[] receipts =
        MessageFrame.newBuilder()
            .setReadReceipts(
                ReadReceipts.newBuilder()
                    .addMessageIds(id)
                    .addMessageIds(id)
                    .setReadAtMillis(NOW.toEpochMilli()))
            .build()
            .toByteArray();
    return List.of(
        FuzzTarget.of("message-frame", MessageFramesFuzz::frame, InboundFlow.class)
            .seeds(FuzzTarget.behind(0, envelope, receipts))
            .seeds(FuzzTarget.behind(1, envelope))
            .seeds(FuzzTarget.behind(2, envelope)));
  }

  private static void frame(byte[] input) {
    Input in = new Input(input);
    Admission.Standing[] standings = Admission.Standing.values();
    Admission.Standing standing = standings[in.number() % standings.length];
    InboundFlow flow = new InboundFlow(Clock.fixed(NOW, ZoneOffset.UTC));
    ByteString frame = in.restString();
    InboundFlow.Verdict verdict = flow.onFrame(frame, () -> standing);
    if (verdict instanceof InboundFlow.Verdict.Accept accept) {
      assertThat(standing).isEqualTo(Admission.Standing.WELCOME);
      assertThat(accept.body().size()).isLessThanOrEqualTo(Messages.MAX_BODY_BYTES);
      assertThat(WireLimits.isContentType(accept.contentType())).isTrue();
      assertThat(accept.sentAt().toString()).hasSizeLessThan(32);
    } else if (verdict instanceof InboundFlow.Verdict.Read read) {
      assertThat(read.ids().size()).isLessThanOrEqualTo(WireLimits.MAX_RECEIPT_IDS);
      assertThat(read.at().toString()).hasSizeLessThan(32);
    } else if (flow.isStopped()) {
      assertThat(flow.onFrame(frame, () -> Admission.Standing.WELCOME))
          .isInstanceOf(InboundFlow.Verdict.Nothing.class);
    }
  }
}
