package dev.parley.channels;

import dev.parley.config.NodeConfig.ChannelLimits;
import dev.parley.link.Links;
import dev.parley.proto.id.PeerId;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** Channels at work. */
public interface ChannelEngine extends Channels, AutoCloseable {

  /** Takes the streams of channels, and the datagrams, of all links from now on. */
  static ChannelEngine start(Links links, Rules rules, Environment environment) {
    return LinkedChannels.start(links, rules, environment);
  }

  /** Channels with this peer that are open now. Thread-safe. */
  int openChannels(PeerId peer);

  /** Datagrams that belonged to no channel, or were none. Thread-safe. */
  long strayDatagrams();

  /** Ends every channel and every opening, and takes no more. Does not wait; thread-safe. */
  @Override
  void close();

  /**
   * Who may open how much.
   *
   * @param isContact thread-safe and quick; asked for every opening
   */
  record Rules(ChannelLimits limits, Predicate<PeerId> isContact) {}

  /**
   * Where time and the thread come from.
   *
   * @param linksThread the thread on which {@link Links} calls back; outlives this
   * @param nanoTime as {@link System#nanoTime}
   */
  record Environment(ScheduledExecutorService linksThread, LongSupplier nanoTime) {}
}
