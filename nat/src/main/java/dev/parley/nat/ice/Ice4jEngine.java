package dev.parley.nat.ice;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import dev.parley.nat.PeerKey;
import dev.parley.nat.stun.StunClient;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bounds how many attempts run at a time, and keeps ice4j's calls off the event loop, which owns
 * this.
 */
final class Ice4jEngine implements IceEngine {
  private static final Logger log = LoggerFactory.getLogger(Ice4jEngine.class);
  private static final int IDLE_SECONDS = 30;

  private final EventExecutor loop;
  private final CheckDemultiplexer demultiplexer;
  private final Set<Attempt> running = new HashSet<>();
  private final Queue<Attempt> waiting = new ArrayDeque<>();

  /**
   * One thread, which goes when nothing is to be done. What waits for it is bounded by the
   * attempts: each has a few steps, and one more per candidate at the most.
   */
  private final ThreadPoolExecutor worker =
      new ThreadPoolExecutor(
          1,
          1,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          new ThreadFactoryBuilder().setDaemon(true).setNameFormat("parley-ice").build());

  private boolean prewarmed;
  private boolean closed;

  Ice4jEngine(EventExecutor loop, StunClient.Sender sender) {
    this.loop = loop;
    this.demultiplexer = new CheckDemultiplexer(sender);
    worker.allowCoreThreadTimeOut(true);
  }

  @Override
  public IceAttempt start(PeerKey peer, IceRole role, IceLocals locals, IceListener listener) {
    Attempt attempt = new Attempt(peer, role, locals, listener, this);
    if (closed || locals.hosts().isEmpty()) {
      post(() -> attempt.fail("this side has no address"));
    } else if (running.size() < MAX_ATTEMPTS) {
      open(attempt);
    } else if (waiting.size() < MAX_WAITING) {
      waiting.add(attempt);
    } else {
      post(() -> attempt.fail("too many attempts are waiting"));
    }
    return attempt;
  }

  private void open(Attempt attempt) {
    prewarm();
    running.add(attempt);
    attempt.open();
  }

  @Override
  public boolean onStun(ByteBuf packet, InetSocketAddress from) {
    return demultiplexer.onStun(packet, from);
  }

  @Override
  public void prewarm() {
    if (prewarmed || closed) {
      return;
    }
    prewarmed = true;
    work(
        () -> {
          Ice4jSetup.apply();
          try {
            AgentSession.load();
          } catch (IOException | RuntimeException e) {
            log.warn("ice4j does not start", e);
          }
        });
  }

  @Override
  public long rejected() {
    return demultiplexer.rejected();
  }

  @Override
  public int inFlight() {
    return running.size();
  }

  /** Attempts that have been freed make room. */
  void released(Attempt attempt) {
    running.remove(attempt);
    while (!closed && running.size() < MAX_ATTEMPTS && !waiting.isEmpty()) {
      open(waiting.remove());
    }
  }

  void withdraw(Attempt attempt) {
    waiting.remove(attempt);
  }

  CheckDemultiplexer demultiplexer() {
    return demultiplexer;
  }

  EventExecutor loop() {
    return loop;
  }

  /** Has the thread {@code parley-ice} do this, after all that it was given before. */
  void work(Runnable step) {
    try {
      worker.execute(step);
    } catch (RejectedExecutionException e) {
      log.debug("a step of ICE comes after the end");
    }
  }

  /** Has the event loop do this. May be called on any thread. */
  void post(Runnable event) {
    try {
      loop.execute(event);
    } catch (RejectedExecutionException e) {
      log.debug("news of ICE comes after the end");
    }
  }

  /** The way out for ice4j, on any thread. */
  void send(CheckPort from, byte[] packet, InetSocketAddress to) throws IOException {
    try {
      loop.execute(() -> demultiplexer.send(from, packet, to));
    } catch (RejectedExecutionException e) {
      throw new IOException("the event loop has ended", e);
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    List<Attempt> all =
        new ArrayList<>(ImmutableList.<Attempt>builder().addAll(running).addAll(waiting).build());
    all.forEach(Attempt::close);
    worker.shutdown();
  }
}
