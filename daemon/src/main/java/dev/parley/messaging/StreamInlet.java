package dev.parley.messaging;

import com.google.protobuf.ByteString;
import dev.parley.link.StreamHandler;
import java.util.List;

/**
 * Brings what happens on a stream from the links' thread to the messaging thread, within bounds.
 */
final class StreamInlet implements StreamHandler {
  private final MessagingThread thread;
  private final ReadGate gate;
  private final Target target;

  StreamInlet(MessagingThread thread, ReadGate gate, Target target) {
    this.thread = thread;
    this.gate = gate;
    this.target = target;
  }

  @Override
  public void onFrames(List<ByteString> frames) {
    long weight = 0;
    for (ByteString frame : frames) {
      weight += frame.size() + ReadGate.FRAME_OVERHEAD_BYTES;
    }
    long held = weight;
    gate.hold(held);
    thread.post(
        () -> {
          try {
            target.onFrames(frames);
          } finally {
            gate.release(held);
          }
        });
  }

  @Override
  public void onWritable() {
    thread.post(target::onWritable);
  }

  @Override
  public void onClosed() {
    thread.post(target::onClosed);
  }

  /** The same events, on the messaging thread. */
  interface Target {
    void onFrames(List<ByteString> frames);

    void onWritable();

    void onClosed();
  }
}
