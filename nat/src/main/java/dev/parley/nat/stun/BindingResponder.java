package dev.parley.nat.stun;

import com.google.common.collect.ImmutableSet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Answers binding requests with the address they came from (RFC 8489 §6.3.1).
 *
 * <p>Answers are small, for whoever forges a source address must gain nothing: a success is at most
 * 52 bytes for a request of at least 20, without SOFTWARE, and with FINGERPRINT only where the
 * request had one. Stateless.
 */
public final class BindingResponder {
  /** What a request may hold and be answered: credentials are not asked for, so not looked at. */
  private static final ImmutableSet<Integer> UNDERSTOOD =
      ImmutableSet.of(
          StunAttributes.USERNAME,
          StunAttributes.MESSAGE_INTEGRITY,
          StunAttributes.MAPPED_ADDRESS,
          StunAttributes.XOR_MAPPED_ADDRESS);

  /** So many unknown types are named in an error: enough to tell, and too few to amplify. */
  private static final int MAX_NAMED_UNKNOWN = 4;

  private BindingResponder() {}

  /** The answer, or empty when the datagram is no binding request. Leaves the datagram as it is. */
  public static Optional<ByteBuf> answer(
      ByteBuf datagram, InetSocketAddress source, ByteBufAllocator allocator) {
    return StunMessage.parse(datagram)
        .filter(m -> m.messageClass() == StunClass.REQUEST && m.method() == StunMessage.BINDING)
        .map(request -> answer(request, source).finish(allocator));
  }

  private static StunWriter answer(StunMessage request, InetSocketAddress source) {
    List<Integer> unknown = request.unknownRequired(UNDERSTOOD);
    StunWriter answer;
    if (unknown.isEmpty()) {
      answer =
          StunWriter.binding(StunClass.SUCCESS, request.transactionId()).xorMappedAddress(source);
    } else {
      answer =
          StunWriter.binding(StunClass.ERROR, request.transactionId())
              .error(new StunError(StunError.UNKNOWN_ATTRIBUTE, ""))
              .unknownAttributes(unknown.subList(0, Math.min(unknown.size(), MAX_NAMED_UNKNOWN)));
    }
    return request.hasFingerprint() ? answer.fingerprint() : answer;
  }
}
