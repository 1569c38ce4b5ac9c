package dev.parley.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.parley.control.v1.CandidateState;
import dev.parley.control.v1.CandidateType;
import dev.parley.control.v1.CheckState;
import dev.parley.control.v1.ErrorDetail;
import dev.parley.control.v1.LinkState;
import dev.parley.control.v1.MessageState;
import dev.parley.control.v1.NatBehavior;
import dev.parley.control.v1.NetcheckReply;
import dev.parley.control.v1.NetworkSide;
import dev.parley.control.v1.NodeStatus;
import dev.parley.control.v1.Path;
import dev.parley.control.v1.PathKind;
import dev.parley.control.v1.PathTransport;
import dev.parley.control.v1.PeerStatus;
import dev.parley.control.v1.PingReply;
import dev.parley.control.v1.PortMapping;
import dev.parley.control.v1.ReceivedMessage;
import dev.parley.control.v1.RelayLatency;
import dev.parley.control.v1.RelayState;
import dev.parley.control.v1.RelayStatus;
import dev.parley.control.v1.Remedy;
import dev.parley.control.v1.TriedCandidate;
import dev.parley.control.v1.Verdict;
import dev.parley.control.v1.WhyReply;
import dev.parley.proto.home.NodeHome;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir java.nio.file.Path directory;
  private FakeDaemon daemon;
  private byte[] typed = {};
  private boolean terminal;
  private String out;
  private String err;

  @BeforeEach
  void start() throws Exception {
    daemon = new FakeDaemon(NodeHome.in(directory));
  }

  @AfterEach
  void stop() throws Exception {
    daemon.close();
  }

  private int run(String... arguments) {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    int code = run(directory, printed, complained, arguments);
    out = printed.toString(StandardCharsets.UTF_8);
    err = complained.toString(StandardCharsets.UTF_8);
    return code;
  }

  private int run(
      java.nio.file.Path home, OutputStream printed, OutputStream complained, String... arguments) {
    Session session =
        new Session(
            Map.of("PARLEY_HOME", home.toString(), "NO_COLOR", "1"),
            new Session.Terminal(terminal, 200),
            new ByteArrayInputStream(typed),
            new PrintStream(printed, false, StandardCharsets.UTF_8),
            new PrintStream(complained, true, StandardCharsets.UTF_8));
    int code = Parley.run(session, arguments);
    session.flush();
    return code;
  }

  private static ReceivedMessage message(long position, String text, boolean last) {
    return ReceivedMessage.newBuilder()
        .setPosition(position)
        .setMessageId("id" + position)
        .setPeerId("peer-of-bob")
        .setPeerName("bob")
        .setContentType("text/plain; charset=utf-8")
        .setBody(ByteString.copyFromUtf8(text))
        .setPath(PathKind.PATH_KIND_RELAY)
        .setCaughtUp(last)
        .build();
  }

  private static final ReceivedMessage NOTHING =
      ReceivedMessage.newBuilder().setCaughtUp(true).build();

  @Test
  void withoutADaemonEveryCommandSaysSoAndHowToStartOne() throws Exception {
    daemon.close();
    List<String[]> commands =
        Stream.of(
                "down",
                "id",
                "contact ls",
                "send bob hi",
                "recv",
                "ping bob",
                "status",
                "netcheck",
                "why bob",
                "listen ls",
                "forward ls",
                "pipe bob/web",
                "history",
                "invite",
                "accept 7-a-b",
                "message show x",
                "send bob - --lines")
            .map(command -> (command + " --json").split(" "))
            .toList();
    for (String[] command : commands) {
      assertThat(run(command)).as(String.join(" ", command)).isEqualTo(3);
      assertThat(err).startsWith("{\"error\":\"not-running\",\"message\":");
      assertThat(err).contains("parley up").hasLineCount(1);
      assertThat(out).isEmpty();
    }
    // A socket that nobody serves any more is no daemon either.
    java.nio.channels.ServerSocketChannel.open(java.net.StandardProtocolFamily.UNIX)
        .bind(java.net.UnixDomainSocketAddress.of(NodeHome.in(directory).socket()))
        .close();
    assertThat(run("status")).isEqualTo(3);
    assertThat(err).contains("not running").contains("hint: start it with `parley up`");
  }

  @Test
  void netcheckPrintsWhatIsKnownAndNullForWhatIsNot() {
    assertThat(run("netcheck", "--json")).isZero();
    assertThat(out)
        .isEqualTo(
            "{\"udp\":false,\"ipv4\":false,\"ipv6\":false,\"mapping\":\"unknown\","
                + "\"filtering\":\"unknown\",\"hairpin\":null,\"portMapping\":[],\"relays\":[]}\n");

    daemon.netcheck =
        NetcheckReply.newBuilder()
            .setUdp(true)
            .setIpv4(true)
            .setMapping(NatBehavior.NAT_BEHAVIOR_ENDPOINT_INDEPENDENT)
            .setFiltering(NatBehavior.NAT_BEHAVIOR_ADDRESS_AND_PORT_DEPENDENT)
            .setHairpin(false)
            .addPortMapping(
                PortMapping.newBuilder().setProtocol("pcp").setExternal("198.51.100.7:4000"))
            .addRelays(RelayLatency.newBuilder().setUrl("relay:443").setRttMicros(8_100))
            .build();
    assertThat(run("netcheck", "--json")).isZero();
    assertThat(out)
        .isEqualTo(
            "{\"udp\":true,\"ipv4\":true,\"ipv6\":false,\"mapping\":\"endpoint-independent\","
                + "\"filtering\":\"address-and-port-dependent\",\"hairpin\":false,"
                + "\"portMapping\":[{\"protocol\":\"pcp\",\"external\":\"198.51.100.7:4000\"}],"
                + "\"relays\":[{\"url\":\"relay:443\",\"rttMs\":8.1}]}\n");
    assertThat(run("netcheck")).isZero();
    assertThat(out).contains("pcp 198.51.100.7:4000").contains("endpoint-independent");
  }

  @Test
  void whyPrintsBothSidesEvidenceTheCauseAndWhatWouldHelp() {
    daemon.why =
        WhyReply.newBuilder()
            .setPeerId("peer-of-bob")
            .setPeerName("bob")
            .setVerdict(Verdict.VERDICT_RELAYED)
            .setCause("udpBlockedHere")
            .setSentence("UDP is blocked.")
            .addHelp(Remedy.newBuilder().setAction("allowUdpHere").setText("let UDP through"))
            .setPath(
                Path.newBuilder()
                    .setKind(PathKind.PATH_KIND_RELAY)
                    .setTransport(PathTransport.PATH_TRANSPORT_TCP)
                    .setRemote("relay:443"))
            .setHere(NetworkSide.newBuilder().setAgeMillis(3_000))
            .addCandidates(
                TriedCandidate.newBuilder()
                    .setKind(PathKind.PATH_KIND_DIRECT)
                    .setTransport(PathTransport.PATH_TRANSPORT_UDP)
                    .setRemote("192.0.2.1:4000")
                    .setType(CandidateType.CANDIDATE_TYPE_HOST)
                    .setState(CandidateState.CANDIDATE_STATE_SILENT)
                    .setCheck(CheckState.CHECK_STATE_FAILED)
                    .setProbesSent(5))
            .addCandidates(
                TriedCandidate.newBuilder()
                    .setKind(PathKind.PATH_KIND_DIRECT)
                    .setTransport(PathTransport.PATH_TRANSPORT_TCP)
                    .setRemote("192.0.2.1:4001")
                    .setFailure("refused"))
            .setLastAttempt("no pair works")
            .build();
    assertThat(run("why", "bob", "--json")).isZero();
    assertThat(out)
        .isEqualTo(
            "{\"peerId\":\"peer-of-bob\",\"peerName\":\"bob\",\"verdict\":\"relayed\",\"cause\":\"udpBlockedHere\",\"sentence\":\"UDP"
                + " is blocked.\",\"help\":[{\"action\":\"allowUdpHere\",\"text\":\"let UDP"
                + " through\"}],"
                + "\"path\":\"relay\",\"transport\":\"tcp\",\"remote\":\"relay:443\",\"rttMs\":null,"
                + "\"here\":{\"udp\":false,\"ipv4\":false,\"ipv6\":false,\"mapping\":\"unknown\","
                + "\"filtering\":\"unknown\",\"hairpin\":null,\"portMapped\":false,\"ageMs\":3000},"
                + "\"there\":null,\"candidates\":[{\"remote\":\"192.0.2.1:4000\",\"path\":\"direct\","
                + "\"transport\":\"udp\",\"type\":\"host\",\"state\":\"silent\",\"check\":\"failed\","
                + "\"inUse\":false,\"probesSent\":5,\"probesAnswered\":0,\"silentMs\":null,"
                + "\"rttMs\":null,\"failure\":null},{\"remote\":\"192.0.2.1:4001\","
                + "\"path\":\"direct\",\"transport\":\"tcp\",\"type\":null,\"state\":null,"
                + "\"check\":null,\"inUse\":false,\"probesSent\":0,\"probesAnswered\":0,"
                + "\"silentMs\":null,\"rttMs\":null,\"failure\":\"refused\"}],"
                + "\"lastAttempt\":\"no pair works\"}\n");
    assertThat(run("why", "bob")).isZero();
    assertThat(out)
        .startsWith("bob is relayed, by relay:443\n")
        .contains("UDP is blocked. (udpBlockedHere)", "- let UDP through", "not told", "0/5")
        .containsPattern("192.0.2.1:4001 \\(tcp\\) .* refused");
  }

  @Test
  void whyOfNobodyKnownIsExitFour() {
    daemon.refusal =
        FakeDaemon.refusal(
            Status.NOT_FOUND, dev.parley.control.v1.ErrorDetail.Code.UNKNOWN_PEER, "who?");
    assertThat(run("why", "zoe", "--json")).isEqualTo(4);
    assertThat(err).startsWith("{\"error\":\"unknown-peer\"");
  }

  @Test
  void jsonIsAskedForBeforeTheCommandOrAfterIt() {
    assertThat(run("--json", "id")).isZero();
    assertThat(out).isEqualTo("{\"peerId\":\"peer\",\"ticket\":\"parley1full\"}\n");
    assertThat(run("id", "--json")).isZero();
    assertThat(out).startsWith("{");
    assertThat(run("contact", "--json", "ls")).isZero();
    assertThat(run("contact", "ls", "--json")).isZero();
    assertThat(run("id")).isZero();
    assertThat(out).isEqualTo("parley1full\n");
  }

  @Test
  void aTerminalGetsTheTicketFirstAndThenACode() {
    terminal = true;
    assertThat(run("id", "--without-addresses")).isZero();
    assertThat(out).startsWith("parley1bare\n").contains("▀").contains("peer id peer");
  }

  @Test
  void wrongUseIsExitTwoAndTheHintNamesWhatIsClose() {
    assertThat(run("stauts")).isEqualTo(2);
    assertThat(err).contains("status");
    assertThat(run("send", "--json", "bob")).isEqualTo(2);
    assertThat(err).startsWith("{\"error\":\"usage\"").hasLineCount(1);
    assertThat(run("recv", "--timeout", "soon")).isEqualTo(2);
    assertThat(err).contains("'soon' is no duration");
    assertThat(run("contact")).isEqualTo(2);
    assertThat(run("ping", "bob", "--count", "0")).isEqualTo(2);
  }

  @Test
  void versionAndHelpGoToStandardOutput() {
    assertThat(run("--version")).isZero();
    assertThat(out).startsWith("parley ");
    assertThat(run("--help")).isZero();
    assertThat(out).contains("send", "recv", "demo", "Exit codes").doesNotContain("warm-up");
    assertThat(run()).isZero();
    assertThat(run("send", "--help")).isZero();
    assertThat(out).contains("--wait");
  }

  @Test
  void completionKnowsTheCommands() {
    for (String shell : new String[] {"bash", "zsh"}) {
      assertThat(run("completion", shell)).isZero();
      assertThat(out).contains("contact", "--until-direct", "complete -F");
    }
  }

  @Test
  void sendReportsTheStateReached() {
    daemon.states =
        List.of(MessageState.MESSAGE_STATE_QUEUED, MessageState.MESSAGE_STATE_DELIVERED);
    assertThat(run("send", "bob", "hi", "--wait", "delivered", "--json")).isZero();
    assertThat(out)
        .matches("\\{\"messageId\":\"message\",\"state\":\"delivered\",\"elapsedMs\":[0-9.]+}\n");
    assertThat(daemon.sent.get(0).getBody().toStringUtf8()).isEqualTo("hi");
    assertThat(daemon.sent.get(0).getWaitFor()).isEqualTo(MessageState.MESSAGE_STATE_DELIVERED);
  }

  @Test
  void sendTakesAnyBytesFromStandardInput() {
    typed = new byte[] {0, (byte) 0xff, '\n'};
    assertThat(run("send", "bob", "-")).isZero();
    assertThat(daemon.sent.get(0).getBody().toByteArray()).isEqualTo(typed);
    assertThat(run("send", "bob", "--", "-5")).isZero();
    assertThat(daemon.sent.get(1).getBody().toStringUtf8()).isEqualTo("-5");
  }

  @Test
  void aMessageOfTheLargestSizeGoesAndOneByteMoreDoesNot() {
    typed = new byte[SendCommand.MAX_BODY_BYTES];
    assertThat(run("send", "bob", "-")).isZero();
    typed = new byte[SendCommand.MAX_BODY_BYTES + 1];
    assertThat(run("send", "bob", "-", "--json")).isEqualTo(1);
    assertThat(err).contains("\"message-too-large\"").contains("65536 bytes").contains("files");
    assertThat(daemon.sent).hasSize(1);
  }

  @Test
  void aMessageThatIsLateStaysQueuedAndTheErrorSaysSo() {
    daemon.endSend = false;
    assertThat(run("send", "bob", "hi", "--wait", "delivered", "--timeout", "50ms", "--json"))
        .isEqualTo(5);
    // With a loaded machine even "queued" may be late; what is said then is another sentence.
    assertThat(err).contains("\"timed-out\"").containsAnyOf("stays queued", "did not accept");
  }

  @Test
  void aMessageThatFailedIsAFailure() {
    daemon.states = List.of(MessageState.MESSAGE_STATE_FAILED);
    assertThat(run("send", "bob", "hi")).isEqualTo(1);
    assertThat(err).contains("it was refused");
  }

  @Test
  void anUnknownPeerIsExitFourWithTheDaemonsHint() {
    daemon.refusal =
        FakeDaemon.refusal(Status.NOT_FOUND, ErrorDetail.Code.UNKNOWN_PEER, "did you mean 'bob'?");
    assertThat(run("send", "bbo", "hi", "--json")).isEqualTo(4);
    assertThat(err)
        .isEqualTo(
            "{\"error\":\"unknown-peer\",\"message\":\"the reason\","
                + "\"hint\":\"did you mean 'bob'?\"}\n");
    assertThat(run("contact", "rm", "bbo")).isEqualTo(4);
    assertThat(err).isEqualTo("parley: the reason\n  hint: did you mean 'bob'?\n");
  }

  @Test
  void otherRefusalsAreExitOneWithTheirWord() {
    daemon.refusal = FakeDaemon.refusal(Status.INVALID_ARGUMENT, ErrorDetail.Code.BAD_TICKET, "");
    assertThat(run("contact", "add", "bob", "nonsense", "--json")).isEqualTo(1);
    assertThat(err).contains("\"bad-ticket\"");
  }

  @Test
  void recvPrintsWhatWaitsAndAcknowledgesIt() {
    daemon.inbox = List.of(message(1, "one", false), message(2, "two", true));
    assertThat(run("recv", "--json", "--consumer", "app")).isZero();
    assertThat(out.lines())
        .containsExactly(
            "{\"messageId\":\"id1\",\"peerId\":\"peer-of-bob\",\"peerName\":\"bob\","
                + "\"text\":\"one\",\"sentAt\":\"1970-01-01T00:00:00Z\","
                + "\"receivedAt\":\"1970-01-01T00:00:00Z\",\"path\":\"relay\",\"redelivered\":false}",
            "{\"messageId\":\"id2\",\"peerId\":\"peer-of-bob\",\"peerName\":\"bob\","
                + "\"text\":\"two\",\"sentAt\":\"1970-01-01T00:00:00Z\","
                + "\"receivedAt\":\"1970-01-01T00:00:00Z\",\"path\":\"relay\",\"redelivered\":false}");
    assertThat(daemon.acknowledged).containsExactly(1L, 2L);
    assertThat(daemon.consumers).containsExactly("app");
  }

  @Test
  void recvEndsAtItsCountAndLeavesTheRest() {
    daemon.inbox = List.of(message(1, "one", false), message(2, "two", true));
    assertThat(run("recv", "--count", "1")).isZero();
    assertThat(daemon.acknowledged).containsExactly(1L);
  }

  @Test
  void recvTimesOutWhenNothingOrNotEnoughComes() {
    daemon.inbox = List.of(NOTHING);
    assertThat(run("recv", "--timeout", "20ms")).isEqualTo(5);
    assertThat(err).contains("no message came within");
    assertThat(run("recv", "--follow", "--timeout", "20ms")).isEqualTo(5);
    daemon.inbox = List.of(message(1, "one", true));
    assertThat(run("recv", "--count", "2", "--timeout", "500ms")).isEqualTo(5);
    assertThat(err).contains("of 2 messages");
  }

  @Test
  void recvWaitsForTheFirstMessageAfterAnEmptyInbox() {
    daemon.inbox = List.of(NOTHING, message(1, "late", true));
    assertThat(run("recv", "--json")).isZero();
    assertThat(out).contains("late").hasLineCount(1);
  }

  @Test
  void aBodyThatIsNoTextIsGivenInBase64() {
    ReceivedMessage bytes =
        message(1, "", true).toBuilder()
            .setBody(ByteString.copyFrom(new byte[] {(byte) 0xff}))
            .setPeerName("")
            .build();
    ReceivedMessage typedBytes =
        message(1, "abc", true).toBuilder().setContentType("image/png").build();
    for (ReceivedMessage message : List.of(bytes, typedBytes)) {
      daemon.inbox = List.of(message);
      assertThat(run("recv", "--json")).isZero();
      assertThat(out).contains("\"bodyBase64\":").doesNotContain("\"text\"");
    }
    daemon.inbox = List.of(bytes);
    assertThat(run("--json", "recv")).isZero();
    assertThat(out).contains("\"peerName\":null", "\"bodyBase64\":\"/w==\"");
    assertThat(run("recv")).isZero();
    assertThat(out).contains("[1 bytes of text/plain; charset=utf-8]");
  }

  @Test
  void hostileTextCannotCommandTheTerminal() {
    daemon.inbox = List.of(message(1, "\u001b[2J\u009b31m\u202egnp\rx", true));
    assertThat(run("recv")).isZero();
    assertThat(out).contains("\\u001b[2J\\u009b31m\\u202egnp\\u000dx").doesNotContain("\u001b");
  }

  @Test
  void whatNobodyReadIsNotAcknowledged() {
    daemon.inbox = List.of(message(1, "one", true));
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertThat(run(directory, broken, OutputStream.nullOutputStream(), "recv")).isEqualTo(1);
    assertThat(daemon.acknowledged).isEmpty();
  }

  @Test
  void pingPrintsEachReply() {
    daemon.replies =
        List.of(
            reply(1, PathKind.PATH_KIND_RELAY, "relay:443"),
            reply(2, PathKind.PATH_KIND_DIRECT, "127.0.0.1:4"));
    assertThat(run("ping", "bob", "--until-direct", "--interval", "100ms", "--json")).isZero();
    assertThat(out.lines())
        .containsExactly(
            "{\"seq\":1,\"rttMs\":1.5,\"path\":\"relay\",\"transport\":\"udp\","
                + "\"remote\":\"relay:443\"}",
            "{\"seq\":2,\"rttMs\":1.5,\"path\":\"direct\",\"transport\":\"udp\","
                + "\"remote\":\"127.0.0.1:4\"}");
    assertThat(daemon.pings.get(0).getUntilDirect()).isTrue();
    assertThat(daemon.pings.get(0).getIntervalMillis()).isEqualTo(100);
  }

  @Test
  void pingWithoutAnAnswerTimesOutAndSaysWhatStandsInTheWay() {
    daemon.endPing = false;
    daemon.status =
        NodeStatus.newBuilder()
            .addPeers(PeerStatus.newBuilder().setName("bob").setProblem("no relay knows it"))
            .build();
    assertThat(run("ping", "bob", "--timeout", "30ms")).isEqualTo(5);
    assertThat(err).contains("bob did not answer within").contains("no relay knows it");
  }

  private static PingReply reply(int seq, PathKind kind, String remote) {
    return PingReply.newBuilder()
        .setSeq(seq)
        .setRttMicros(1_500)
        .setPath(path(kind, remote))
        .build();
  }

  private static Path path(PathKind kind, String remote) {
    return Path.newBuilder()
        .setKind(kind)
        .setTransport(PathTransport.PATH_TRANSPORT_UDP)
        .setRemote(remote)
        .setRttMicros(250)
        .build();
  }

  @Test
  void statusHasEveryFieldAndNullForWhatIsNotKnown() {
    daemon.status =
        NodeStatus.newBuilder()
            .setPeerId("me")
            .setVersion("0.1.0")
            .setPid(7)
            .setListen("0.0.0.0:1")
            .addRelays(
                RelayStatus.newBuilder()
                    .setUrl("relay:443")
                    .setState(RelayState.RELAY_STATE_WAITING)
                    .setHome(true)
                    .setProblem("refused"))
            .addPeers(
                PeerStatus.newBuilder()
                    .setPeerId("peer-of-bob")
                    .setName("bob")
                    .setState(LinkState.LINK_STATE_CONNECTED)
                    .setPath(path(PathKind.PATH_KIND_DIRECT, "127.0.0.1:4"))
                    .setOutbox(2))
            .addPeers(PeerStatus.newBuilder().setPeerId("stranger"))
            .putDropped("unknownSender", 3)
            .build();
    assertThat(run("status", "--json")).isZero();
    assertThat(out)
        .isEqualTo(
            "{\"peerId\":\"me\",\"version\":\"0.1.0\",\"pid\":7,"
                + "\"startedAt\":\"1970-01-01T00:00:00Z\",\"listen\":\"0.0.0.0:1\","
                + "\"addresses\":[],"
                + "\"relays\":[{\"url\":\"relay:443\",\"state\":\"waiting\",\"home\":true,"
                + "\"rttMs\":null,\"problem\":\"refused\"}],"
                + "\"peers\":[{\"peerId\":\"peer-of-bob\",\"name\":\"bob\","
                + "\"state\":\"connected\",\"path\":\"direct\",\"transport\":\"udp\","
                + "\"remote\":\"127.0.0.1:4\",\"rttMs\":0.25,\"outbox\":2,\"unread\":0,"
                + "\"openChannels\":0,\"problem\":null,\"since\":\"1970-01-01T00:00:00Z\"},"
                + "{\"peerId\":\"stranger\",\"name\":null,\"state\":\"unknown\",\"path\":null,"
                + "\"transport\":null,\"remote\":null,\"rttMs\":null,\"outbox\":0,\"unread\":0,"
                + "\"openChannels\":0,\"problem\":null,\"since\":\"1970-01-01T00:00:00Z\"}],"
                + "\"unread\":0,\"dropped\":{\"unknownSender\":3},\"salvages\":[],"
                + "\"services\":[],\"forwards\":[]}\n");
    assertThat(run("status")).isZero();
    assertThat(out).contains("bob       connected  direct  udp 127.0.0.1:4  250 µs  2       0");
    assertThat(run("status", "--watch", "--json")).isZero();
    assertThat(out).hasLineCount(2);
  }

  @Test
  void contactsAreAddedListedAndRemoved() {
    typed = "  parley1abc \n\nsome QR code\n".getBytes(StandardCharsets.UTF_8);
    assertThat(run("contact", "add", "bob", "-")).isZero();
    assertThat(daemon.added.get(0).getTicket()).isEqualTo("parley1abc");
    assertThat(run("contact", "ls", "--json")).isZero();
    assertThat(out)
        .isEqualTo(
            "{\"name\":\"bob\",\"peerId\":\"peer-of-bob\",\"addedAt\":\"1970-01-01T00:00:00Z\","
                + "\"addresses\":[],\"relays\":[\"relay:443\"],\"verified\":false}\n");
    assertThat(run("contact", "ls")).isZero();
    assertThat(out).contains("NAME  PEER ID").contains("0 addresses, 1 relay");
    assertThat(run("contact", "rm", "bob")).isZero();
    assertThat(out).isEqualTo("bob is no contact any more\n");
  }

  @Test
  void upFindsARunningDaemonAndDownEndsIt() {
    daemon.status = NodeStatus.newBuilder().setPeerId("me").setPid(7).build();
    assertThat(run("up", "--json")).isZero();
    assertThat(out).isEqualTo("{\"peerId\":\"me\",\"pid\":7,\"alreadyRunning\":true}\n");
    assertThat(run("down")).isZero();
    assertThat(out).contains("has ended");
  }

  @Test
  void theTrainingRunOfTheLauncherWorks() {
    assertThat(run("warm-up")).isZero();
    assertThat(err).isEmpty();
  }
}
