package dev.parley.cli;

import dev.parley.control.v1.AcceptRequest;
import dev.parley.control.v1.Invitation;
import dev.parley.control.v1.InviteReply;
import dev.parley.control.v1.InviteRequest;
import dev.parley.control.v1.PairedPeer;
import dev.parley.control.v1.PairingGrpc;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Pairs at once, or refuses to. */
final class FakePairingCalls extends PairingGrpc.PairingImplBase {
  static final PairedPeer BOB =
      PairedPeer.newBuilder().setPeerId("peer-of-bob").setPeerName("bob").setVerified(true).build();

  final List<InviteRequest> invited = new CopyOnWriteArrayList<>();
  final List<AcceptRequest> accepted = new CopyOnWriteArrayList<>();
  volatile @Nullable StatusRuntimeException refusal;

  @Override
  public void invite(InviteRequest request, StreamObserver<InviteReply> observer) {
    invited.add(request);
    observer.onNext(
        InviteReply.newBuilder()
            .setInvitation(
                Invitation.newBuilder()
                    .setCode("7-crossover-clockwork")
                    .setRelay("relay:443#x")
                    .setTicket("parley1full")
                    .setExpiresAtMillis(600_000))
            .build());
    end(observer, InviteReply.newBuilder().setPaired(BOB).build());
  }

  @Override
  public void accept(AcceptRequest request, StreamObserver<PairedPeer> observer) {
    accepted.add(request);
    end(observer, BOB);
  }

  private <T> void end(StreamObserver<T> observer, T answer) {
    StatusRuntimeException refused = refusal;
    if (refused != null) {
      observer.onError(refused);
    } else {
      observer.onNext(answer);
      observer.onCompleted();
    }
  }
}
