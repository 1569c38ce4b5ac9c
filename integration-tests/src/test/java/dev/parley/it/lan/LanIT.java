package dev.parley.it.lan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.control.v1.MessageState;
import dev.parley.it.lab.Lab;
import dev.parley.it.lab.MulticastEar;
import dev.parley.it.lab.Namespace;
import dev.parley.it.lab.RequiresLab;
import dev.parley.it.lab.Segment;
import dev.parley.it.process.Daemon;
import dev.parley.it.process.Inbox;
import dev.parley.it.process.Stage;
import dev.parley.it.process.StageExtension;
import dev.parley.proto.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two contacts on one bridge, who know each other's key and nothing else. */
@ExtendWith(StageExtension.class)
@RequiresLab
class LanIT {
  private static final String OFF = "lan = \"off\"\n";
  private static final String DEFAULT = "";

  /** Names that stand in no packet of DNS. */
  private static final String ALICE = "alice-of-the-hill";

  private static final String BOB = "bob-of-the-mill";

  @Test
  void contactsMeetByIpv4WithoutARelay(Stage stage) {
    meet(stage, Segment::plug, "IPv4");
  }

  @Test
  void contactsMeetByIpv6AloneWithLinkLocalAddresses(Stage stage) {
    meet(stage, Segment::plug6, "IPv6");
  }

  /** How a host is plugged in. */
  private interface Plug {
    void into(Segment segment, Namespace host);
  }

  private static void meet(Stage stage, Plug plug, String what) {
    Lab lab = stage.closeLater(Lab.open());
    Segment segment = Segment.build(lab);
    Daemon alice = stranger(stage, segment, ALICE, host -> plug.into(segment, host));
    Daemon bob = stranger(stage, segment, BOB, host -> plug.into(segment, host));
    becomeContacts(alice, bob);
    MulticastEar ear = segment.listen();

    alice.stop();
    bob.stop();
    alice.home().config(DEFAULT);
    bob.home().config(DEFAULT);
    alice.restart();
    alice.control().send(BOB, "are you there?", MessageState.MESSAGE_STATE_QUEUED);
    bob.restart();
    long up = System.nanoTime();
    Inbox inbox = bob.control().inbox("lan");
    assertThat(Inbox.texts(inbox.read(1))).containsExactly("are you there?");
    long met = System.nanoTime();
    System.out.printf(
        "LAN, %s: a message is there %d ms after both are up%n",
        what, TimeUnit.NANOSECONDS.toMillis(met - up));

    bob.control().send(ALICE, "yes", MessageState.MESSAGE_STATE_DELIVERED);
    assertNamesNobody(ear, List.of(alice, bob));
  }

  private static void assertNamesNobody(MulticastEar ear, List<Daemon> daemons) {
    Awaitility.await("both are heard")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> ear.heard().stream().map(MulticastEar.Heard::from).distinct().count() >= 2);
    for (MulticastEar.Heard heard : ear.heard()) {
      String bytes = new String(heard.datagram(), StandardCharsets.ISO_8859_1);
      String base64 = Base64.getEncoder().encodeToString(heard.datagram());
      for (Daemon daemon : daemons) {
        String key =
            new String(
                PeerId.parse(daemon.peerId()).orElseThrow().toByteArray(),
                StandardCharsets.ISO_8859_1);
        assertThat(bytes)
            .as(base64)
            .doesNotContain(key)
            .doesNotContain(daemon.peerId().substring(0, 8))
            .doesNotContainIgnoringCase(daemon.name());
      }
    }
  }

  @Test
  void anInterfaceThatComesUpLaterIsUsed(Stage stage) {
    Lab lab = stage.closeLater(Lab.open());
    Segment segment = Segment.build(lab);
    Namespace there = segment.host(ALICE);
    Namespace late = segment.host(BOB);
    Daemon alice = start(stage, ALICE, there, DEFAULT);
    Daemon bob = start(stage, BOB, late, DEFAULT);
    becomeContacts(alice, bob);
    alice.control().send(BOB, "at last", MessageState.MESSAGE_STATE_QUEUED);
    segment.plug(there);
    segment.plug(late);
    long plugged = System.nanoTime();
    Inbox inbox = bob.control().inbox("lan");
    assertThat(Inbox.texts(inbox.read(1))).containsExactly("at last");
    System.out.printf(
        "LAN, a cable plugged in: a message is there after %d ms%n",
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - plugged));
  }

  @Test
  void offSendsNothingAndListensForNothing(Stage stage) {
    Lab lab = stage.closeLater(Lab.open());
    Segment segment = Segment.build(lab);
    Namespace silent = segment.host(ALICE);
    Namespace loud = segment.host(BOB);
    segment.plug(silent);
    segment.plug(loud);
    MulticastEar ear = segment.listen();
    Daemon alice = start(stage, ALICE, silent, OFF);
    Daemon bob = start(stage, BOB, loud, DEFAULT);
    becomeContacts(alice, bob);
    // Bob announces, asks, and by then asks again: whoever had anything to say has said it.
    Awaitility.await("bob is heard")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> ear.heard().size() >= 8);
    String address = silent.run("ip", "-o", "addr", "show", "dev", "eth0");
    for (MulticastEar.Heard heard : ear.heard()) {
      assertThat(address).doesNotContain(" " + heard.from().split("%", 2)[0] + "/");
    }
    assertThat(silent.run("ip", "maddr", "show")).doesNotContain("224.0.0.251", "ff02::fb");
    assertThat(loud.run("ip", "maddr", "show")).contains("224.0.0.251", "ff02::fb");
  }

  /** A daemon that has not been on the network yet. */
  private static Daemon stranger(
      Stage stage, Segment segment, String name, Consumer<Namespace> plug) {
    Namespace host = segment.host(name);
    plug.accept(host);
    return start(stage, name, host, OFF);
  }

  private static Daemon start(Stage stage, String name, Namespace host, String config) {
    return stage.home(name).config(config).under(host.command()).startWith();
  }

  /** They know each other's key; where the other is, neither has ever heard. */
  private static void becomeContacts(Daemon alice, Daemon bob) {
    Daemon.introduceWithoutAddresses(alice, bob);
  }
}
