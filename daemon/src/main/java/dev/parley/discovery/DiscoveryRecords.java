package dev.parley.discovery;

import com.google.common.collect.ImmutableList;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes and checks signed discovery records. Stateless; any thread may call it. */
public final class DiscoveryRecords {
  private DiscoveryRecords() {}

  /**
   * A record of {@code self}, signed. What does not fit is left out: relays past the fourth,
   * addresses that mean nothing elsewhere or past the sixteenth, and then, while the record is too
   * long, the last addresses and after them the last relays.
   *
   * @param relays best first
   * @param addresses best first
   * @param sequence 0 or more, and more than in every earlier record of this peer
   */
  public static DiscoveryRecord sign(
      Identity self,
      List<RelayUrl> relays,
      List<InetSocketAddress> addresses,
      long sequence,
      Instant madeAt) {
    return sign(self, relays, addresses, sequence, madeAt, DiscoveryRecord.MAX_BYTES);
  }

  /**
   * The same for where there is less room.
   *
   * @param maxBytes of the record without its signature; enough for one with nothing in it
   */
  public static DiscoveryRecord sign(
      Identity self,
      List<RelayUrl> relays,
      List<InetSocketAddress> addresses,
      long sequence,
      Instant madeAt,
      int maxBytes) {
    if (sequence < 0 || madeAt.toEpochMilli() < 0) {
      throw new IllegalArgumentException("a record has neither a negative number nor time");
    }
    dev.parley.peer.v1.DiscoveryRecord.Builder draft =
        dev.parley.peer.v1.DiscoveryRecord.newBuilder()
            .setPeerId(self.id().key())
            .setSequence(sequence)
            .setMadeAtMillis(madeAt.toEpochMilli());
    relays.stream()
        .limit(DiscoveryRecord.MAX_RELAYS)
        .forEach(url -> draft.addHomeRelays(url.toString()));
    addresses.stream()
        .map(PeerAddresses::encode)
        .flatMap(Optional::stream)
        .limit(DiscoveryRecord.MAX_ADDRESSES)
        .forEach(draft::addAddresses);
    ByteString record = shortened(draft, maxBytes);
    SignedRecord signed =
        SignedRecord.newBuilder()
            .setRecord(record)
            .setSignature(self.sign(SigningLabel.DISCOVERY_RECORD, record))
            .build();
    return verify(signed)
        .orElseThrow(() -> new IllegalStateException("a record just signed does not verify"));
  }

  /**
   * The record, when its peer has signed it and it keeps the bounds; else empty. Relays and
   * addresses of a kind that is not known here are skipped: a later version may bring them.
   */
  public static Optional<DiscoveryRecord> verify(SignedRecord signed) {
    return check(signed) instanceof Verdict.Good good
        ? Optional.of(good.record())
        : Optional.empty();
  }

  static Verdict check(SignedRecord signed) {
    if (signed.getRecord().size() > DiscoveryRecord.MAX_BYTES) {
      return new Verdict.Malformed();
    }
    dev.parley.peer.v1.DiscoveryRecord raw;
    try {
      raw = dev.parley.peer.v1.DiscoveryRecord.parseFrom(signed.getRecord());
    } catch (InvalidProtocolBufferException e) {
      return new Verdict.Malformed();
    }
    Optional<PeerId> peer = PeerId.tryOf(raw.getPeerId());
    if (peer.isEmpty() || !keepsBounds(raw)) {
      return new Verdict.Malformed();
    }
    if (!Identity.verify(
        peer.get(), signed.getSignature(), SigningLabel.DISCOVERY_RECORD, signed.getRecord())) {
      return new Verdict.BadSignature();
    }
    return new Verdict.Good(
        new DiscoveryRecord(
            peer.get(),
            relays(raw),
            PeerAddresses.decode(raw.getAddressesList()),
            raw.getSequence(),
            Instant.ofEpochMilli(raw.getMadeAtMillis()),
            signed));
  }

  private static boolean keepsBounds(dev.parley.peer.v1.DiscoveryRecord raw) {
    // The numbers are unsigned on the wire; the upper half of them nobody needs.
    return raw.getHomeRelaysCount() <= DiscoveryRecord.MAX_RELAYS
        && raw.getAddressesCount() <= DiscoveryRecord.MAX_ADDRESSES
        && raw.getSequence() >= 0
        && raw.getMadeAtMillis() >= 0;
  }

  private static ImmutableList<RelayUrl> relays(dev.parley.peer.v1.DiscoveryRecord raw) {
    return raw.getHomeRelaysList().stream()
        .map(RelayUrl::tryParse)
        .flatMap(Optional::stream)
        .collect(ImmutableList.toImmutableList());
  }

  private static ByteString shortened(
      dev.parley.peer.v1.DiscoveryRecord.Builder draft, int maxBytes) {
    ByteString record = draft.build().toByteString();
    while (record.size() > maxBytes) {
      if (draft.getAddressesCount() > 0) {
        draft.removeAddresses(draft.getAddressesCount() - 1);
      } else {
        List<String> fewer =
            ImmutableList.copyOf(
                draft.getHomeRelaysList().subList(0, draft.getHomeRelaysCount() - 1));
        draft.clearHomeRelays().addAllHomeRelays(fewer);
      }
      record = draft.build().toByteString();
    }
    return record;
  }

  /** What a check has shown. */
  sealed interface Verdict {
    record Good(DiscoveryRecord record) implements Verdict {}

    /** No record, or one beyond the bounds. */
    record Malformed() implements Verdict {}

    record BadSignature() implements Verdict {}
  }
}
