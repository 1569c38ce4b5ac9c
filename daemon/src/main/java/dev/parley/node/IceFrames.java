package dev.parley.node;

import com.google.common.collect.ImmutableList;
import dev.parley.discovery.PeerAddresses;
import dev.parley.nat.candidate.RemoteCandidates;
import dev.parley.nat.ice.IceCandidate;
import dev.parley.nat.ice.IceCredentials;
import dev.parley.nat.ice.IceRole;
import dev.parley.peer.v1.IceCandidates;
import dev.parley.peer.v1.IceOffer;
import dev.parley.peer.v1.IceRequest;
import dev.parley.peer.v1.IceSignal;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** ICE as it is signalled, to and from what {@code nat.ice} knows. Pure. */
final class IceFrames {
  /** Candidates in one frame. */
  static final int MAX_PER_FRAME = 16;

  private IceFrames() {}

  static IceSignal offer(
      int generation, IceRole role, IceCredentials own, List<IceCandidate> candidates) {
    IceOffer.Builder offer =
        IceOffer.newBuilder()
            .setUfrag(own.ufrag())
            .setPassword(own.password())
            .setRole(
                switch (role) {
                  case CONTROLLING -> dev.parley.peer.v1.IceRole.ICE_ROLE_CONTROLLING;
                  case CONTROLLED -> dev.parley.peer.v1.IceRole.ICE_ROLE_CONTROLLED;
                });
    candidates.stream()
        .limit(MAX_PER_FRAME)
        .map(IceFrames::encode)
        .flatMap(Optional::stream)
        .forEach(offer::addCandidates);
    return IceSignal.newBuilder().setGeneration(generation).setOffer(offer).build();
  }

  /** At most {@link #MAX_PER_FRAME} of them. */
  static IceSignal candidates(int generation, List<IceCandidate> candidates) {
    IceCandidates.Builder frame = IceCandidates.newBuilder();
    candidates.stream()
        .limit(MAX_PER_FRAME)
        .map(IceFrames::encode)
        .flatMap(Optional::stream)
        .forEach(frame::addCandidates);
    return IceSignal.newBuilder().setGeneration(generation).setCandidates(frame).build();
  }

  static IceSignal request() {
    return IceSignal.newBuilder().setRequest(IceRequest.getDefaultInstance()).build();
  }

  static Optional<IceCredentials> credentials(IceOffer offer) {
    return IceCredentials.isValid(offer.getUfrag(), offer.getPassword())
        ? Optional.of(new IceCredentials(offer.getUfrag(), offer.getPassword()))
        : Optional.empty();
  }

  /** Those that are well formed and may be tried ({@link RemoteCandidates}), at most 16. */
  static ImmutableList<IceCandidate> vet(
      List<dev.parley.peer.v1.IceCandidate> told, List<InetSocketAddress> own) {
    Map<InetSocketAddress, IceCandidate> decoded = new HashMap<>();
    ImmutableList.Builder<InetSocketAddress> order = ImmutableList.builder();
    for (dev.parley.peer.v1.IceCandidate candidate :
        told.subList(0, Math.min(told.size(), MAX_PER_FRAME))) {
      decode(candidate)
          .ifPresent(
              known -> {
                if (decoded.putIfAbsent(known.address(), known) == null) {
                  order.add(known.address());
                }
              });
    }
    ImmutableList.Builder<IceCandidate> vetted = ImmutableList.builder();
    for (InetSocketAddress address : RemoteCandidates.vet(order.build(), own)) {
      IceCandidate candidate = decoded.get(address);
      if (candidate != null) {
        vetted.add(candidate);
      }
    }
    return vetted.build();
  }

  private static Optional<dev.parley.peer.v1.IceCandidate> encode(IceCandidate candidate) {
    return PeerAddresses.encode(candidate.address())
        .map(
            address -> {
              dev.parley.peer.v1.IceCandidate.Builder frame =
                  dev.parley.peer.v1.IceCandidate.newBuilder()
                      .setAddress(address)
                      .setType(
                          switch (candidate.type()) {
                            case HOST -> dev.parley.peer.v1.IceCandidate.Type.TYPE_HOST;
                            case SERVER_REFLEXIVE ->
                                dev.parley.peer.v1.IceCandidate.Type.TYPE_SERVER_REFLEXIVE;
                            case PEER_REFLEXIVE ->
                                dev.parley.peer.v1.IceCandidate.Type.TYPE_PEER_REFLEXIVE;
                            case RELAYED -> dev.parley.peer.v1.IceCandidate.Type.TYPE_RELAYED;
                          })
                      .setPriority((int) candidate.priority())
                      .setFoundation(candidate.foundation());
              candidate.related().flatMap(PeerAddresses::encode).ifPresent(frame::setRelated);
              return frame.build();
            });
  }

  private static Optional<IceCandidate> decode(dev.parley.peer.v1.IceCandidate frame) {
    // A type of a later version is tried as if it was a reflexive one.
    IceCandidate.Type type =
        switch (frame.getType()) {
          case TYPE_HOST -> IceCandidate.Type.HOST;
          case TYPE_PEER_REFLEXIVE -> IceCandidate.Type.PEER_REFLEXIVE;
          case TYPE_RELAYED -> IceCandidate.Type.RELAYED;
          case TYPE_SERVER_REFLEXIVE, TYPE_UNSPECIFIED, UNRECOGNIZED ->
              IceCandidate.Type.SERVER_REFLEXIVE;
        };
    if (!IceCandidate.isValid(frame.getPriority(), frame.getFoundation())) {
      return Optional.empty();
    }
    return PeerAddresses.decode(frame.getAddress())
        .map(
            address ->
                new IceCandidate(
                    type,
                    address,
                    frame.getPriority(),
                    frame.getFoundation(),
                    frame.hasRelated()
                        ? PeerAddresses.decode(frame.getRelated())
                        : Optional.empty()));
  }
}
