package dev.parley.nat.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.nat.netcheck.NatBehavior;
import dev.parley.nat.path.PathKind;
import dev.parley.nat.path.PathSwitch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random networks, and random things that happen to them; then calm. {@code -Dsim.seeds=N} tries
 * more, {@code -Dsim.first=SEED} begins elsewhere.
 */
class RandomNetworksTest {
  private static final int SEEDS = Integer.getInteger("sim.seeds", 500);
  private static final int FIRST = Integer.getInteger("sim.first", 0);
  private static final Duration STEP = Duration.ofMillis(200);

  /** The largest pause between two rounds of checking, a round, and a question to STUN. */
  private static final Duration CALM = Duration.ofMinutes(6);

  private static final List<NatBehavior> BEHAVIORS =
      List.of(
          NatBehavior.ENDPOINT_INDEPENDENT,
          NatBehavior.ADDRESS_DEPENDENT,
          NatBehavior.ADDRESS_AND_PORT_DEPENDENT);

  /** The path in use and the best other one, for as long as the first is in doubt. */
  private static final int COPIES_IN_DOUBT = 2;

  @Test
  void whateverHappensTheyEndUpOnTheBestPathThereIsAndHoldNoMoreThanTheyNeed() {
    int direct = 0;
    for (int seed = FIRST; seed < FIRST + SEEDS; seed++) {
      try {
        direct += new Run(seed).play() ? 1 : 0;
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    System.out.printf("%d random networks from seed %d: %d direct%n", SEEDS, FIRST, direct);
    assertThat(direct).isBetween(SEEDS / 4, SEEDS);
  }

  private static final class Run {
    final Random random;
    final Internet internet;
    final Site one;
    final Site other;
    final Couple couple;
    final List<String> history = new ArrayList<>();

    Run(long seed) {
      random = new Random(~seed);
      internet = new Internet(seed);
      one = site();
      boolean sameHome = !one.nats().isEmpty() && random.nextInt(8) == 0;
      other = sameHome ? one.guest() : site();
      one.line().delay(Duration.ofMillis(1 + random.nextInt(60)));
      other.line().delay(Duration.ofMillis(1 + random.nextInt(60)));
      couple = new Couple(internet, one, other);
      one.nats().forEach(nat -> history.add("one " + nat.rules()));
      other.nats().forEach(nat -> history.add("other " + nat.rules()));
    }

    private Site site() {
      return switch (random.nextInt(6)) {
        case 0 -> internet.open();
        // Homes map alike for all; a carrier behind which they did not would filter what it told.
        case 1 ->
            internet.behind(NatRules.of(NatBehavior.ENDPOINT_INDEPENDENT, behavior()), rules());
        default -> internet.behind(rules());
      };
    }

    private NatRules rules() {
      if (random.nextInt(20) == 0) {
        return NatRules.UDP_BLOCKED;
      }
      NatRules rules = NatRules.of(behavior(), behavior());
      rules = rules.lasting(Duration.ofSeconds(20 + random.nextInt(280)));
      return random.nextBoolean() ? rules.hairpinning() : rules;
    }

    private NatBehavior behavior() {
      return BEHAVIORS.get(random.nextInt(BEHAVIORS.size()));
    }

    boolean play() {
      couple.alice.dial(couple.bob);
      if (random.nextInt(4) == 0) {
        couple.bob.dial(couple.alice);
      }
      for (int i = 0; i < 12; i++) {
        happen();
        step();
      }
      calmDown();
      return verify();
    }

    /** Something, and then up to half a minute of talk or of silence. */
    private void happen() {
      Site site = random.nextBoolean() ? one : other;
      MiniNode node = random.nextBoolean() ? couple.alice : couple.bob;
      switch (random.nextInt(10)) {
        case 0 -> note("loss", () -> site.line().loss(random.nextDouble() / 2));
        case 1 -> note("disorder", () -> disorder(site.line()));
        case 2 -> note("calm", () -> site.line().calm());
        case 3 -> note("reboot", () -> site.nats().forEach(NatBox::reboot));
        case 4 -> note("cut", () -> couple.cut(random.nextBoolean()));
        case 5 -> note("relay", () -> internet.relay().up(random.nextBoolean()));
        case 6 -> note("cable", () -> node.plug(random.nextBoolean()));
        case 7 -> note("address", () -> changeAddress(node));
        case 8 -> note("restart", () -> node.restart());
        default -> note("nothing", () -> {});
      }
    }

    private void note(String what, Runnable event) {
      history.add(internet.time.millis() + " " + what);
      event.run();
    }

    private void disorder(Line line) {
      line.jitter(Duration.ofMillis(random.nextInt(40)))
          .reordered(random.nextDouble() / 4)
          .duplicated(random.nextDouble() / 4);
    }

    /** Where it is public, the relay's and the peer's packets find nobody at the old one. */
    private void changeAddress(MiniNode node) {
      if (!node.site().nats().isEmpty()) {
        node.changeAddress();
      }
    }

    private void step() {
      Duration time = Duration.ofMillis(random.nextInt(30_000));
      if (random.nextBoolean()) {
        couple.talk(time, STEP);
      } else {
        couple.pass(time);
      }
      // Before a link is proven, its first datagrams go to all that is known; the user's do not.
      assertThat(couple.mostCopies()).as("%s", history).isLessThanOrEqualTo(COPIES_IN_DOUBT);
    }

    private void calmDown() {
      one.line().calm();
      other.line().calm();
      couple.cut(false);
      internet.relay().up(true);
      couple.alice.plug(true);
      couple.bob.plug(true);
      couple.talk(Duration.ofSeconds(5), STEP);
      if (!couple.alice.isUp(couple.bob) || !couple.bob.isUp(couple.alice)) {
        couple.alice.dial(couple.bob);
      }
      couple.talk(CALM, Duration.ofSeconds(1));
    }

    private boolean verify() {
      couple.forgetHeard();
      couple.forgetCopies();
      int switches = couple.switches();
      couple.talk(Duration.ofSeconds(20), STEP);
      couple.pass(Duration.ofSeconds(1));
      boolean direct = canBeDirect();
      PathKind expected = direct ? PathKind.DIRECT : PathKind.RELAY;
      for (MiniNode node : List.of(couple.alice, couple.bob)) {
        MiniNode peer = node == couple.alice ? couple.bob : couple.alice;
        assertThat(node.pathTo(peer)).as("%s", history).get().matches(p -> p.kind() == expected);
        assertThat(node.heardOf(peer).distinct()).as("%s", history).isEqualTo(100);
        assertThat(node.heardOf(peer).duplicates()).as("%s", history).isZero();
        assertThat(node.paths().held())
            .as("%s", history)
            .isEqualTo(new PathSwitch.Held(1, 0, 1, 1));
      }
      assertThat(couple.mostCopies()).as("%s", history).isEqualTo(1);
      assertThat(couple.switches()).as("%s", history).isEqualTo(switches);
      return direct;
    }

    private boolean canBeDirect() {
      boolean oneHome = one.nats().equals(other.nats()) && !one.nats().isEmpty();
      boolean reach = one.reaches(other) && other.reaches(one);
      return oneHome || reach && !(hasPortPerPort(one) && hasPortPerPort(other));
    }

    /** Two of these never see an answer come from where they asked: each packet has a new port. */
    private static boolean hasPortPerPort(Site site) {
      return site.nats().stream()
          .anyMatch(nat -> nat.rules().mapping() == NatBehavior.ADDRESS_AND_PORT_DEPENDENT);
    }
  }
}
