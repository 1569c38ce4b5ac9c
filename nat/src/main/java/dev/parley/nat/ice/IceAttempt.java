package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import java.util.List;

/** One run of checks with one peer. To be used on the event loop. */
public interface IceAttempt extends AutoCloseable {
  /** Pairs that are reported of one attempt. */
  int MAX_PAIRS = 8;

  /** The peer's credentials have come: the checks begin. Only the first call counts. */
  void begin(IceCredentials remote);

  /**
   * More candidates of the peer; the caller has vetted them. Past {@link IceCandidate#MAX} in all
   * they are not taken.
   */
  void addRemoteCandidates(List<IceCandidate> candidates);

  /** What of this is new is handed to {@link IceListener#onLocalCandidates}. */
  void update(IceLocals locals);

  /** The peer's candidates, and how each has fared so far. */
  ImmutableList<IceCheck> checks();

  /** Nothing more will be heard of it. It may still answer the peer's checks for a moment. */
  boolean isOver();

  /** Ends it now. Nothing more is heard of it. */
  @Override
  void close();
}
