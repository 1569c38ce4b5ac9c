package dev.parley.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What a package must not know, and why. */
class ForbiddenDependenciesTest {
  private static final String[] WITHOUT_NETWORK =
      in(
          "messaging",
          "channels",
          "mailbox",
          "mail",
          "files",
          "relay.mailbox",
          "relay.rendezvous",
          "pairing",
          "contacts",
          "store",
          "backup",
          "link",
          "home",
          "config",
          "discovery",
          "identity");

  /** Everything that the node wires together. */
  private static final String[] BELOW_THE_NODE =
      in(
          "messaging",
          "channels",
          "mailbox",
          "mail",
          "files",
          "pairing",
          "contacts",
          "store",
          "backup",
          "link",
          "home",
          "config",
          "discovery",
          "identity",
          "transport",
          "relay",
          "forward");

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.parley");

  @Test
  void onlyIdentityKnowsBouncyCastle() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.parley.identity..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.bouncycastle..")
            .because(
                "keys and certificates are made in one place, where they can be reviewed, and its"
                    + " classes are slow to load at every start"));
  }

  @Test
  void messagesAndTheirNeighboursKnowNoNetwork() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(WITHOUT_NETWORK)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty..", "dev.parley.nat..", "org.ice4j..")
            .because(
                "they are tested without a network, and stay as they are when another transport"
                    + " comes"));
  }

  @Test
  void whatIsSaidOnTheLanIsDecidedWithoutSockets() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.parley.discovery.lan")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.channels..", "dev.parley.discovery.lan.socket..")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.net.NetworkInterface")
            .because(
                "strangers' packets and timers are tested in virtual time; one thread beside the"
                    + " event loop owns the sockets"));
  }

  @Test
  void messagesAndChannelsReachPeersByLinksAlone() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(in("messaging", "channels"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(in("transport", "relay", "nat"))
            .because(
                "a message does not know by which path it goes; what moves a link must not be able"
                    + " to lose one"));
  }

  @Test
  void forwardsReachPeersByChannelsAlone() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.parley.forward..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                in(
                    "transport",
                    "relay",
                    "store",
                    "messaging",
                    "nat.path",
                    "nat.ice",
                    "nat.tcp",
                    "nat.stun"))
            .because(
                "local sockets are joined to channels; what carries those may change while they"
                    + " stand"));
  }

  @Test
  void sealedMessagesAreJudgedByPureFunctions() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.parley.mailbox..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                in("messaging", "store", "link", "contacts", "transport", "relay", "config"))
            .because(
                "what strangers have written is judged apart from what could be done with it"));
  }

  @Test
  void onlyTheStoreKnowsSql() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("dev.parley.store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..")
            .because("one writer thread owns the database, and only the store can keep that so"));
  }

  @Test
  void onlyTheControlApiKnowsGrpc() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.parley..")
            .and()
            .resideOutsideOfPackages("dev.parley.control..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.grpc..")
            .because(
                "a Java program embeds the node without an RPC in between, and peers speak frames"
                    + " of our own"));
  }

  @Test
  void nothingBelowKnowsTheNodeThatWiresIt() {
    check(
        noClasses()
            .that()
            .resideInAnyPackage(BELOW_THE_NODE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(in("node", "control", "daemon"))
            .because("dependencies point downward; a part is built and tested without the whole"));
  }

  @Test
  void theNodeKnowsNeitherItsApiNorItsProgram() {
    check(
        noClasses()
            .that()
            .resideInAPackage("dev.parley.node..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(in("control", "daemon"))
            .because("a program that embeds the node needs neither a socket nor a command line"));
  }

  private static void check(ArchRule rule) {
    rule.allowEmptyShould(true).check(CLASSES);
  }

  private static String[] in(String... packages) {
    return Arrays.stream(packages).map(name -> "dev.parley." + name + "..").toArray(String[]::new);
  }
}
