package dev.parley.discovery.dht;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.discovery.dht.Bencoded.Bytes;
import dev.parley.identity.Identity;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Discovery records as items of the DHT, and back. Pure. */
final class RecordItems {
  /** Begins what the salt is a hash of; the peer id follows. */
  static final String SALT_LABEL = "parley/dht/v1";

  static final int SALT_BYTES = 16;

  /**
   * An item's value has 1,000 bytes: four are the length of the string, and 71 the signature of the
   * record and the two lengths before it and the record.
   */
  static final int MAX_RECORD_BYTES = 925;

  private RecordItems() {}

  static ByteString salt(PeerId peer) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((SALT_LABEL + "\0").getBytes(StandardCharsets.US_ASCII));
      sha256.update(peer.toByteArray());
      return ByteString.copyFrom(sha256.digest(), 0, SALT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-256", e);
    }
  }

  /**
   * The record as an item of its own number. One that is too long for the DHT is signed anew, with
   * fewer addresses and the same number.
   */
  static MutableItem of(Identity self, DiscoveryRecord record, long itemSequence) {
    DiscoveryRecord fitting =
        record.signed().getRecord().size() <= MAX_RECORD_BYTES
            ? record
            : DiscoveryRecords.sign(
                self,
                record.relays(),
                record.addresses(),
                record.sequence(),
                record.madeAt(),
                MAX_RECORD_BYTES);
    return MutableItem.sign(
        self, salt(self.id()), itemSequence, Bencoded.of(fitting.signed().toByteString()));
  }

  /** The record in a genuine item: signed once more, by the same key. */
  static Optional<DiscoveryRecord> read(MutableItem item) {
    if (!(item.value() instanceof Bytes bytes)) {
      return Optional.empty();
    }
    try {
      return DiscoveryRecords.verify(SignedRecord.parseFrom(bytes.value()))
          .filter(record -> record.peer().equals(item.key()));
    } catch (InvalidProtocolBufferException e) {
      return Optional.empty();
    }
  }
}
