package dev.parley.messaging;

import dev.parley.link.Link;
import dev.parley.link.LinkPath;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;

/**
 * Links in memory, which end when the test says so: at any frame, or by the node's crash. One
 * thread plays the links' thread of every node.
 */
final class MemoryNetwork implements AutoCloseable {
  static final LinkPath PATH =
      new LinkPath(LinkPath.Kind.RELAY, LinkPath.Transport.UDP, "memory", Optional.empty());

  final ExecutorService thread = Executors.newSingleThreadExecutor();
  final RandomGenerator random;
  private final Map<PeerId, MemoryLinks> nodes = new ConcurrentHashMap<>();
  private final List<MemoryLink> open = new ArrayList<>();
  private boolean reachable = true;

  /** Frames until the next cut, or -1 for none. */
  private int framesLeft = -1;

  private int cutsLeft;
  private int meanFrames;

  MemoryNetwork(RandomGenerator random) {
    this.random = random;
  }

  static PeerId peer(int number) {
    return PeerId.of(ByteBuffer.allocate(PeerId.BYTES).putInt(number).array());
  }

  /** Joins the network; a node that was there under this id is gone, as by a crash. */
  MemoryLinks join(PeerId id) {
    MemoryLinks links = new MemoryLinks(this, id);
    run(
        () -> {
          MemoryLinks before = nodes.put(id, links);
          if (before != null) {
            before.crash();
            List.copyOf(open).stream().filter(link -> link.touches(before)).forEach(this::cut);
          }
        });
    return links;
  }

  /** From now on nothing that this node does is seen by anybody. Returns when that is so. */
  void crash(MemoryLinks links) {
    CompletableFuture.runAsync(
            () -> {
              nodes.remove(links.id(), links);
              links.crash();
              List.copyOf(open).stream().filter(link -> link.touches(links)).forEach(this::cut);
            },
            thread)
        .join();
  }

  void setReachable(boolean value) {
    run(
        () -> {
          reachable = value;
          if (!value) {
            List.copyOf(open).forEach(this::cut);
          }
          dialWanted();
        });
  }

  /** Cuts links this many times, each after a random number of frames. */
  void cutAtRandom(int cuts, int meanFramesBetween) {
    run(
        () -> {
          cutsLeft = cuts;
          meanFrames = meanFramesBetween;
          framesLeft = random.nextInt(2 * meanFrames);
        });
  }

  /** A second link beside the first, as when both sides dial and when a path changes. */
  void dialAgain(PeerId from, PeerId to) {
    run(() -> connect(node(from), node(to)));
  }

  void run(Runnable task) {
    if (!thread.isShutdown()) {
      thread.execute(task);
    }
  }

  /** On the links' thread: frames are about to be delivered; returns how many still can be. */
  int beforeDelivery(int frames) {
    return framesLeft < 0 ? frames : Math.min(frames, framesLeft);
  }

  void afterDelivery(MemoryLink link, int frames) {
    if (framesLeft < 0) {
      return;
    }
    framesLeft -= frames;
    if (framesLeft <= 0) {
      cutsLeft--;
      framesLeft = cutsLeft > 0 ? 1 + random.nextInt(2 * meanFrames) : -1;
      if (random.nextInt(4) == 0 && link.isUp()) {
        // The new link comes up before the old one is known to be gone.
        connect(link.oneEnd(), link.otherEnd());
        run(() -> cut(link));
      } else {
        cut(link);
      }
    }
  }

  void dialWanted() {
    Map<PeerId, MemoryLinks> snapshot = new HashMap<>(nodes);
    snapshot
        .values()
        .forEach(
            links ->
                links
                    .wanted()
                    .forEach(
                        peer -> {
                          MemoryLinks other = snapshot.get(peer);
                          if (reachable
                              && other != null
                              && other.isReady()
                              && links.current(peer).isEmpty()) {
                            connect(links, other);
                          }
                        }));
  }

  private void connect(MemoryLinks from, MemoryLinks to) {
    MemoryLink link = new MemoryLink(this, from, to);
    open.add(link);
    from.up(link.endOf(from));
    to.up(link.endOf(to));
  }

  void cut(MemoryLink link) {
    if (open.remove(link)) {
      link.down();
      run(this::dialWanted);
    }
  }

  private MemoryLinks node(PeerId id) {
    MemoryLinks links = nodes.get(id);
    if (links == null) {
      throw new IllegalStateException("no node " + id);
    }
    return links;
  }

  /** Both ends of a link. */
  Optional<Link> link(PeerId from, PeerId to) {
    return node(from).current(to);
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
