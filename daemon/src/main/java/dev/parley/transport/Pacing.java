package dev.parley.transport;

import dev.parley.nat.path.Flow;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicConnectionPathStats;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells the switch below at which rate to send, while there is much to send.
 *
 * <p>The QUIC codec knows when each packet should leave but does not say so; its window and round
 * trip are all there is. 1.25 times one window per shortest round trip leaves the congestion
 * control room to grow and keeps shallow queues from overflowing. Owned by the event loop.
 */
final class Pacing {
  /** Fewer bytes than this at a time need no pacing. */
  static final int BULK_BYTES = 64 * 1024;

  private static final double GAIN = 1.25;
  private static final long INTERVAL_MILLIS = 10;
  private static final int QUIET_ROUNDS = 50;

  private final QuicChannel channel;
  private final Flow flow;
  private final TransportContext context;
  private long bytesSinceRound;
  private int quietRounds;
  private long shortestRtt = Long.MAX_VALUE;
  private @Nullable ScheduledFuture<?> timer;

  Pacing(QuicChannel channel, Flow flow, TransportContext context) {
    this.channel = channel;
    this.flow = flow;
    this.context = context;
  }

  void onSending(int bytes) {
    bytesSinceRound += bytes;
    if (bytesSinceRound > BULK_BYTES && timer == null) {
      shortestRtt = Long.MAX_VALUE;
      quietRounds = 0;
      timer =
          channel
              .eventLoop()
              .scheduleAtFixedRate(this::round, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void round() {
    quietRounds = bytesSinceRound > 0 ? 0 : quietRounds + 1;
    bytesSinceRound = 0;
    if (quietRounds > QUIET_ROUNDS) {
      stop();
      return;
    }
    channel
        .collectPathStats(0)
        .addListener(
            (Future<QuicConnectionPathStats> collected) -> {
              if (collected.isSuccess() && timer != null) {
                apply(collected.getNow());
              }
            });
  }

  private void apply(QuicConnectionPathStats stats) {
    if (stats.rtt() > 0) {
      shortestRtt = Math.min(shortestRtt, stats.rtt());
      context.paths().pace(flow, GAIN * stats.cwnd() / shortestRtt);
    }
  }

  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
      context.paths().pace(flow, 0);
    }
  }
}
