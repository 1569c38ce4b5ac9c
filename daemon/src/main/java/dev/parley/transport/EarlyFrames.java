package dev.parley.transport;

import com.google.common.collect.ImmutableList;
import dev.parley.peer.v1.ControlFrame;
import dev.parley.peer.v1.ControlFrame.BodyCase;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a control stream is to tell before it is there. ICE signals build on each other and are kept
 * in order; of anything else only the newest counts. Owned by the event loop.
 */
final class EarlyFrames {
  /** More than one attempt of ICE signals in a round trip; what comes after is told again later. */
  static final int MAX_FRAMES = 32;

  private final Deque<ControlFrame> frames = new ArrayDeque<>();

  void add(ControlFrame frame) {
    if (frame.getBodyCase() != BodyCase.ICE) {
      frames.removeIf(before -> before.getBodyCase() == frame.getBodyCase());
    }
    if (frames.size() < MAX_FRAMES) {
      frames.add(frame);
    }
  }

  /** All of them, the oldest first; none is left. */
  ImmutableList<ControlFrame> drain() {
    ImmutableList<ControlFrame> all = ImmutableList.copyOf(frames);
    frames.clear();
    return all;
  }
}
