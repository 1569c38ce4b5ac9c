package dev.parley.control;

import dev.parley.control.v1.ChannelData;
import dev.parley.control.v1.ErrorDetail;
import io.grpc.Status;

/** The channel of an Accept call: one that a Listen call was told of. */
final class AcceptedChannel implements ChannelCall.Source {
  private final IncomingChannels incoming;

  AcceptedChannel(IncomingChannels incoming) {
    this.incoming = incoming;
  }

  @Override
  public void begin(ChannelData first, ChannelCall call) throws Refusal {
    switch (first.getPartCase()) {
      case ACCEPT -> accept(take(first.getAccept()), call);
      case REFUSE -> {
        take(first.getRefuse().getId()).refuse(first.getRefuse().getWhy());
        call.complete();
      }
      default -> throw Refusal.badArgument("the first message of Accept accepts or refuses");
    }
  }

  private IncomingChannels.Waiting take(long id) throws Refusal {
    return incoming
        .take(id)
        .orElseThrow(
            () ->
                new Refusal(
                    Status.Code.NOT_FOUND,
                    ErrorDetail.Code.NOT_FOUND,
                    "no channel " + id + " waits for an answer",
                    "answer each channel once, and soon"));
  }

  private static void accept(IncomingChannels.Waiting waiting, ChannelCall call) {
    if (waiting instanceof IncomingChannels.Waiting.Stream stream) {
      call.attach(stream.opening().accept());
    } else if (waiting instanceof IncomingChannels.Waiting.Datagrams datagrams) {
      call.attach(datagrams.opening().accept());
    }
  }

  @Override
  public void cancel() {}
}
