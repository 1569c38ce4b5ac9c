package dev.parley.node;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.MoreExecutors;
import dev.parley.contacts.ContactBook;
import dev.parley.contacts.ContactException;
import dev.parley.discovery.RelayUrl;
import dev.parley.identity.Identity;
import dev.parley.pairing.PairingCode;
import dev.parley.pairing.PairingException;
import dev.parley.pairing.PairingException.Reason;
import dev.parley.pairing.PairingListener;
import dev.parley.pairing.PairingPlan;
import dev.parley.pairing.PairingRole;
import dev.parley.pairing.Pairings;
import io.netty.channel.EventLoop;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Pairings of this node, each on a thread of its own. Thread-safe. */
final class NodePairings implements Pairings {
  /** At a time; each holds a connection to a relay for up to ten minutes. */
  static final int MAX_RUNNING = 16;

  /**
   * What a pairing has to do with.
   *
   * @param home the home relay, asked on the event loop
   * @param relays those of the configuration
   * @param blocking where pairings run: they compute for milliseconds, and wait for the disk
   */
  record Surroundings(
      Identity identity,
      OwnRecord record,
      ContactBook contacts,
      Supplier<Optional<RelayUrl>> home,
      ImmutableList<RelayUrl> relays,
      EventLoop loop,
      Executor blocking,
      SecureRandom random,
      Clock clock) {}

  private final Surroundings node;
  private final Set<PairingRun> running = ConcurrentHashMap.newKeySet();

  NodePairings(Surroundings node) {
    this.node = node;
  }

  @Override
  public Handle invite(PairingPlan plan, PairingListener listener) {
    return begin(new PairingRun.Task(PairingRole.INVITE, Optional.empty(), plan), listener);
  }

  @Override
  public Handle accept(String code, PairingPlan plan, PairingListener listener) {
    try {
      PairingCode read = PairingCode.parse(code);
      return begin(new PairingRun.Task(PairingRole.ACCEPT, Optional.of(read), plan), listener);
    } catch (PairingException e) {
      return refused(e, listener);
    }
  }

  private Handle begin(PairingRun.Task task, PairingListener listener) {
    if (task.plan().name().isPresent()) {
      try {
        node.contacts().requireFree(task.plan().name().get());
      } catch (ContactException e) {
        return refused(
            new PairingException(Reason.BAD_NAME, String.valueOf(e.getMessage()), e.hint()),
            listener);
      }
    }
    Executor actor = MoreExecutors.newSequentialExecutor(node.blocking());
    PairingRun run = new PairingRun(node, task, listener, actor, running::remove);
    running.add(run);
    if (running.size() > MAX_RUNNING) {
      running.remove(run);
      return refused(
          new PairingException(
              Reason.LIMIT,
              "this node waits for " + MAX_RUNNING + " pairings already",
              "end some of them first"),
          listener);
    }
    run.start();
    return run;
  }

  /** On another thread than the caller's, as all that a listener hears. */
  private Handle refused(PairingException why, PairingListener listener) {
    node.blocking().execute(() -> listener.onFailed(why));
    return () -> {};
  }

  void close() {
    running.forEach(PairingRun::close);
  }
}
