package dev.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.discovery.RelayUrl;
import dev.parley.discovery.Tickets;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.link.StreamKind;
import dev.parley.mailbox.SizeClass;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.framing.FrameReader;
import dev.parley.proto.framing.FramingException;
import dev.parley.proto.id.MessageId;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** docs/protocol.md is what others implement: whatever it says in numbers, the code does. */
class ProtocolDocumentTest {
  private static final Page PAGE = Page.of("docs/protocol.md");
  private static final HexFormat HEX = HexFormat.of();

  static List<Page.Constant> constants() {
    return PAGE.constants();
  }

  @ParameterizedTest
  @MethodSource("constants")
  void aConstantHasTheValueThatIsDocumented(Page.Constant constant) {
    assertThat(Constants.inCode(constant.className(), constant.field()))
        .as(constant.what())
        .isEqualByComparingTo(Constants.written(constant.value()));
  }

  @Test
  void theLimitOfEveryKindOfStreamIsDocumented() {
    List<List<String>> rows = PAGE.tableBehind("It names the kind:");
    for (StreamKind kind : StreamKind.values()) {
      List<String> row =
          rows.stream().filter(r -> r.get(0).equals("`" + kind + "`")).findFirst().orElseThrow();
      int number = dev.parley.peer.v1.StreamKind.valueOf("STREAM_KIND_" + kind).getNumber();
      assertThat(row.get(1)).isEqualTo(Integer.toString(number));
      assertThat(Constants.written(row.get(2)).intValue()).isEqualTo(kind.maxFrameBytes());
    }
    int ofBytes = dev.parley.peer.v1.StreamKind.STREAM_KIND_CHANNEL_VALUE;
    assertThat(rows.stream().filter(r -> Integer.parseInt(r.get(1)) < ofBytes))
        .hasSize(StreamKind.values().length);
    for (List<String> row : rows.subList(StreamKind.values().length, rows.size())) {
      assertThat(dev.parley.peer.v1.StreamKind.forNumber(Integer.parseInt(row.get(1))))
          .hasToString("STREAM_KIND_" + row.get(0).replace("`", ""));
    }
  }

  @Test
  void theSizesOfSealedMessagesAreDocumented() {
    List<List<String>> rows = PAGE.tableBehind("The class is the smallest");
    assertThat(rows).hasSize(SizeClass.values().length);
    for (SizeClass size : SizeClass.values()) {
      List<String> row = rows.get(size.ordinal());
      assertThat(row.get(0)).isEqualTo("`" + size + "`");
      assertThat(Constants.written(row.get(1)).intValue()).isEqualTo(size.paddedBytes());
      assertThat(Constants.written(row.get(2)).intValue()).isEqualTo(size.sealedBytes());
    }
  }

  @Test
  void everyReasonOfTheSchemasIsDocumentedWithItsNumber() {
    checkReasons("**`Goodbye`** comes", dev.parley.peer.v1.Goodbye.Reason.values());
    checkReasons("**`Refusal`** says", dev.parley.peer.v1.Refusal.Reason.values());
    checkReasons("**`Outcome`** of", dev.parley.peer.v1.ChannelAnswer.Outcome.values());
    checkReasons("**`GoAway`** is", dev.parley.relay.v1.GoAway.Reason.values());
  }

  private static void checkReasons(
      String heading, com.google.protobuf.ProtocolMessageEnum[] reasons) {
    Set<String> documented = new TreeSet<>();
    PAGE.tableBehind(heading).forEach(row -> documented.add(row.get(0) + row.get(1)));
    Set<String> known = new TreeSet<>();
    for (com.google.protobuf.ProtocolMessageEnum reason : reasons) {
      String name = ((Enum<?>) reason).name();
      if (!name.equals("UNRECOGNIZED") && !name.endsWith("_UNSPECIFIED")) {
        known.add("`" + name + "`" + reason.getNumber());
      }
    }
    assertThat(documented).isEqualTo(known);
  }

