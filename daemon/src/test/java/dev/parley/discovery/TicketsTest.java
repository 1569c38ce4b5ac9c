package dev.parley.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import dev.parley.discovery.TicketException.Reason;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.TestIdentities;
import dev.parley.peer.v1.SignedRecord;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TicketsTest {
  private static final Identity ALICE = TestIdentities.of(1);
  private static final RelayUrl RELAY =
      RelayUrl.parse("relay.example.org:443#" + TestIdentities.of(2).id());
  private static final DiscoveryRecord RECORD =
      DiscoveryRecords.sign(
          ALICE, List.of(RELAY), List.of(), 1, Instant.parse("2026-11-22T12:00:00Z"));
  private static final String TICKET = Tickets.encode(RECORD);
  private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase().omitPadding();

  static IntStream everyLength() {
    return IntStream.range(Tickets.PREFIX.length(), TICKET.length());
  }

  @Test
  void aTicketGivesBackItsRecord() throws Exception {
    assertThat(Tickets.decode(TICKET)).isEqualTo(RECORD);
  }

  @Test
  void aTicketWithoutAddressesIsShortEnoughToPassOn() {
    assertThat(TICKET).startsWith("parley1").hasSizeBetween(250, 350);
  }

  @Test
  void theLargestTicketIsStillTaken() throws Exception {
    List<RelayUrl> relays =
        IntStream.range(0, 4)
            .mapToObj(i -> RelayUrl.parse("wss://relay" + i + "/" + "x".repeat(180)))
            .toList();
    List<InetSocketAddress> addresses =
        IntStream.rangeClosed(1, 16)
            .mapToObj(i -> new InetSocketAddress("2001:db8::1", 60_000 + i))
            .toList();
    DiscoveryRecord large =
        DiscoveryRecords.sign(ALICE, relays, addresses, 1L << 50, RECORD.madeAt());

    String ticket = Tickets.encode(large);

    assertThat(Tickets.decode(ticket)).isEqualTo(large);
    assertThat(ticket.length()).isLessThan(Tickets.MAX_TEXT_LENGTH / 2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"  %s\n", "%s\r\n", "\t%s", "\u00a0%s\u200b", "\ufeff%s"})
  void whatSurroundsATicketDoesNotMatter(String format) throws Exception {
    assertThat(Tickets.decode(format.formatted(TICKET))).isEqualTo(RECORD);
  }

  @Test
  void aTicketMayBeBrokenIntoLinesAndWrittenInCapitals() throws Exception {
    String lines = TICKET.replaceAll("(.{40})", "$1\r\n  ").toUpperCase(Locale.ROOT);

    assertThat(Tickets.decode(lines)).isEqualTo(RECORD);
  }

  @Test
  void everyWrongCharacterIsRefused() {
    long seed = 20_261_122;
    Random random = new Random(seed);
    String typed = "abcdefghijklmnopqrstuvwxyz0123456789-_.!?\u00e9\u212a";
    for (int i = 0; i < 3000; i++) {
      int at = random.nextInt(TICKET.length());
      char c = typed.charAt(random.nextInt(typed.length()));
      if (c == TICKET.charAt(at)) {
        continue;
      }
      String mutated = TICKET.substring(0, at) + c + TICKET.substring(at + 1);

      TicketException refused = refusal(mutated);

      assertThat(refused).as("seed %d: '%s' at %d", seed, c, at).isNotNull();
      assertThat(refused.reason()).isNotIn(Reason.FORGED, Reason.TOO_LONG);
    }
  }

  @Test
  void aCharacterTooManyAndTwoInTheWrongOrderAreRefused() {
    Random random = new Random(5);
    for (int i = 0; i < 300; i++) {
      int at = random.nextInt(TICKET.length() - 1);
      String doubled = TICKET.substring(0, at) + TICKET.charAt(at) + TICKET.substring(at);
      assertThat(refusal(doubled)).as("doubled at %d", at).isNotNull();
      if (TICKET.charAt(at) != TICKET.charAt(at + 1)) {
        String swapped =
            TICKET.substring(0, at)
                + TICKET.charAt(at + 1)
                + TICKET.charAt(at)
                + TICKET.substring(at + 2);
        assertThat(refusal(swapped)).as("swapped at %d", at).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("everyLength")
  void aTicketCutShortAnywhereIsCalledIncomplete(int length) {
    assertThat(refusal(TICKET.substring(0, length)).reason()).isEqualTo(Reason.INCOMPLETE);
  }

  @ParameterizedTest
  @CsvSource({"0, letter o", "1, letter l or i", "8, letter b", "9, which no ticket has"})
  void aDigitThatNoTicketHasIsNamedWithItsPlace(char digit, String hint) {
    TicketException refused = refusal(TICKET.substring(0, 99) + digit + TICKET.substring(100));

    assertThat(refused.reason()).isEqualTo(Reason.MISTYPED);
    assertThat(refused).hasMessageContaining("character 100 is '" + digit + "'");
    assertThat(refused).hasMessageContaining(hint);
  }

  @Test
  void aWrongCharacterWithinTheAlphabetIsCalledMistyped() {
    char wrong = TICKET.charAt(150) == 'a' ? 'b' : 'a';

    TicketException refused = refusal(TICKET.substring(0, 150) + wrong + TICKET.substring(151));

    assertThat(refused.reason()).isEqualTo(Reason.MISTYPED);
    assertThat(refused).hasMessageContaining("checksum");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "\"\",                                                   there is no ticket",
        "\"  \",                                                   there is no ticket",
        "https://example.org/invite,                             this is a URL",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,   this is a peer id",
        "wss://relay.example.org,                                this is the URL of a relay",
        "hello,                                                  'hello' is no ticket",
        "parley,                                                 'parley' is no ticket",
        "parlex1abcdef,                                          'parlex1abcdef' is no ticket",
        "magnet:?xt=urn:btih:c12fe1c06bba254a9dc9f519b335aa7c,   'magnet:?xt=urn:btih:c12f…' is no",
      })
  void somethingElseIsCalledWhatItIs(String text, String message) {
    TicketException refused = refusal(text);

    assertThat(refused.reason()).isEqualTo(Reason.FOREIGN);
    assertThat(refused).hasMessageContaining(message).hasMessageContaining("parley1");
    assertThat(refused.hint()).contains("parley id");
  }

  @Test
  void nothingThatATerminalWouldObeyIsRepeated() {
    assertThat(refusal("\u001b[2J\u0007evil")).hasMessageStartingWith("'[2jevil' is no ticket");
  }

  @Test
  void aTicketOfALaterVersionAsksForAnUpdate() {
    TicketException refused = refusal("parley2" + TICKET.substring(Tickets.PREFIX.length()));

    assertThat(refused.reason()).isEqualTo(Reason.NEWER_VERSION);
    assertThat(refused).hasMessageContaining("version 2");
    assertThat(refused.hint()).contains("Update");
  }

  @Test
  void theLongestTextIsLookedAtAndOneCharacterMoreIsNot() {
    String longest = TICKET + " ".repeat(Tickets.MAX_TEXT_LENGTH - TICKET.length());

    assertThat(refusal(longest)).isNull();
    assertThat(refusal(longest + " ").reason()).isEqualTo(Reason.TOO_LONG);
  }

  @Test
  void aTicketThatItsPeerHasNotSignedIsCalledForged() {
    ByteString record = RECORD.signed().getRecord();
    ByteString bySomebodyElse = TestIdentities.of(3).sign(SigningLabel.DISCOVERY_RECORD, record);

    TicketException refused =
        refusal(withChecksum(RECORD.signed().toBuilder().setSignature(bySomebodyElse).build()));

    assertThat(refused.reason()).isEqualTo(Reason.FORGED);
    assertThat(refused).hasMessageContaining("not signed by the peer");
  }

  @Test
  void aWholeTicketAroundNothingIsCalledForged() {
    assertThat(refusal(withChecksum(SignedRecord.getDefaultInstance())).reason())
        .isEqualTo(Reason.FORGED);
  }

  /** What {@link Tickets#encode} would make of it, as docs/protocol.md describes it. */
  private static String withChecksum(SignedRecord signed) {
    byte[] prefix = "parley1".getBytes(StandardCharsets.US_ASCII);
    ByteString all = ByteString.copyFrom(prefix).concat(signed.toByteString());
    byte[] sum = Hashing.sha256().hashBytes(all.toByteArray()).asBytes();
    ByteString body = signed.toByteString().concat(ByteString.copyFrom(sum, 0, 4));
    return "parley1" + BASE32.encode(body.toByteArray());
  }

  private static TicketException refusal(String text) {
    return catchThrowableOfType(TicketException.class, () -> Tickets.decode(text));
  }
}
