package dev.parley.transport;

import dev.parley.nat.path.Flow;
import dev.parley.proto.id.PeerId;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to have a connection for bulk beside the link, over whatever path that has. Owned by
 * the event loop. Ends with one call, unless it is abandoned.
 */
final class BulkDial {
  private static final int TIMEOUT_MILLIS = 8_000;

  private final QuicEndpoint endpoint;
  private final Flow flow;
  private final PeerTls.Expectation expectation;
  private @Nullable QuicChannel channel;
  private boolean over;

  BulkDial(PeerId peer, QuicEndpoint endpoint) {
    this.endpoint = endpoint;
    this.expectation = new PeerTls.Expectation(peer);
    this.flow = endpoint.context().paths().dialBeside(endpoint.context().keyOf(peer));
  }

  void start(BiConsumer<QuicChannel, Flow> onConnected, Consumer<String> onFailed) {
    endpoint
        .loop()
        .schedule(() -> fail("no answer", onFailed), TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    endpoint
        .bootstrap(
            flow,
            expectation,
            true,
            established -> succeed(established, onConnected),
            (refused, reason) -> {
              channel = refused;
              fail(reason, onFailed);
            })
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, TIMEOUT_MILLIS)
        .connect()
        .addListener(
            (Future<QuicChannel> connecting) -> {
              if (!connecting.isSuccess()) {
                fail(CloseReasons.ofDial(connecting.cause()), onFailed);
              }
            });
  }

  private void succeed(QuicChannel established, BiConsumer<QuicChannel, Flow> onConnected) {
    if (over) {
      established.close();
      return;
    }
    over = true;
    onConnected.accept(established, flow);
  }

  private void fail(String reason, Consumer<String> onFailed) {
    if (!over) {
      abandon();
      onFailed.accept(reason);
    }
  }

  void abandon() {
    if (!over) {
      over = true;
      endpoint.discard(channel, flow);
    }
  }
}
