package dev.parley.discovery;

import com.google.common.base.Ascii;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.WireFormat;
import dev.parley.discovery.TicketException.Reason;
import dev.parley.identity.Identity;
import dev.parley.peer.v1.SignedRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A discovery record as text that people pass on: {@code parley1}, then lowercase base32 of the
 * serialized SignedRecord and a checksum.
 *
 * <p>The checksum is there for people: the signature would catch a mistyped character as well, but
 * only the checksum can tell a slip of the hand from a forgery. It is the first four bytes of the
 * SHA-256 of all before it, the prefix included. Stateless.
 */
public final class Tickets {
  public static final String PREFIX = "parley1";

  /** Characters of the longest text that is looked at, spaces and line breaks included. */
  public static final int MAX_TEXT_LENGTH = 4096;

  private static final int CHECKSUM_BYTES = 4;

  /** Tag and length of the record. */
  private static final int SHORTEST_HEAD = 3;

  private static final BaseEncoding BASE32 = BaseEncoding.base32().lowerCase().omitPadding();
  private static final String COPY_AGAIN =
      "Copy the whole ticket again, as `parley id` prints it there.";

  private Tickets() {}

  public static String encode(DiscoveryRecord record) {
    byte[] body = record.signed().toByteArray();
    return PREFIX + BASE32.encode(ByteString.copyFrom(body).concat(checksum(body)).toByteArray());
  }

  /** Takes upper case (QR codes like it) and any spaces and line breaks that crept in. */
  public static DiscoveryRecord decode(String text) throws TicketException {
    if (text.length() > MAX_TEXT_LENGTH) {
      throw new TicketException(
          Reason.TOO_LONG,
          "this text has " + text.length() + " characters; no ticket is that long",
          COPY_AGAIN);
    }
    String ticket = Ascii.toLowerCase(withoutSpaces(text));
    if (!ticket.startsWith(PREFIX)) {
      throw ForeignText.explain(ticket);
    }
    String encoded = ticket.substring(PREFIX.length());
    byte[] bytes = characters(encoded);
    byte[] body = Arrays.copyOf(bytes, Math.max(0, bytes.length - CHECKSUM_BYTES));
    ByteString sum = ByteString.copyFrom(bytes, body.length, bytes.length - body.length);
    // Bits that are left over in the last character are zero, so that a record has one ticket.
    if (!BASE32.encode(bytes).equals(encoded) || !checksum(body).equals(sum)) {
      throw endsTooEarly(bytes)
          ? incomplete(encoded)
          : new TicketException(
              Reason.MISTYPED, "the ticket is mistyped: its checksum does not match", COPY_AGAIN);
    }
    return record(body);
  }

  private static DiscoveryRecord record(byte[] body) throws TicketException {
    DiscoveryRecords.Verdict verdict;
    try {
      verdict = DiscoveryRecords.check(SignedRecord.parseFrom(body));
    } catch (InvalidProtocolBufferException e) {
      verdict = new DiscoveryRecords.Verdict.Malformed();
    }
    if (verdict instanceof DiscoveryRecords.Verdict.Good good) {
      return good.record();
    }
    throw new TicketException(
        Reason.FORGED,
        verdict instanceof DiscoveryRecords.Verdict.BadSignature
            ? "the ticket is not signed by the peer it names"
            : "the ticket is complete, but what it holds is no record of a peer",
        "Do not trust it: somebody or something changed it. Ask your contact for a new one.");
  }

  /** Blanks of every kind, and the invisible characters that chat programs insert. */
  private static String withoutSpaces(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean blank = Character.isWhitespace(c) || Character.isSpaceChar(c);
      if (!blank && Character.getType(c) != Character.FORMAT) {
        kept.append(c);
      }
    }
    return kept.toString();
  }

  private static byte[] characters(String encoded) throws TicketException {
    for (int i = 0; i < encoded.length(); i++) {
      if (!BASE32.canDecode(encoded.substring(i, i + 1) + "a")) {
        throw illegal(encoded.charAt(i), PREFIX.length() + i + 1);
      }
    }
    if (!BASE32.canDecode(encoded)) {
      // Five bits each: 1, 3 or 6 characters past a multiple of 8 make no whole byte.
      throw incomplete(encoded);
    }
    return BASE32.decode(encoded);
  }

  private static TicketException illegal(char c, int position) {
    String shown = c > ' ' && c < 0x7f ? "'" + c + "'" : String.format("U+%04X", (int) c);
    String meant =
        switch (c) {
          case '0' -> " (perhaps the letter o)";
          case '1' -> " (perhaps the letter l or i)";
          case '8' -> " (perhaps the letter b)";
          default -> "";
        };
    return new TicketException(
        Reason.MISTYPED,
        "the ticket is mistyped: character "
            + position
            + " is "
            + shown
            + ", which no ticket has there"
            + meant,
        COPY_AGAIN);
  }

  private static TicketException incomplete(String encoded) {
    return new TicketException(
        Reason.INCOMPLETE,
        "the ticket is incomplete: "
            + (PREFIX.length() + encoded.length())
            + " characters arrived, and there were more",
        COPY_AGAIN);
  }

  /** Whether the record announces more bytes than there are, as when the end was not copied. */
  private static boolean endsTooEarly(byte[] bytes) {
    CodedInputStream in = CodedInputStream.newInstance(bytes);
    try {
      int tag = in.readTag();
      int record = in.readUInt32();
      int whole = in.getTotalBytesRead() + record + 2 + Identity.SIGNATURE_BYTES + CHECKSUM_BYTES;
      return WireFormat.getTagFieldNumber(tag) == SignedRecord.RECORD_FIELD_NUMBER
          && record >= 0
          && record <= DiscoveryRecord.MAX_BYTES
          && bytes.length < whole;
    } catch (IOException e) {
      return bytes.length < SHORTEST_HEAD;
    }
  }

  private static ByteString checksum(byte[] body) {
    byte[] sum =
        Hashing.sha256()
            .newHasher()
            .putString(PREFIX, StandardCharsets.US_ASCII)
            .putBytes(body)
            .hash()
            .asBytes();
    return ByteString.copyFrom(sum, 0, CHECKSUM_BYTES);
  }
}
