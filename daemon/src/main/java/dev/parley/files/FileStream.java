package dev.parley.files;

import com.google.protobuf.ByteString;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.LinkPath;
import dev.parley.link.StreamEnd;
import dev.parley.peer.v1.FileFrame;
import dev.parley.proto.framing.FrameReader;
import dev.parley.proto.framing.FramingException;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One FILES stream: brings frames from the links' thread to the files' thread, within bounds. All
 * but the handler's methods on the files' thread.
 */
final class FileStream implements ByteStreamHandler {
  /** A peer is held back while so much of it waits for the disk. */
  static final long MAX_HELD_BYTES = 2L << 20;

  private static final long RESUME_BELOW_BYTES = MAX_HELD_BYTES / 2;

  /** Of a frame in memory, beside its bytes. */
  private static final long OVERHEAD_BYTES = 256;

  /** Why a stream is reset, as the peer is told. */
  static final int RESET_MALFORMED = 1;

  static final int RESET_CANCELLED = 2;
  static final int RESET_FAILED = 3;
  static final int RESET_PAUSED = 4;
  static final int RESET_TOO_MANY = 5;

  private final FilesThread thread;
  private final FrameReader reader = new FrameReader(FileFrames.MAX_FRAME_BYTES);
  private final ArrayDeque<FileFrame> waiting = new ArrayDeque<>();
  private volatile @Nullable ByteStream stream;
  private Target target;
  private boolean paused;
  private boolean over;
  private @Nullable String ended;
  private Runnable whenOver = () -> {};

  /** Guarded by this. */
  private long held;

  /** Guarded by this. */
  private boolean stopped;

  /** Of the links' thread. */
  private boolean broken;

  FileStream(FilesThread thread, Target target) {
    this.thread = thread;
    this.target = target;
  }

  /** The same events, on the files' thread. */
  interface Target {
    void onFrame(FileFrame frame);

    default void onWritable() {}

    /** Nothing follows. */
    void onOver(String why);
  }

  /** To be called once, before anything is written; on an accepted stream by the acceptor. */
  FileStream on(ByteStream opened) {
    stream = opened;
    return this;
  }

  /** Runs this once it is over, whichever side has ended it. */
  void whenOver(Runnable task) {
    whenOver = task;
  }

  /** Somebody else hears of it from now on. */
  void handTo(Target next) {
    target = next;
  }

  PeerId peer() {
    return opened().peer();
  }

  LinkPath path() {
    return opened().path();
  }

  void write(FileFrame frame) {
    opened().write(FileFrames.encode(frame));
  }

  void write(ByteString sha256, ByteBuffer data) {
    opened().write(FileFrames.chunkHeader(sha256, data.remaining()));
    opened().write(data);
  }

  boolean isWritable() {
    return opened().isWritable();
  }

  boolean isOver() {
    return over;
  }

  /** Hands over no frames until {@link #resume}; the peer is held back. */
  void pause() {
    paused = true;
  }

  void resume() {
    paused = false;
    drain();
  }

  void end() {
    opened().end();
  }

  /** Ends it at once; the target hears nothing of that. */
  void reset(int reason) {
    if (!over) {
      over = true;
      waiting.clear();
      opened().reset(reason);
      whenOver.run();
    }
  }

  @Override
  public void onBytes(ByteBuffer bytes) {
    if (broken) {
      return;
    }
    try {
      reader.read(bytes, this::onFrame);
    } catch (FramingException e) {
      onMalformed();
    }
  }

  private void onFrame(ByteString bytes) {
    Optional<FileFrame> frame = broken ? Optional.empty() : FileFrames.parse(bytes);
    if (frame.isEmpty()) {
      onMalformed();
      return;
    }
    hold(weight(frame.get()));
    thread.post(
        () -> {
          waiting.add(frame.get());
          drain();
        });
  }

  private void onMalformed() {
    if (!broken) {
      broken = true;
      opened().reset(RESET_MALFORMED);
      thread.post(() -> over("the peer sends what makes no sense"));
    }
  }

  private void drain() {
    while (!paused && !over && !waiting.isEmpty()) {
      FileFrame frame = waiting.remove();
      try {
        target.onFrame(frame);
      } finally {
        release(weight(frame));
      }
    }
    String why = ended;
    if (!paused && !over && why != null) {
      over = true;
      target.onOver(why);
      whenOver.run();
    }
  }

  /** Guarded, so that the last word to the stream is the right one. */
  private synchronized void hold(long weight) {
    held += weight;
    if (held > MAX_HELD_BYTES && !stopped) {
      stopped = true;
      opened().setReading(false);
    }
  }

  private synchronized void release(long weight) {
    held -= weight;
    if (held < RESUME_BELOW_BYTES && stopped) {
      stopped = false;
      opened().setReading(true);
    }
  }

  private static long weight(FileFrame frame) {
    return frame.getSerializedSize() + OVERHEAD_BYTES;
  }

  @Override
  public void onWritable() {
    thread.post(
        () -> {
          if (!over) {
            target.onWritable();
          }
        });
  }

  @Override
  public void onEnd() {
    // Frames say when it is over; the peer may end its direction early.
  }

  @Override
  public void onClosed(StreamEnd how) {
    String why = why(how);
    thread.post(() -> over(why));
  }

  private static String why(StreamEnd how) {
    if (how instanceof StreamEnd.Lost lost) {
      return lost.why();
    }
    if (how instanceof StreamEnd.Reset reset) {
      return switch (reset.reason()) {
        case RESET_TOO_MANY -> "the peer has too much to do just now";
        case RESET_PAUSED -> "the peer's disk does not keep up";
        default -> "the peer has ended it";
      };
    }
    return "";
  }

  /** What has arrived before is still good, and is handed over first. */
  private void over(String why) {
    ended = why;
    drain();
  }

  private ByteStream opened() {
    ByteStream open = stream;
    if (open == null) {
      throw new IllegalStateException("the stream is not open yet");
    }
    return open;
  }
}
