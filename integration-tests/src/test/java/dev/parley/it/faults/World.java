package dev.parley.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.HistoryPage;
import dev.parley.control.v1.HistoryRequest;
import dev.parley.control.v1.KeptMessage;
import dev.parley.control.v1.MessageState;
import dev.parley.it.faults.Model.Divergence;
import dev.parley.it.faults.agent.FaultPoint;
import dev.parley.it.process.Control;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Home;
import dev.parley.it.process.RelayProcess;
import dev.parley.it.process.Stage;
import dev.parley.proto.home.NodeHome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.awaitility.Awaitility;

/**
 * Three nodes at one relay, all with the agent, and traffic among them. alice and bob write to each
 * other and to carol, and carol to alice.
 */
final class World implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration PAUSE = Duration.ofMillis(60);

  private static final int PAGE = 1_000;

  /** Who is away while a machine is slow must not meet the bounds: they have tests of their own. */
  private static final String ROOMY =
      """
      [relay.mailbox]
      max_messages_per_recipient = 1_000_000
      max_messages_per_depositor = 1_000_000
      max_bytes_per_recipient = 1_000_000_000
      """;

  private static final List<Flow> FLOWS =
      List.of(
          new Flow("alice", "bob"),
          new Flow("bob", "alice"),
          new Flow("alice", "carol"),
          new Flow("bob", "carol"),
          new Flow("carol", "alice"));

  private final long seed;
  private final Model model = new Model();
  private final Map<String, Victim> victims = new TreeMap<>();
  private final List<Sender> senders = new ArrayList<>();
  private final List<Reader> readers = new ArrayList<>();
  private final ScheduledExecutorService threads;

  private World(long seed, Map<String, Victim> victims) {
    this.seed = seed;
    this.victims.putAll(victims);
    for (Flow flow : FLOWS) {
      senders.add(new Sender(flow, places(flow.from()), model, chance(flow.toString())));
    }
    for (String node : List.of("alice", "bob", "carol")) {
      for (Reader.Habit habit : Reader.Habit.values()) {
        readers.add(new Reader(node, habit, places(node), model, chance(node + habit)));
      }
    }
    threads = Executors.newScheduledThreadPool(senders.size() + readers.size());
  }

  /**
   * Where a process lives.
   *
   * @param home with all that it needs
   * @param address that it listens at
   */
  record Place(Home home, String address) {}

  /** Starts everything on this machine. */
  static World begin(Stage stage, long seed) {
    return begin(stage, seed, home -> new Place(home, "127.0.0.1:0"));
  }

  /** Starts everything, and waits until each may leave mail for those that it writes to. */
  static World begin(Stage stage, long seed, Function<Home, Place> places) {
    Path agent = AgentJar.make(stage.directory());
    Place relayPlace = places.apply(Victim.prepare(stage, stage.home("relay"), agent));
    Home relayHome = relayPlace.home().config(ROOMY);
    RelayProcess relay = RelayProcess.start(relayHome, relayPlace.address());
    Map<String, Victim> victims = new TreeMap<>();
    victims.put("relay", Victim.of(stage, relayHome, relay));
    Map<String, Daemon> daemons = new TreeMap<>();
    for (String name : List.of("alice", "bob", "carol")) {
      Place place = places.apply(Victim.prepare(stage, stage.home(name), agent));
      Daemon daemon = place.home().startWith("--listen", place.address(), "--relay", relay.url());
      daemons.put(name, daemon);
      victims.put(name, Victim.of(stage, daemon));
    }
    Daemon.introduceWithoutAddresses(of(daemons, "alice"), of(daemons, "bob"));
    Daemon.introduceWithoutAddresses(of(daemons, "alice"), of(daemons, "carol"));
    Daemon.introduceWithoutAddresses(of(daemons, "bob"), of(daemons, "carol"));
    World world = stage.closeLater(new World(seed, victims));
    world.senders.forEach(world::repeat);
    world.readers.forEach(world::repeat);
    FLOWS.forEach(flow -> awaitGrant(of(daemons, flow.from()), of(daemons, flow.to())));
    return world;
  }

  /** With the first link comes the permission to leave mail. */
  private static void awaitGrant(Daemon sender, Daemon recipient) {
    String granted = recipient.peerId().substring(0, 10) + " lets us leave mail";
    Awaitility.await(sender.name() + " may leave mail for " + recipient.name())
        .atMost(PATIENCE)
        .until(() -> sender.process().err().contains(granted));
  }

  private void repeat(Runnable task) {
    var unused = threads.scheduleWithFixedDelay(task, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private NodeHome places(String node) {
    return victim(node).home().places();
  }

  /** Chance of one's own, so that what one does with it changes nothing for others. */
  Random chance(String whose) {
    return new Random(seed * 31 + whose.hashCode());
  }

  Victim victim(String name) {
    return of(victims, name);
  }

  private static <T> T of(Map<String, T> everybody, String name) {
    T found = everybody.get(name);
    if (found == null) {
      throw new IllegalArgumentException("nobody is called " + name);
    }
    return found;
  }

  Model model() {
    return model;
  }

  /** Fails when anything has happened that must not. */
  void requireNoDivergence() {
    assertThat(model.divergence()).as("first divergence from the model, seed %s", seed).isEmpty();
  }

  /** Lets the traffic run into a fault for as long as this. */
  void endure(Duration length) {
    long until = System.nanoTime() + length.toNanos();
    Awaitility.await("the fault has lasted " + length)
        .atMost(length.plus(PATIENCE))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> System.nanoTime() - until >= 0);
    requireNoDivergence();
  }

  /** Waits until a node takes messages again; the relay has nobody to take them from. */
  void awaitTrafficOf(String name) {
    if (senders.stream().noneMatch(sender -> sender.flow().from().equals(name))) {
      return;
    }
    int accepted = model.acceptedFrom(name);
    Awaitility.await(name + " takes messages, seed " + seed)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> model.divergence().isPresent() || model.acceptedFrom(name) > accepted);
  }

  /** Waits until this many more messages were accepted, or acknowledged. */
  void awaitProgress(int messages) {
    int accepted = model.acceptedCount() + messages;
    int acknowledged = model.acknowledgedCount() + messages;
    Awaitility.await(messages + " further messages, seed " + seed)
        .atMost(PATIENCE)
        .until(
            () ->
                model.divergence().isPresent()
                    || (model.acceptedCount() >= accepted
                        && model.acknowledgedCount() >= acknowledged));
    requireNoDivergence();
  }

  /**
   * Lets the traffic come to its end and compares all of it with the model: everything accepted is
   * acknowledged by every consumer, and delivered or read as its sender sees it. All processes must
   * run.
   */
  void settle() {
    senders.forEach(sender -> sender.pause(true));
    readers.forEach(reader -> reader.diligent(true));
    Awaitility.await("all messages are acknowledged, seed " + seed)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              assertThat(senders).as("seed %s", seed).noneMatch(Sender::isPending);
              assertThat(model.missing()).as("not acknowledged, seed %s", seed).isEmpty();
            });
    requireNoDivergence();
    model.flows().forEach(this::requireDelivered);
  }

  void goOn() {
    readers.forEach(reader -> reader.diligent(false));
    senders.forEach(sender -> sender.pause(false));
  }

  private void requireDelivered(Flow flow) {
    try (Control control = Control.open(places(flow.from()))) {
      Set<String> ids = new HashSet<>(model.ids(flow));
      Awaitility.await(flow + " is delivered, seed " + seed)
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                List<KeptMessage> kept = sent(control, flow.to());
                assertThat(kept)
                    .as("%s, seed %s", flow, seed)
                    .allMatch(message -> isThere(message.getState()));
                assertThat(kept.stream().map(KeptMessage::getMessageId))
                    .as("%s: sent, seed %s", flow, seed)
                    .containsExactlyInAnyOrderElementsOf(ids);
              });
    }
  }

  private static boolean isThere(MessageState state) {
    return state == MessageState.MESSAGE_STATE_DELIVERED
        || state == MessageState.MESSAGE_STATE_READ;
  }

  private static List<KeptMessage> sent(Control control, String peer) {
    List<KeptMessage> sent = new ArrayList<>();
    long before = 0;
    do {
      HistoryRequest request =
          HistoryRequest.newBuilder().setPeer(peer).setBefore(before).setLimit(PAGE).build();
      HistoryPage page = control.connection().messagesNow().history(request);
      page.getMessagesList().stream().filter(World::isSent).forEach(sent::add);
      before = page.getNextBefore();
    } while (before != 0);
    return sent;
  }

  private static boolean isSent(KeptMessage message) {
    return message.getDirection() == KeptMessage.Direction.DIRECTION_SENT;
  }

  /** How often a process has passed a point. */
  int passed(String victim, FaultPoint point) {
    return victim(victim).passed().getOrDefault(point, 0);
  }

  /** What senders were told in place of an id. */
  Map<String, Integer> answers() {
    Map<String, Integer> all = new TreeMap<>();
    senders.forEach(
        sender -> sender.answers().forEach((word, count) -> all.merge(word, count, Integer::sum)));
    return all;
  }

  /** The figures that every run prints. */
  String summary(String what) {
    return String.format(
        "%s: seed %d%n"
            + "  accepted %d, acknowledged %d (by %d consumers of each node), letters opened %d%n"
            + "  lost %d, duplicates %d, out of order %d; handed over again, unacknowledged: %d%n"
            + "  senders were told, and sent again: %s",
        what,
        seed,
        model.acceptedCount(),
        model.acknowledgedCount(),
        Reader.Habit.values().length,
        victims.keySet().stream().mapToInt(it -> passed(it, FaultPoint.LETTER_OPENED)).sum(),
        model.lost(),
        model.count(Divergence.DUPLICATE),
        model.count(Divergence.DISORDER),
        model.repeats(),
        answers());
  }

  @Override
  public void close() throws InterruptedException {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).as("traffic ends").isTrue();
    senders.forEach(Sender::disconnect);
    readers.forEach(Reader::disconnect);
  }
}
