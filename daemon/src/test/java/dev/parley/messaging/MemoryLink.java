package dev.parley.messaging;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import dev.parley.link.ByteStream;
import dev.parley.link.ByteStreamHandler;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.Link;
import dev.parley.link.LinkPath;
import dev.parley.link.LinkStream;
import dev.parley.link.StreamHandler;
import dev.parley.link.StreamKind;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A link between two nodes in memory. Owned by the network's thread. */
final class MemoryLink {
  private static final long WRITABLE_BYTES = 256 * 1024;

  private final MemoryNetwork network;
  private final End one;
  private final End other;
  private final List<StreamEnd> streams = new ArrayList<>();
  private volatile boolean up = true;

  MemoryLink(MemoryNetwork network, MemoryLinks from, MemoryLinks to) {
    this.network = network;
    this.one = new End(from, to);
    this.other = new End(to, from);
  }

  boolean touches(MemoryLinks links) {
    return one.here == links || other.here == links;
  }

  boolean isUp() {
    return up;
  }

  MemoryLinks oneEnd() {
    return one.here;
  }

  MemoryLinks otherEnd() {
    return other.here;
  }

  End endOf(MemoryLinks links) {
    return one.here == links ? one : other;
  }

  void down() {
    up = false;
    List.copyOf(streams).forEach(StreamEnd::end);
    one.here.down(one);
    other.here.down(other);
  }

  /** One node's end. */
  final class End implements Link {
    private final MemoryLinks here;
    private final MemoryLinks there;

    End(MemoryLinks here, MemoryLinks there) {
      this.here = here;
      this.there = there;
    }

    @Override
    public PeerId peer() {
      return there.id();
    }

    @Override
    public LinkStream open(StreamKind kind, StreamHandler handler) {
      StreamEnd mine = new StreamEnd(this, kind);
      StreamEnd theirs = new StreamEnd(endOf(there), kind);
      mine.pair = theirs;
      theirs.pair = mine;
      mine.handler = handler;
      network.run(
          () -> {
            if (!up || here.isCrashed()) {
              mine.end();
              return;
            }
            theirs.handler = there.acceptor().onStream(theirs);
            streams.add(mine);
            streams.add(theirs);
          });
      return mine;
    }

    @Override
    public ByteStream open(ByteStreamKind kind, ByteStreamHandler handler) {
      throw new AssertionError("messages need frames alone");
    }

    @Override
    public boolean sendDatagram(ByteBuffer datagram) {
      throw new AssertionError("messages need frames alone");
    }

    @Override
    public int maxDatagramBytes() {
      throw new AssertionError("messages need frames alone");
    }

    @Override
    public LinkPath path() {
      return MemoryNetwork.PATH;
    }

    @Override
    public LinkPath inboundPath() {
      return MemoryNetwork.PATH;
    }

    @Override
    public CompletionStage<Duration> ping() {
      return CompletableFuture.completedFuture(Duration.ZERO);
    }
  }

  /** One end of a stream. */
  final class StreamEnd implements LinkStream {
    private final End link;
    private final StreamKind kind;
    private final AtomicLong onTheWay = new AtomicLong();
    private final ArrayDeque<ByteString> arrived = new ArrayDeque<>();
    private StreamEnd pair;
    private StreamHandler handler;
    private volatile boolean reading = true;
    private boolean ended;

    StreamEnd(End link, StreamKind kind) {
      this.link = link;
      this.kind = kind;
    }

    @Override
    public Link link() {
      return link;
    }

    @Override
    public void write(List<? extends MessageLite> frames) {
      List<ByteString> bytes = new ArrayList<>();
      for (MessageLite frame : frames) {
        if (frame.getSerializedSize() > kind.maxFrameBytes()) {
          throw new IllegalArgumentException("a frame of " + frame.getSerializedSize());
        }
        bytes.add(frame.toByteString());
      }
      writeRaw(bytes);
    }

    /** For hostile tests. */
    void writeRaw(List<ByteString> frames) {
      onTheWay.addAndGet(frames.stream().mapToLong(ByteString::size).sum());
      network.run(
          () -> {
            if (!ended && !link.here.isCrashed()) {
              pair.arrived.addAll(frames);
              pair.deliver();
            }
          });
    }

    @Override
    public boolean isWritable() {
      return onTheWay.get() < WRITABLE_BYTES;
    }

    @Override
    public void setReading(boolean wanted) {
      reading = wanted;
      network.run(this::deliver);
    }

    @Override
    public void close() {
      network.run(
          () -> {
            end();
            pair.end();
          });
    }

    /** Frames that have arrived at the other end and are not read there. */
    int unreadByPeer() {
      return pair.arrived.size();
    }

    private void deliver() {
      while (reading && !ended && !arrived.isEmpty() && handler != null) {
        int count = network.beforeDelivery(1 + network.random.nextInt(32));
        List<ByteString> frames = new ArrayList<>();
        long bytes = 0;
        while (frames.size() < count && !arrived.isEmpty()) {
          frames.add(arrived.removeFirst());
          bytes += frames.get(frames.size() - 1).size();
        }
        if (!frames.isEmpty() && !link.here.isCrashed()) {
          handler.onFrames(frames);
        }
        long before = pair.onTheWay.getAndAdd(-bytes);
        if (before >= WRITABLE_BYTES && before - bytes < WRITABLE_BYTES && !pair.ended) {
          pair.handler.onWritable();
        }
        network.afterDelivery(MemoryLink.this, frames.size());
      }
    }

    private void end() {
      if (!ended) {
        ended = true;
        streams.remove(this);
        if (handler != null && !link.here.isCrashed()) {
          handler.onClosed();
        }
      }
    }
  }
}
