package dev.parley.nat.path;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * "I do not know this link", said and heard: how a peer that has restarted lets the other side know
 * before that one's timers would notice. Confined to the event loop.
 */
final class Notices {
  /** Signatures that we make per second, for all who ask: what a forger could have us do. */
  static final int SIGNED_PER_SECOND = 50;

  /**
   * Signatures that we look at per second. Whoever sees our probes go by can make up notices that
   * fit but for the signature.
   */
  static final int VERIFIED_PER_SECOND = 50;

  private final NoticeSigner signer;
  private final TokenBucket toSign;
  private final TokenBucket toVerify;

  Notices(NoticeSigner signer, long now) {
    this.signer = signer;
    this.toSign = new TokenBucket(SIGNED_PER_SECOND, now);
    this.toVerify = new TokenBucket(VERIFIED_PER_SECOND, now);
  }

  /** The answer to a request for a link that nobody here knows; null when there were too many. */
  @Nullable ByteBuf answer(Probe request, ByteBufAllocator allocator, long now) {
    if (!toSign.tryTake(now)) {
      return null;
    }
    Probe notice = new Probe(Probe.FORGOTTEN, request.tag(), request.transaction());
    return notice.encodeNotice(allocator, signer.sign(notice.noticeBytes()));
  }

  /** The route whose peer has proven that it knows nothing of the link; null for a forgery. */
  @Nullable Route prove(Probe notice, ByteBuf packet, List<Route> routes, long now) {
    for (Route route : routes) {
      // A link's tag is never used again and the transaction is under way at this moment, so that
      // a recorded notice is of no use to anyone.
      if (route.expectsNotice(notice)
          && toVerify.tryTake(now)
          && signer.verify(route.peer, notice.noticeBytes(), Probe.signatureOf(packet))) {
        return route;
      }
    }
    return null;
  }
}
