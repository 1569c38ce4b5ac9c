package dev.parley.control;

import dev.parley.channels.ChannelListener.Opening;
import dev.parley.channels.DatagramChannel;
import dev.parley.channels.StreamChannel;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Channels that programs have been told of and have not answered. Guarded by itself. */
final class IncomingChannels {
  /** Past it the oldest is refused: its opener has most likely given up. */
  static final int MAX = 4_096;

  /** A channel that waits, and the Listen call that was told of it. */
  sealed interface Waiting {
    Object listener();

    void refuse(String why);

    record Stream(Object listener, Opening<StreamChannel> opening) implements Waiting {
      @Override
      public void refuse(String why) {
        opening.refuse(why);
      }
    }

    record Datagrams(Object listener, Opening<DatagramChannel> opening) implements Waiting {
      @Override
      public void refuse(String why) {
        opening.refuse(why);
      }
    }
  }

  private final Map<Long, Waiting> waiting = new LinkedHashMap<>();
  private long lastId;

  synchronized long add(Waiting channel) {
    if (waiting.size() >= MAX) {
      long oldest = waiting.keySet().iterator().next();
      take(oldest).ifPresent(old -> old.refuse("the program that serves it does not answer"));
    }
    waiting.put(++lastId, channel);
    return lastId;
  }

  synchronized Optional<Waiting> take(long id) {
    return Optional.ofNullable(waiting.remove(id));
  }

  /** The program that was told of them is gone. */
  synchronized void refuseAllOf(Object listener) {
    waiting
        .values()
        .removeIf(
            channel -> {
              boolean its = channel.listener() == listener;
              if (its) {
                channel.refuse("the program that serves it has ended");
              }
              return its;
            });
  }
}