  @Test
  void everyLabelIsDocumentedAndStandsBeforeWhatIsSigned() throws Exception {
    List<String> labels =
        PAGE.tableBehind("## 11. What is signed").stream()
            .map(row -> row.get(0).replace("`", ""))
            .toList();
    assertThat(labels).hasSize(SigningLabel.values().length);
    Identity identity = Identity.ephemeral(new SecureRandom());
    ByteString part = ByteString.copyFromUtf8("part");
    for (SigningLabel label : SigningLabel.values()) {
      ByteString signature = identity.sign(label, part);
      List<String> matching = new ArrayList<>();
      for (String text : labels) {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(identity.certificate().getPublicKey());
        // Others have chosen what stands before an item of the DHT.
        String end = text.startsWith("parley/") ? "\0" : "";
        verifier.update((text + end + "part").getBytes(StandardCharsets.US_ASCII));
        if (verifier.verify(signature.toByteArray())) {
          matching.add(text);
        }
      }
      assertThat(matching).as(label.name()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ids", "framing", "discovery", "probe", "sealing"})
  void theVectorsQuotedAreThoseThatTheModulesAreTestedWith(String name) {
    Map<String, String> quoted = PAGE.vectors(name);
    Map<String, String> tested = Page.parseVectors(Page.read(Page.vectorFile(name).orElseThrow()));
    assertThat(quoted).isNotEmpty().isEqualTo(tested);
  }

  @Test
  void idsAreReadAndPrintedAsQuoted() {
    Map<String, String> vectors = PAGE.vectors("ids");
    vectors.forEach(
        (name, value) -> {
          if (name.startsWith("peer.") && name.endsWith(".text")) {
            PeerId id = PeerId.parse(value).orElseThrow();
            assertThat(HEX.formatHex(id.toByteArray()))
                .isEqualTo(vectors.get(name.replace(".text", ".bytes")));
            assertThat(id).hasToString(value);
            assertThat(PeerId.parse(value.toUpperCase(Locale.ROOT))).contains(id);
          } else if (name.startsWith("peer-refused.")) {
            assertThat(PeerId.parse(value)).as(name).isEmpty();
          } else if (name.startsWith("message.") && name.endsWith(".text")) {
            MessageId id = MessageId.parse(value).orElseThrow();
            ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + 10);
            bytes.putLong(Long.parseLong(vectors.get(name.replace(".text", ".millis"))));
            bytes.put(HEX.parseHex(vectors.get(name.replace(".text", ".random"))));
            assertThat(id.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes.array(), 2, 18));
            assertThat(id).hasToString(value);
          } else if (name.startsWith("message-refused.")) {
            assertThat(MessageId.parse(value)).as(name).isEmpty();
          }
        });
  }

  @Test
  void framesAreCutAndRefusedAsQuoted() throws FramingException {
    Map<String, String> vectors = PAGE.vectors("framing");
    for (Map.Entry<String, String> vector : vectors.entrySet()) {
      ByteBuffer bytes = ByteBuffer.wrap(HEX.parseHex(vector.getValue()));
      if (vector.getKey().endsWith(".frame")) {
        List<ByteString> frames = new ArrayList<>();
        new FrameReader(1_024).read(bytes, frames::add);
        String payload = vectors.get(vector.getKey().replace(".frame", ".payload"));
        assertThat(frames).containsExactly(ByteString.copyFrom(HEX.parseHex(payload)));
      } else if (vector.getKey().startsWith("refused.")) {
        assertThatThrownBy(() -> new FrameReader(127).read(bytes, frame -> {}))
            .as(vector.getKey())
            .isInstanceOf(FramingException.class);
      }
    }
  }

  @Test
  void recordsVerifyAndTicketsDecodeAsQuoted() throws Exception {
    Map<String, String> vectors = PAGE.vectors("discovery");
    for (String name : List.of("relay-only", "with-addresses")) {
      SignedRecord signed =
          SignedRecord.newBuilder()
              .setRecord(ByteString.copyFrom(HEX.parseHex(vectors.get(name + ".record"))))
              .setSignature(ByteString.copyFrom(HEX.parseHex(vectors.get(name + ".signature"))))
              .build();
      DiscoveryRecord record = DiscoveryRecords.verify(signed).orElseThrow();
      assertThat(record.peer()).hasToString(vectors.get("peer-id"));
      assertThat(record.relays()).containsExactly(RelayUrl.parse(vectors.get("relay")));
      assertThat(Tickets.encode(record)).isEqualTo(vectors.get(name + ".ticket"));
      assertThat(Tickets.decode(vectors.get(name + ".ticket"))).isEqualTo(record);
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(Tickets.PREFIX.getBytes(StandardCharsets.US_ASCII));
      byte[] sum = sha256.digest(signed.toByteArray());
      assertThat(HEX.formatHex(sum, 0, 4)).isEqualTo(vectors.get(name + ".checksum"));
    }
  }

  @Test
  void probesCarryTheCodesThatAreQuoted() throws Exception {
    Map<String, String> vectors = PAGE.vectors("probe");
    byte[] full = Arrays.copyOf(HEX.parseHex(vectors.get("request.small")), 1_200);
    byte[] fullTag = HEX.parseHex(vectors.get("request.full.tag"));
    Arrays.fill(full, 18, full.length, (byte) 0);
    System.arraycopy(fullTag, 0, full, full.length - fullTag.length, fullTag.length);
    byte[] dialler = HEX.parseHex(vectors.get("dialler.secret"));
    byte[] acceptor = HEX.parseHex(vectors.get("acceptor.secret"));
    for (byte[] packet :
        List.of(
            HEX.parseHex(vectors.get("request.small")),
            HEX.parseHex(vectors.get("answer.small")),
            full)) {
      byte[] covered = Arrays.copyOf(packet, packet.length - 16);
      byte[] code = Arrays.copyOfRange(packet, covered.length, packet.length);
      // Both sides, whichever secret is their own, come to the same code.
      assertThat(Probes.code(dialler, acceptor, covered)).isEqualTo(code);
      assertThat(Probes.code(acceptor, dialler, covered)).isEqualTo(code);
      assertThat(Probes.isProbe(packet)).isTrue();
    }
  }

  @Test
  void aNoticeIsSignedAsQuoted() throws Exception {
    byte[] notice = HEX.parseHex(PAGE.vectors("notice").get("notice"));
    assertThat(Probes.isProbe(notice)).isTrue();
    assertThat(HEX.formatHex(notice, 2, 18))
        .isEqualTo(PAGE.vectors("probe").get("notice.statement"));
    assertThat(
            Identity.verify(
                PeerId.parse(PAGE.vectors("discovery").get("peer-id")).orElseThrow(),
                ByteString.copyFrom(notice, 18, 64),
                SigningLabel.UNKNOWN_CONNECTION,
                ByteString.copyFrom(notice, 2, 16)))
        .isTrue();
  }
}
