package dev.parley.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.PeerAddresses;
import dev.parley.fuzz.FuzzTarget;
import dev.parley.nat.candidate.RemoteCandidates;
import dev.parley.nat.ice.IceCandidate;
import dev.parley.nat.ice.IceCredentials;
import dev.parley.nat.ice.IceRole;
import dev.parley.peer.v1.Candidates;
import dev.parley.peer.v1.ControlFrame;
import dev.parley.peer.v1.IceOffer;
import dev.parley.peer.v1.IceSignal;
import dev.parley.peer.v1.NatBehavior;
import dev.parley.peer.v1.NatNotice;
import dev.parley.peer.v1.NatReport;
import dev.parley.peer.v1.SocketAddress;
import dev.parley.peer.v1.Transport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What a peer tells over the control stream, beside its hello. */
public final class PeerFramesFuzz {
  private static final InetSocketAddress OWN = new InetSocketAddress("192.0.2.1", 4_000);
  private static final InetSocketAddress THEIRS = new InetSocketAddress("198.51.100.2", 5_000);

  private PeerFramesFuzz() {}

  public static List<FuzzTarget> targets() {
    SocketAddress.Builder address =
        SocketAddress.newBuilder()
            .setIp(ByteString.copyFrom(new byte[] {(byte) 198, 51, 100, 2}))
            .setPort(5_000);
    IceSignal offer =
        IceFrames.offer(
            1,
            IceRole.CONTROLLED,
            new IceCredentials("abcd", "0123456789abcdefghijkl"),
            List.of(
                new IceCandidate(
                    IceCandidate.Type.SERVER_REFLEXIVE, THEIRS, 9, "f1", Optional.of(OWN))));
    NatReport nat =
        NatReport.newBuilder()
            .setUdp(true)
            .setIpv4(true)
            .setMapping(NatBehavior.NAT_BEHAVIOR_ENDPOINT_INDEPENDENT)
            .setHairpin(true)
            .setAgeSeconds(5)
            .build();
    return List.of(
        FuzzTarget.of(
                "peer-frame",
                PeerFramesFuzz::frame,
                IceFrames.class,
                NatFrames.class,
                PeerAddresses.class,
                RemoteCandidates.class)
            .seeds(
                ControlFrame.newBuilder()
                    .setCandidates(
                        Candidates.newBuilder()
                            .addAddresses(address.setTransport(Transport.TRANSPORT_UDP))
                            .addTcpAddresses(address.clone().setTransport(Transport.TRANSPORT_TCP)))
                    .build(),
                ControlFrame.newBuilder().setIce(offer).build(),
                ControlFrame.newBuilder()
                    .setNat(NatNotice.newBuilder().setReport(nat).setAsk(true))
                    .build()));
  }

  private static void frame(byte[] input) {
    ControlFrame frame;
    try {
      frame = ControlFrame.parseFrom(input);
    } catch (InvalidProtocolBufferException e) {
      return;
    }
    switch (frame.getBodyCase()) {
      case CANDIDATES -> candidates(frame.getCandidates());
      case ICE -> ice(frame.getIce());
      case NAT -> nat(frame.getNat());
      default -> {
        // Of the transport, or of nobody.
      }
    }
  }

  private static void candidates(Candidates told) {
    for (Transport transport : List.of(Transport.TRANSPORT_UDP, Transport.TRANSPORT_TCP)) {
      for (List<SocketAddress> list :
          List.of(told.getAddressesList(), told.getTcpAddressesList())) {
        List<InetSocketAddress> decoded = PeerAddresses.decode(list, transport);
        assertThat(decoded.size()).isLessThanOrEqualTo(DiscoveryRecord.MAX_ADDRESSES);
        List<SocketAddress> again =
            decoded.stream()
                .map(a -> PeerAddresses.encode(a, transport))
                .flatMap(Optional::stream)
                .toList();
        assertThat(PeerAddresses.decode(again, transport)).isEqualTo(decoded);
        assertThat(RemoteCandidates.vet(decoded, List.of(OWN)).size())
            .isLessThanOrEqualTo(decoded.size());
      }
    }
  }

  private static void ice(IceSignal signal) {
    if (signal.hasOffer()) {
      IceOffer offer = signal.getOffer();
      IceFrames.credentials(offer)
          .ifPresent(own -> assertThat(own.password()).isEqualTo(offer.getPassword()));
      vet(offer.getCandidatesList());
    }
    vet(signal.getCandidates().getCandidatesList());
  }

  private static void vet(List<dev.parley.peer.v1.IceCandidate> told) {
    List<IceCandidate> vetted = IceFrames.vet(told, List.of(OWN));
    assertThat(vetted.size()).isLessThanOrEqualTo(IceFrames.MAX_PER_FRAME);
    IceSignal again = IceFrames.candidates(1, vetted);
    assertThat(IceFrames.vet(again.getCandidates().getCandidatesList(), List.of(OWN)))
        .isEqualTo(vetted);
  }

  private static void nat(NatNotice notice) {
    NatFrames.decode(notice.getReport())
        .ifPresent(
            told -> {
              assertThat(told.age())
                  .isBetween(Duration.ZERO, Duration.ofSeconds(NatFrames.MAX_AGE));
              assertThat(NatFrames.decode(NatFrames.encode(told.facts(), told.age())))
                  .contains(told);
            });
  }
}
