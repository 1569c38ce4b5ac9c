package dev.parley.channels;

import dev.parley.proto.id.PeerId;

/**
 * Takes channels to a service. On the links' thread; must not block. Implemented by programs.
 *
 * <p>Whoever is not let in by the service's {@link Access} is refused before anything here is
 * asked.
 */
public interface ChannelListener {
  /**
   * A peer opens a stream channel. {@code opening} is accepted or refused here and now or later;
   * the peer waits meanwhile, and gives up some time.
   */
  void onStream(PeerId peer, Opening<StreamChannel> opening);

  /** A peer opens a datagram channel. Refused unless overridden. */
  default void onDatagrams(PeerId peer, Opening<DatagramChannel> opening) {
    opening.refuse("this service takes streams, not datagrams");
  }

  /** A channel that waits for its answer. Thread-safe; the first answer counts. */
  interface Opening<C> {
    /** Takes it: the peer hears so, and the channel is open. */
    C accept();

    /**
     * Does not.
     *
     * @param why for people at the peer's, at most 200 characters; more is cut
     */
    void refuse(String why);
  }
}
