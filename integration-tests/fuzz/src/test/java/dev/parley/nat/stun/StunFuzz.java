package dev.parley.nat.stun;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.fuzz.Buffers;
import dev.parley.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;

/** STUN, from strangers and from servers. */
public final class StunFuzz {
  private static final InetSocketAddress FROM = new InetSocketAddress("203.0.113.7", 4_321);
  private static final byte[] KEY = {1, 2, 3, 4};

  /** docs/security.md: whoever forges a source must gain nothing. */
  private static final int LARGEST_ANSWER = 52;

  private StunFuzz() {}

  public static List<FuzzTarget> targets() {
    byte[] request =
        bytes(
            StunWriter.binding(StunClass.REQUEST, ownId())
                .username("abcd:efgh")
                .integrity(KEY)
                .fingerprint());
    byte[] success =
        bytes(StunWriter.binding(StunClass.SUCCESS, ownId()).xorMappedAddress(FROM).fingerprint());
    byte[] error =
        bytes(
            StunWriter.binding(StunClass.ERROR, ownId())
                .error(new StunError(StunError.UNKNOWN_ATTRIBUTE, "what?"))
                .unknownAttributes(List.of(0x11, 0x12)));
    byte[] other =
        bytes(
            StunWriter.binding(StunClass.SUCCESS, ownId())
                .attribute(StunAttributes.MAPPED_ADDRESS, address())
                .attribute(StunAttributes.OTHER_ADDRESS, address())
                .attribute(StunAttributes.RESPONSE_ORIGIN, address()));
    byte[] change =
        bytes(StunWriter.binding(StunClass.REQUEST, ownId()).changeRequest(StunChange.NONE));
    return List.of(
        FuzzTarget.of(
                "stun-message",
                StunFuzz::message,
                StunMessage.class,
                StunParser.class,
                StunAddress.class,
                TransactionId.class,
                BindingResponder.class)
            .seeds(request, success, error, other, change),
        FuzzTarget.of("stun-answer", StunFuzz::answer, StunClient.class)
            .seeds(request, success, error, other));
  }

  private static ByteBuf address() {
    return Unpooled.wrappedBuffer(new byte[] {0, 1, 16, 32, 10, 1, 2, 3});
  }

  private static TransactionId ownId() {
    return TransactionId.random(() -> 7);
  }

  private static byte[] bytes(StunWriter writer) {
    return ByteBufUtil.getBytes(writer.finish(UnpooledByteBufAllocator.DEFAULT));
  }

  private static void message(byte[] input) {
    try (Buffers buffers = new Buffers()) {
      ByteBuf datagram = buffers.of(input);
      StunMessage.parse(datagram).ifPresent(StunFuzz::look);
      BindingResponder.answer(datagram, FROM, buffers.allocator())
          .ifPresent(
              answer -> {
                assertThat(answer.readableBytes()).isLessThanOrEqualTo(LARGEST_ANSWER);
                assertThat(StunMessage.parse(answer)).isPresent();
                answer.release();
              });
      assertThat(datagram.readableBytes()).isEqualTo(input.length);
      datagram.release();
    }
  }

  /** Whatever was read into an address is written and read again as the same. */
  private static void look(StunMessage message) {
    message
        .mappedAddress()
        .ifPresent(
            address -> {
              StunWriter again =
                  StunWriter.binding(StunClass.SUCCESS, message.transactionId())
                      .xorMappedAddress(address);
              ByteBuf written = again.finish(UnpooledByteBufAllocator.DEFAULT);
              assertThat(StunMessage.parse(written).orElseThrow().mappedAddress())
                  .contains(address);
              written.release();
            });
    message.error().ifPresent(error -> assertThat(error.code()).isBetween(300, 699));
    message
        .username()
        .ifPresent(
            name -> assertThat(name.length()).isLessThanOrEqualTo(StunMessage.MAX_USERNAME_BYTES));
    boolean looked =
        message.otherAddress().isPresent()
            | message.responseOrigin().isPresent()
            | message.hasFingerprint()
            | message.verifyIntegrity(KEY);
    assertThat(message.unknownRequired(Set.of()).size())
        .isLessThanOrEqualTo(StunMessage.MAX_ATTRIBUTES);
    assertThat(looked || message.method() >= 0).isTrue();
  }

  /** A server that was asked, or whoever pretends to be it. */
  private static void answer(byte[] input) {
    try (Buffers buffers = new Buffers()) {
      EmbeddedChannel channel = buffers.channel();
      StunClient client =
          new StunClient(channel.eventLoop(), () -> 7, (sent, to) -> sent.release());
      Future<StunAnswer> asked = client.ask(FROM, StunChange.NONE, FROM);
      ByteBuf datagram = buffers.of(input);
      boolean taken = client.onDatagram(datagram, FROM);
      channel.runPendingTasks();
      assertThat(asked.isDone()).isEqualTo(taken);
      assertThat(client.onDatagram(datagram, FROM)).as("an answer counts once").isFalse();
      datagram.release();
      client.close();
    }
  }
}
