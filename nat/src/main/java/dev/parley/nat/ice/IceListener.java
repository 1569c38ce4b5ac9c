package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import java.net.InetSocketAddress;

/** Hears how an attempt goes. Called on the event loop; must not block. */
public interface IceListener {
  /** The attempt has begun: this is to be told to the peer. Once, unless it fails before. */
  void onReady(IceCredentials credentials, ImmutableList<IceCandidate> candidates);

  /** More candidates of ours, to be told to the peer. */
  void onLocalCandidates(ImmutableList<IceCandidate> candidates);

  /**
   * Datagrams pass between here and this address both ways: a check was answered, authenticated by
   * the peer's password. At most {@link IceAttempt#MAX_PAIRS} times, none of them twice.
   */
  void onPair(InetSocketAddress remote);

  /** No pair was found, and none will be. Once at the most, and never after {@link #onPair}. */
  void onFailed(String reason);
}
