package dev.parley.it.faults;

import dev.parley.it.faults.agent.FaultPoint;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Rounds of kill -9 while traffic goes on: in each, any of alice, bob and the relay, at any moment
 * or at a named point. carol is away for two rounds of three, so that mail is left for her. A round
 * begins while processes that the one before has killed are still starting.
 */
final class KillRounds implements AutoCloseable {
  private static final Duration POINT_WITHIN = Duration.ofMillis(2_500);
  private static final int LATEST_MILLIS = 800;

  /** Mail is fetched soon after a start. */
  private static final int LATEST_FETCHING_MILLIS = 100;

  private static final int LONGEST_ABSENCE_MILLIS = 300;
  private static final int MOST_PASSES = 6;

  /** Starts take most of the time: while some start, others end. */
  private static final int MOST_AT_ONCE = 2;

  /** What a relay comes by. */
  static final Set<FaultPoint> OF_RELAY =
      EnumSet.of(
          FaultPoint.LETTER_WRITTEN,
          FaultPoint.LETTER_KEPT,
          FaultPoint.LETTER_REMOVED,
          FaultPoint.AMID_COMMIT,
          FaultPoint.AFTER_COMMIT);

  /** What a node comes by when it fetches its mail. */
  static final Set<FaultPoint> OF_FETCHING =
      EnumSet.of(
          FaultPoint.LETTER_OPENED, FaultPoint.LETTER_TAKEN, FaultPoint.LETTER_KEY_DESTROYED);

  /** What a node comes by beyond that. */
  static final Set<FaultPoint> OF_NODE =
      EnumSet.complementOf(
          EnumSet.of(
              FaultPoint.LETTER_WRITTEN,
              FaultPoint.LETTER_KEPT,
              FaultPoint.LETTER_REMOVED,
              FaultPoint.LETTER_OPENED,
              FaultPoint.LETTER_TAKEN,
              FaultPoint.LETTER_KEY_DESTROYED));

  private final World world;
  private final Random random;
  private final Map<String, Integer> kills = new ConcurrentHashMap<>();
  private final Map<FaultPoint, Integer> reached = new ConcurrentHashMap<>();
  private final Map<Set<FaultPoint>, Deque<FaultPoint>> decks = new HashMap<>();

  /** What befalls each, one after the other; done when there is no more. */
  private final Map<String, CompletableFuture<Void>> lanes = new HashMap<>();

  /** They wait for processes to end and to start. */
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private final Deque<CompletableFuture<Void>> under = new ArrayDeque<>();
  private boolean carolIsAway;

  KillRounds(World world) {
    this.world = world;
    this.random = world.chance("rounds");
  }

  /**
   * Begins a round, and returns when few enough are under way. Nothing here depends on what the
   * processes do meanwhile, so that a seed brings the same rounds again.
   */
  void round(int number) {
    List<CompletableFuture<Void>> faults = new ArrayList<>();
    List<String> who = new ArrayList<>(List.of("alice", "bob", "relay"));
    Collections.shuffle(who, random);
    for (String name : who.subList(0, 1 + random.nextInt(who.size()))) {
      faults.add(
          befall(name, name.equals("relay") ? OF_RELAY : OF_NODE, random.nextInt(LATEST_MILLIS)));
    }
    if (number % 3 == 0) {
      faults.add(then("carol", at(0), () -> kill(new Fault.Kill(world.victim("carol")))));
      carolIsAway = true;
    } else if (number % 3 == 2) {
      faults.add(bringBackCarol());
      faults.add(befall("carol", OF_FETCHING, random.nextInt(LATEST_FETCHING_MILLIS)));
    }
    under.add(CompletableFuture.allOf(faults.toArray(CompletableFuture[]::new)));
    awaitRounds(MOST_AT_ONCE - 1);
  }

  private void awaitRounds(int stillUnderWay) {
    while (under.size() > stillUnderWay) {
      try {
        under.remove().join();
      } catch (CompletionException e) {
        throw new AssertionError("a round failed", e.getCause());
      }
      world.requireNoDivergence();
    }
  }

  /** No round is under way, and everybody is back. */
  void end() {
    awaitRounds(0);
    bringBackCarol().join();
  }

