package dev.parley.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelInboundHandler;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Whoever writes another parser is told that it has no target. A parser is known by what it looks
 * like: see {@link #why}.
 */
class EveryParserHasATargetTest {
  /** Of static methods that take bytes. */
  private static final Pattern READS =
      Pattern.compile("(try)?(parse|decode|decrypt|read|open|strip)([A-Z]\\w*)?|(try)?[oO]f");

  /** Of static methods that take text. */
  private static final Pattern READS_TEXT =
      Pattern.compile("(try)?([pP]arse|[dD]ecode)([A-Z]\\w*)?");

  /** Of other methods that take bytes. */
  private static final Pattern HEARS = Pattern.compile("on[A-Z]\\w*|read|add|find");

  private static final Set<String> BYTES =
      Set.of(
          "[B",
          ByteBuf.class.getName(),
          ByteBuffer.class.getName(),
          ByteString.class.getName(),
          InputStream.class.getName());

  private static final String OWN = "only this node writes what it reads";
  private static final String PASSES_ON = "looks into nothing, and passes on to one that is listed";
  private static final String SEES_NO_BYTES = "sees connections, not bytes";
  private static final String SIZE = "looks at nothing but the size";

  /** Parsers without a target, and why that is right. */
  private static final Map<String, String> EXCEPTIONS =
      Map.ofEntries(
          Map.entry("dev.parley.channels.BlockingPair", SIZE),
          Map.entry("dev.parley.channels.LinkedChannels", PASSES_ON),
          Map.entry("dev.parley.cli.StandardInput", SIZE),
          Map.entry("dev.parley.contacts.ContactBook", OWN),
          Map.entry("dev.parley.control.ConnectionGate", SEES_NO_BYTES),
          Map.entry("dev.parley.control.DatagramAttachment", PASSES_ON),
          Map.entry("dev.parley.control.StreamAttachment", PASSES_ON),
          Map.entry("dev.parley.discovery.dht.Bencoded", "values that others have read"),
          Map.entry("dev.parley.files.FileStream", PASSES_ON),
          Map.entry("dev.parley.files.TransferId", SIZE),
          Map.entry("dev.parley.files.content.ContentHash", SIZE),
          Map.entry("dev.parley.files.content.SourceFile", OWN),
          Map.entry("dev.parley.forward.DatagramFlow", PASSES_ON),
          Map.entry("dev.parley.forward.DatagramForward", PASSES_ON),
          Map.entry("dev.parley.forward.EarlyReads", PASSES_ON),
          Map.entry("dev.parley.forward.PipeJoint", PASSES_ON),
          Map.entry("dev.parley.forward.ServiceTarget", PASSES_ON),
          Map.entry("dev.parley.forward.StreamJoint", PASSES_ON),
          Map.entry("dev.parley.mail.Mail", SIZE),
          Map.entry(
              "dev.parley.mailbox.SealingKey", "makes a key; what it is given was taken apart"),
          Map.entry("dev.parley.nat.PeerKey", SIZE),
          Map.entry("dev.parley.nat.ice.Ice4jEngine", PASSES_ON),
          Map.entry("dev.parley.nat.path.TcpEntrance", PASSES_ON),
          Map.entry("dev.parley.nat.stun.StunServerHandler", PASSES_ON),
          Map.entry("dev.parley.nat.tcp.TcpPort", PASSES_ON),
          Map.entry("dev.parley.nat.tcp.TcpSession", PASSES_ON),
          Map.entry("dev.parley.nat.tcp.TcpSockets", SEES_NO_BYTES),
          Map.entry("dev.parley.node.AskingEngine", PASSES_ON),
          Map.entry("dev.parley.node.DhtSocket", PASSES_ON),
          Map.entry("dev.parley.node.MailDial", PASSES_ON),
          Map.entry("dev.parley.node.PairingMeeting", PASSES_ON),
          Map.entry("dev.parley.node.PairingTalk", PASSES_ON),
          Map.entry("dev.parley.node.RelayEvents", PASSES_ON),
          Map.entry("dev.parley.relay.client.ClientUpgrade", "Netty parses; it hears the outcome"),
          Map.entry("dev.parley.relay.client.NettyRelayClient", PASSES_ON),
          Map.entry("dev.parley.relay.client.PoolEntry", PASSES_ON),
          Map.entry("dev.parley.relay.client.RelayPool", PASSES_ON),
          Map.entry("dev.parley.relay.server.AcceptGate", SEES_NO_BYTES),
          Map.entry("dev.parley.store.MailRepair", OWN),
          Map.entry("dev.parley.store.PrekeyRepair", OWN),
          Map.entry("dev.parley.store.PrekeyTable", OWN),
          Map.entry("dev.parley.store.SqliteMailBook", OWN),
          Map.entry("dev.parley.transport.CarriedStream", PASSES_ON),
          Map.entry("dev.parley.transport.FrameStream", PASSES_ON),
          Map.entry("dev.parley.transport.HandshakeNudge", PASSES_ON),
          Map.entry("dev.parley.transport.OutboundBytes", PASSES_ON),
          Map.entry("dev.parley.transport.QuicEndpoint", PASSES_ON),
          Map.entry("dev.parley.transport.RoleDemux", PASSES_ON));

  @Test
  void everyParserHasATarget() {
    Map<String, String> parsers = parsers();
    Set<String> without = new TreeSet<>(parsers.keySet());
    without.removeAll(covered());
    without.removeAll(EXCEPTIONS.keySet());
    assertThat(without.stream().map(name -> name + ": " + parsers.get(name)))
        .as("parsers that no target covers; see docs/fuzzing.md")
        .isEmpty();
  }

  @Test
  void everyExceptionIsOfAParserThatHasNoTarget() {
    assertThat(parsers().keySet()).containsAll(EXCEPTIONS.keySet());
    assertThat(EXCEPTIONS.keySet()).doesNotContainAnyElementsOf(covered());
  }

  private static Set<String> covered() {
    return Targets.all().stream()
        .flatMap(target -> target.covers().stream())
        .map(Class::getName)
        .collect(Collectors.toSet());
  }

  private static Map<String, String> parsers() {
    Map<String, String> found = new TreeMap<>();
    for (JavaClass candidate :
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.parley")) {
      if (!candidate.getPackageName().endsWith(".v1")) {
        String why = why(candidate);
        if (!why.isEmpty()) {
          found.merge(topLevel(candidate).getName(), why, (one, other) -> one);
        }
      }
    }
    return found;
  }

  private static JavaClass topLevel(JavaClass inner) {
    return inner.getEnclosingClass().map(EveryParserHasATargetTest::topLevel).orElse(inner);
  }

  /** Why this is a parser, or empty when it is none. */
  private static String why(JavaClass candidate) {
    for (JavaMethodCall call : candidate.getMethodCallsFromSelf()) {
      if (call.getName().equals("parseFrom")
          && call.getTargetOwner().isAssignableTo(MessageLite.class)) {
        return "it reads a message of protobuf in " + call.getOrigin().getName();
      }
    }
    if (candidate.isAssignableTo(ChannelInboundHandler.class)
        && candidate.getMethods().stream().anyMatch(EveryParserHasATargetTest::readsAChannel)) {
      return "it handles what comes in by a channel";
    }
    return candidate.getMethods().stream()
        .filter(EveryParserHasATargetTest::takesForeignBytes)
        .findFirst()
        .map(method -> "its method " + method.getName() + " takes bytes or text apart")
        .orElse("");
  }

  private static boolean readsAChannel(JavaMethod method) {
    return Set.of("channelRead", "channelRead0", "decode").contains(method.getName());
  }

  private static boolean takesForeignBytes(JavaMethod method) {
    Set<JavaModifier> modifiers = method.getModifiers();
    if (modifiers.contains(JavaModifier.PRIVATE)
        || modifiers.contains(JavaModifier.SYNTHETIC)
        || modifiers.contains(JavaModifier.ABSTRACT)) {
      return false;
    }
    boolean isStatic = modifiers.contains(JavaModifier.STATIC);
    return takes(method, BYTES) && (isStatic ? READS : HEARS).matcher(method.getName()).matches()
        || isStatic
            && takes(method, Set.of(String.class.getName()))
            && READS_TEXT.matcher(method.getName()).matches();
  }

  private static boolean takes(JavaMethod method, Set<String> types) {
    return method.getRawParameterTypes().stream().anyMatch(type -> types.contains(type.getName()));
  }
}
