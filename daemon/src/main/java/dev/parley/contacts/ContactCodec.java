package dev.parley.contacts;

import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.discovery.TicketException;
import dev.parley.discovery.Tickets;
import dev.parley.peer.v1.SignedRecord;
import java.util.Optional;

/**
 * What the address book needs of {@code discovery}, so that the two can be built and tested apart.
 */
public record ContactCodec(TicketReader tickets, RecordReader records) {

  /** The real one: tickets and records as {@code discovery} reads and verifies them. */
  public static ContactCodec standard() {
    return new ContactCodec(ContactCodec::decode, DiscoveryRecords::verify);
  }

  private static DiscoveryRecord decode(String ticket) throws ContactException {
    try {
      return Tickets.decode(ticket);
    } catch (TicketException e) {
      throw new ContactException(
          ContactException.Reason.BAD_TICKET, String.valueOf(e.getMessage()), e.hint());
    }
  }

  /** Reads a ticket that a person has typed or pasted. */
  public interface TicketReader {
    /**
     * @throws ContactException with {@link ContactException.Reason#BAD_TICKET} when the text is
     *     mistyped, no ticket, or not signed by the peer it names
     */
    DiscoveryRecord read(String ticket) throws ContactException;
  }

  /** Reads a record that was kept, and verifies it anew. */
  public interface RecordReader {
    /** Empty when the bytes are no record or the signature does not hold. */
    Optional<DiscoveryRecord> read(SignedRecord record);
  }
}
