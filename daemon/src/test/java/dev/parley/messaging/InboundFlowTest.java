package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.parley.messaging.Admission.Standing;
import dev.parley.messaging.InboundFlow.Verdict;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.MessageFrame;
import dev.parley.peer.v1.ReadReceipts;
import dev.parley.peer.v1.Refusal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class InboundFlowTest {
  private final InboundFlow flow =
      new InboundFlow(Clock.fixed(Instant.ofEpochMilli(1_000_000), ZoneOffset.UTC));

  @Test
  void aMessageWhoseTimeIsUpIsRefusedForGood() {
    Envelope.Builder late = good().setExpiresAtMillis(1_000_000);
    assertThat(flow.onFrame(frame(late), () -> Standing.WELCOME))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refuse -> assertThat(refuse.reason()).isEqualTo(Refusal.Reason.EXPIRED));
    assertThat(flow.isStopped()).isFalse();
    Envelope.Builder inTime = good().setExpiresAtMillis(1_000_001);
    assertThat(flow.onFrame(frame(inTime), () -> Standing.WELCOME))
        .isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void aWellFormedMessageOfAWelcomePeerIsAccepted() {
    assertThat(flow.onFrame(frame(good()), () -> Standing.WELCOME))
        .isInstanceOf(Verdict.Accept.class);
  }

  @Test
  void unknownFieldsAndUnknownBodiesPass() {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(77, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
            .build();
    assertThat(flow.onFrame(frame(good().setUnknownFields(unknown)), () -> Standing.WELCOME))
        .isInstanceOf(Verdict.Accept.class);
    ByteString later = MessageFrame.newBuilder().setUnknownFields(unknown).build().toByteString();
    assertThat(flow.onFrame(later, () -> Standing.WELCOME)).isInstanceOf(Verdict.Nothing.class);
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void anEnvelopeOutOfBoundsIsRefusedForGoodAndTheStreamGoesOn(Envelope.Builder envelope) {
    assertThat(flow.onFrame(frame(envelope), () -> Standing.WELCOME))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refuse -> assertThat(refuse.reason()).isEqualTo(Refusal.Reason.MALFORMED));
    assertThat(flow.isStopped()).isFalse();
  }

  static Stream<Envelope.Builder> malformed() {
    return Stream.of(
        good().setBody(ByteString.copyFrom(new byte[Messages.MAX_BODY_BYTES + 1])),
        good().setContentType("x".repeat(Messages.MAX_CONTENT_TYPE_BYTES + 1)),
        good().setContentType("text/plain\u001b[2J"),
        good().setContentType(""),
        good().setSentAtMillis(-1),
        good().setSentAtMillis(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @MethodSource("garbage")
  void whatIsNoFrameEndsTheStream(ByteString bytes) {
    assertThat(flow.onFrame(bytes, () -> Standing.WELCOME)).isInstanceOf(Verdict.Garbage.class);
  }

  static Stream<ByteString> garbage() {
    ReadReceipts.Builder many = ReadReceipts.newBuilder();
    for (int i = 0; i <= WireLimits.MAX_RECEIPT_IDS; i++) {
      many.addMessageIds(ByteString.copyFrom(new byte[16]));
    }
    return Stream.of(
        ByteString.copyFromUtf8("GET / HTTP/1.1"),
        ByteString.copyFrom(new byte[] {-1, -1, -1}),
        frame(good().setMessageId(ByteString.copyFrom(new byte[15]))),
        frame(good().clearMessageId()),
        receipts(many),
        receipts(ReadReceipts.newBuilder().addMessageIds(ByteString.copyFromUtf8("short"))));
  }

  @Test
  void afterAMessageThatDoesNotFitNothingIsAcceptedOnThatStream() {
    assertThat(flow.onFrame(frame(good()), () -> Standing.FULL))
        .isInstanceOfSatisfying(
            Verdict.Refuse.class,
            refuse -> assertThat(refuse.reason()).isEqualTo(Refusal.Reason.INBOX_FULL));
    assertThat(flow.onFrame(frame(good()), () -> Standing.WELCOME))
        .isInstanceOf(Verdict.Nothing.class);
  }

  private static Envelope.Builder good() {
    return Envelope.newBuilder()
        .setMessageId(ByteString.copyFrom(new byte[16]))
        .setContentType("text/plain")
        .setBody(ByteString.copyFromUtf8("hi"))
        .setSentAtMillis(1);
  }

  private static ByteString frame(Envelope.Builder envelope) {
    return MessageFrame.newBuilder().setEnvelope(envelope).build().toByteString();
  }

  private static ByteString receipts(ReadReceipts.Builder receipts) {
    return MessageFrame.newBuilder().setReadReceipts(receipts).build().toByteString();
  }
}
