package dev.parley.discovery.lan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.net.InetAddresses;
import com.google.protobuf.ByteString;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages of DNS, as written here and as anybody may send them. */
class DnsCodecTest {
  private static final DnsName INSTANCE = Announcement.SERVICE.child("one");
  private static final DnsName HOST = DnsName.of("there", "local");
  private static final String QUERY_HEADER = "000000000001000000000000";
  private static final String RESPONSE_HEADER = "000084000000000100000000";

  @Test
  void whatIsWrittenIsRead() {
    DnsMessage response =
        DnsMessage.response(
            ImmutableList.of(new DnsRecord.Ptr(Announcement.SERVICE, 4_500, INSTANCE)),
            ImmutableList.of(
                new DnsRecord.Srv(INSTANCE, 120, 41_000, HOST),
                new DnsRecord.Txt(
                    INSTANCE,
                    4_500,
                    ImmutableList.of(ByteString.copyFromUtf8("a=b"), ByteString.EMPTY)),
                new DnsRecord.Address(HOST, 120, InetAddresses.forString("192.0.2.1")),
                new DnsRecord.Address(HOST, 0, InetAddresses.forString("fe80::1"))));
    assertThat(DnsReader.read(DnsWriter.write(response))).contains(response);

    DnsMessage query =
        DnsMessage.query(
            ImmutableList.of(new DnsQuestion(Announcement.SERVICE, DnsRecord.PTR)),
            ImmutableList.of(new DnsRecord.Ptr(Announcement.SERVICE, 0xffff_ffffL, INSTANCE)));
    assertThat(DnsReader.read(DnsWriter.write(query))).contains(query);
  }

  @Test
  void namesAreWrittenOnce() {
    DnsMessage query =
        DnsMessage.query(
            ImmutableList.of(new DnsQuestion(Announcement.SERVICE, DnsRecord.PTR)),
            ImmutableList.of(new DnsRecord.Ptr(Announcement.SERVICE, 10, INSTANCE)));
    // Header, a name of 20 bytes, type and class; a pointer, 10 bytes, "one" and a pointer.
    assertThat(DnsWriter.write(query)).hasSize(12 + 20 + 4 + 2 + 10 + 4 + 2);
  }

  @Test
  void aQuestionOfAnotherProgramIsRead() {
    // dns-sd's: _parley._udp.local PTR, in capitals, the answer wanted for itself alone.
    byte[] query = hex(QUERY_HEADER + "075f5041524c4559045f554450054c4f43414c00" + "000c8001");
    assertThat(DnsReader.read(query).orElseThrow().questions())
        .containsExactly(new DnsQuestion(Announcement.SERVICE, DnsRecord.PTR));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // A pointer at itself, one to the front and back again, one ahead, one into the header.
        QUERY_HEADER + "c00c" + "000c0001",
        QUERY_HEADER + "0161c00c" + "000c0001",
        QUERY_HEADER + "c010" + "000c0001" + "00",
        QUERY_HEADER + "c000" + "000c0001",
        // A label that is neither, one that goes past the end, a name without an end.
        QUERY_HEADER + "4161" + "00000c0001",
        QUERY_HEADER + "3f61",
        QUERY_HEADER + "0161",
        // Something behind the end; fewer questions than announced.
        QUERY_HEADER + "0161" + "00000c0001" + "00",
        "000000000002000000000000" + "016100000c0001",
        // Errors and other operations (RFC 6762 §18.3, §18.11).
        "000000030001000000000000" + "016100000c0001",
        "000028000001000000000000" + "016100000c0001",
        // Records: an address of 3 bytes, one past the end, a string past its record, a pointer's
        // name that ends before its record does.
        RESPONSE_HEADER + "016100" + "00010001" + "00000001" + "0003" + "010203",
        RESPONSE_HEADER + "016100" + "00010001" + "00000001" + "0004" + "010203",
        RESPONSE_HEADER + "016100" + "00100001" + "00000001" + "0002" + "0261",
        RESPONSE_HEADER + "016100" + "000c0001" + "00000001" + "0004" + "01620000",
        RESPONSE_HEADER + "016100" + "00210001" + "00000001" + "0006" + "000000000001",
        "0000",
      })
  void whatDoesNotFitIsNoMessage(String bytes) {
    assertThat(DnsReader.read(hex(bytes))).isEmpty();
  }

  @Test
  void aNameHasNoMoreThan255Bytes() {
    String label = "3f" + "61".repeat(63);
    byte[] tooLong = hex(QUERY_HEADER + label.repeat(4) + "00" + "000c0001");
    assertThat(DnsReader.read(tooLong)).isEmpty();
    byte[] longest = hex(QUERY_HEADER + label.repeat(3) + "3d" + "61".repeat(61) + "00000c0001");
    assertThat(DnsReader.read(longest)).isPresent();
    assertThatThrownBy(() -> DnsName.of("a".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void moreEntriesThanAnybodyHasAreNotRead() {
    String question = "016100000c0001";
    String most = "0000000000" + "80" + "000000000000";
    assertThat(DnsReader.read(hex(most + question.repeat(128)))).isPresent();
    String more = "0000000000" + "81" + "000000000000";
    assertThat(DnsReader.read(hex(more + question.repeat(129)))).isEmpty();
    assertThat(DnsReader.read(new byte[DnsMessage.MAX_BYTES + 1])).isEmpty();
  }

  @Test
  void recordsOfOtherKindsAreSkipped() {
    // An NSEC record (47), and one of another class.
    byte[] response =
        hex(
            "000084000000000200000000"
                + ("016100" + "002f8001" + "00000001" + "0003" + "c00c00")
                + ("016100" + "00010003" + "00000001" + "0001" + "00"));
    assertThat(DnsReader.read(response).orElseThrow().answers()).isEmpty();
  }

  @Test
  void whateverIsCutOffOrChangedEndsWell() {
    byte[] whole =
        DnsWriter.write(
            new Announcement(
                    INSTANCE,
                    HOST,
                    1_234,
                    ImmutableList.of(InetAddresses.forString("192.0.2.1")),
                    ImmutableList.of(ByteString.copyFromUtf8("txtvers=1")))
                .message());
    for (int length = 0; length < whole.length; length++) {
      assertThat(DnsReader.read(Arrays.copyOf(whole, length))).isEmpty();
    }
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 10_000; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt();
      assertThat(DnsReader.read(changed).map(DnsMessage::questions).orElse(ImmutableList.of()))
          .as("seed %d", seed)
          .hasSizeLessThan(DnsMessage.MAX_ENTRIES);
    }
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
