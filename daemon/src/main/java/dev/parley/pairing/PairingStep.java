package dev.parley.pairing;

import com.google.protobuf.ByteString;
import dev.parley.discovery.DiscoveryRecord;

/** What follows from a frame. To be done in the order in which they come. */
public sealed interface PairingStep {
  /** Goes to the other side. */
  record Send(ByteString frame) implements PairingStep {}

  /**
   * The other side has proven that it has the code and this key. Once it is a contact on disk,
   * {@link PairingExchange#onKept} is called.
   *
   * @param nameHint what it suggests to be called, a valid name of a contact, or empty
   */
  record Introduced(DiscoveryRecord peer, String nameHint) implements PairingStep {}

  /** Each is a contact of the other, on both disks. */
  record Finished() implements PairingStep {}

  /** The code is dead. */
  record Failed(PairingFlaw flaw) implements PairingStep {}
}
