package dev.parley.control;

import dev.parley.control.v1.AcceptRequest;
import dev.parley.control.v1.InviteReply;
import dev.parley.control.v1.InviteRequest;
import dev.parley.control.v1.PairedPeer;
import dev.parley.control.v1.PairingGrpc;
import dev.parley.discovery.RelayUrl;
import dev.parley.pairing.PairingPlan;
import dev.parley.pairing.Pairings;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;

/** Pairing by short codes. */
final class PairingService extends PairingGrpc.PairingImplBase {
  private final Pairings pairings;

  PairingService(Pairings pairings) {
    this.pairings = pairings;
  }

  @Override
  public void invite(InviteRequest request, StreamObserver<InviteReply> observer) {
    Failures.start(
        observer,
        () -> {
          PairingPlan plan = plan(request.getName(), request.getNameHint(), request.getRelay());
          PairingCall<InviteReply> call =
              PairingCall.of(
                  (ServerCallStreamObserver<InviteReply>) observer,
                  peer -> InviteReply.newBuilder().setPaired(peer).build(),
                  invitation -> InviteReply.newBuilder().setInvitation(invitation).build());
          call.start(listener -> pairings.invite(plan, listener));
        });
  }

  @Override
  public void accept(AcceptRequest request, StreamObserver<PairedPeer> observer) {
    Failures.start(
        observer,
        () -> {
          PairingPlan plan = plan(request.getName(), request.getNameHint(), request.getRelay());
          PairingCall<PairedPeer> call =
              PairingCall.of(
                  (ServerCallStreamObserver<PairedPeer>) observer,
                  peer -> peer,
                  invitation -> PairedPeer.getDefaultInstance());
          call.start(listener -> pairings.accept(request.getCode(), plan, listener));
        });
  }

  private static PairingPlan plan(String name, String nameHint, String relay) throws Refusal {
    Optional<RelayUrl> asked;
    try {
      asked = Optional.of(relay).filter(url -> !url.isEmpty()).map(RelayUrl::parse);
    } catch (IllegalArgumentException e) {
      throw Refusal.badArgument(String.valueOf(e.getMessage()));
    }
    return new PairingPlan(Optional.of(name).filter(n -> !n.isEmpty()), nameHint, asked);
  }
}