  private CompletableFuture<Void> bringBackCarol() {
    boolean wasAway = carolIsAway;
    carolIsAway = false;
    return then("carol", at(0), () -> restart("carol", wasAway));
  }

  private void restart(String name, boolean wasAway) {
    if (wasAway) {
      world.victim(name).restart();
    }
  }

  private CompletableFuture<Void> befall(String name, Set<FaultPoint> points, int afterMillis) {
    Victim victim = world.victim(name);
    boolean atPoint = random.nextInt(3) > 0;
    FaultPoint point = draw(points);
    int passes = random.nextInt(MOST_PASSES);
    Fault fault =
        atPoint
            ? new Fault.KillAtPoint(victim, point, passes, POINT_WITHIN)
            : new Fault.Kill(victim);
    var killed = then(name, at(afterMillis), () -> kill(fault));
    var back = then(name, at(random.nextInt(LONGEST_ABSENCE_MILLIS)), fault::end);
    var inTraffic = then(name, at(0), () -> world.awaitTrafficOf(name));
    return CompletableFuture.allOf(killed, back, inTraffic);
  }

  /** Once all before it has befallen the same process. */
  private CompletableFuture<Void> then(String name, Executor when, Runnable what) {
    CompletableFuture<Void> next =
        lanes.getOrDefault(name, CompletableFuture.completedFuture(null)).thenRunAsync(what, when);
    lanes.put(name, next);
    return next;
  }

  /** All come before any comes again. */
  private FaultPoint draw(Set<FaultPoint> points) {
    Deque<FaultPoint> deck = decks.computeIfAbsent(points, any -> new ArrayDeque<>());
    if (deck.isEmpty()) {
      List<FaultPoint> all = new ArrayList<>(points);
      Collections.shuffle(all, random);
      deck.addAll(all);
    }
    return deck.remove();
  }

  private Executor at(int millis) {
    return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, threads);
  }

  private void kill(Fault fault) {
    fault.begin();
    kills.merge(fault.victim().name(), 1, Integer::sum);
    if (fault instanceof Fault.KillAtPoint atPoint && atPoint.wasReached()) {
      reached.merge(atPoint.point(), 1, Integer::sum);
    }
  }

  /** Ends processes at every point that has not been reached by chance. */
  void reachTheRest() {
    for (FaultPoint point : FaultPoint.values()) {
      if (!reached.containsKey(point)) {
        reach(point);
      }
    }
  }

  private void reach(FaultPoint point) {
    boolean fetching = OF_FETCHING.contains(point);
    String who = fetching ? "carol" : OF_NODE.contains(point) ? "alice" : "relay";
    Fault.KillAtPoint fault = new Fault.KillAtPoint(world.victim(who), point, 0, World.PATIENCE);
    if (fetching) {
      leaveMailForCarol();
      // Otherwise she would have fetched it before the point is armed.
      Fault silence = new Fault.Suspended(world.victim("relay"));
      silence.begin();
      bringBackCarol().join();
      fault.arm();
      silence.end();
    } else if (point == FaultPoint.LETTER_REMOVED) {
      leaveMailForCarol();
      fault.arm();
      bringBackCarol().join();
    } else if (point.name().startsWith("LETTER_")) {
      leaveMailForCarol();
    }
    kill(fault);
    fault.end();
    bringBackCarol().join();
    world.requireNoDivergence();
  }

  private void leaveMailForCarol() {
    if (!carolIsAway) {
      kill(new Fault.Kill(world.victim("carol")));
      carolIsAway = true;
    }
    int before = world.passed("relay", FaultPoint.LETTER_KEPT);
    Awaitility.await("mail is left for carol")
        .atMost(World.PATIENCE)
        .until(() -> world.passed("relay", FaultPoint.LETTER_KEPT) > before + 3);
  }

  Map<FaultPoint, Integer> reached() {
    return new TreeMap<>(reached);
  }

  String summary() {
    int all = kills.values().stream().mapToInt(Integer::intValue).sum();
    int atPoints = reached.values().stream().mapToInt(Integer::intValue).sum();
    return String.format(
        "  kills %d %s, of these at named points %d %s",
        all, new TreeMap<>(kills), atPoints, reached());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
