package dev.parley.control;

import dev.parley.channels.Channels;
import dev.parley.channels.ServiceName;
import dev.parley.control.v1.ChannelData;
import dev.parley.control.v1.ChannelType;
import dev.parley.control.v1.OpenChannel;
import dev.parley.node.Node;
import dev.parley.proto.id.PeerId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The channel of an Open call: one that this node opens. */
final class DialledChannel implements ChannelCall.Source {
  private final Node node;
  private final Peers peers;
  private volatile @Nullable CompletableFuture<?> opening;

  DialledChannel(Node node, Peers peers) {
    this.node = node;
    this.peers = peers;
  }

  @Override
  public void begin(ChannelData first, ChannelCall call) throws Refusal {
    if (first.getPartCase() != ChannelData.PartCase.OPEN) {
      throw Refusal.badArgument("the first message of Open has `open`");
    }
    OpenChannel request = first.getOpen();
    PeerId peer = peers.resolve(request.getPeer());
    ServiceName service = ChannelsService.name(request.getService());
    // An unsigned field: what reads as negative is longer than anybody waits.
    int millis = request.getTimeoutMillis();
    Duration timeout =
        millis == 0
            ? Channels.DEFAULT_TIMEOUT
            : Duration.ofMillis(millis < 0 ? Integer.MAX_VALUE : millis);
    if (request.getType() == ChannelType.CHANNEL_TYPE_DATAGRAM) {
      follow(node.channels().openDatagrams(peer, service, timeout), call, call::attach);
    } else if (request.getType() == ChannelType.UNRECOGNIZED) {
      throw Refusal.badArgument("this version knows no such type of channel");
    } else {
      follow(node.channels().open(peer, service, timeout), call, call::attach);
    }
  }

  private <C> void follow(CompletableFuture<C> future, ChannelCall call, Consumer<C> attach) {
    opening = future;
    future.whenComplete(
        (channel, failure) -> {
          if (failure != null) {
            call.fail(failure);
          } else {
            attach.accept(channel);
          }
        });
  }

  @Override
  public void cancel() {
    CompletableFuture<?> future = opening;
    if (future != null) {
      future.cancel(false);
    }
  }
}
