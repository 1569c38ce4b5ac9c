package dev.parley.control;

import dev.parley.control.v1.Invitation;
import dev.parley.control.v1.PairedPeer;
import dev.parley.pairing.PairingException;
import dev.parley.pairing.PairingInvitation;
import dev.parley.pairing.PairingListener;
import dev.parley.pairing.Pairings;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call that pairs. What it hears comes on threads of the node; guarded by itself. */
final class PairingCall<T> implements PairingListener {
  private final ServerCallStreamObserver<T> observer;
  private final Function<PairedPeer, T> paired;
  private final Function<Invitation, T> invited;
  private Pairings.@Nullable Handle pairing;
  private boolean over;

  private PairingCall(
      ServerCallStreamObserver<T> observer,
      Function<PairedPeer, T> paired,
      Function<Invitation, T> invited) {
    this.observer = observer;
    this.paired = paired;
    this.invited = invited;
  }

  static <T> PairingCall<T> of(
      ServerCallStreamObserver<T> observer,
      Function<PairedPeer, T> paired,
      Function<Invitation, T> invited) {
    return new PairingCall<>(observer, paired, invited);
  }

  /** Begins a pairing that this listens to. */
  void start(Function<PairingListener, Pairings.Handle> beginning) {
    observer.setOnCancelHandler(this::end);
    Pairings.Handle begun = beginning.apply(this);
    synchronized (this) {
      pairing = begun;
      if (over) {
        begun.close();
      }
    }
  }

  @Override
  public synchronized void onInvited(PairingInvitation invitation) {
    if (!over) {
      observer.onNext(
          invited.apply(
              Invitation.newBuilder()
                  .setCode(invitation.code())
                  .setRelay(invitation.relay().toString())
                  .setTicket(invitation.ticket())
                  .setExpiresAtMillis(invitation.expiresAt().toEpochMilli())
                  .build()));
    }
  }

  @Override
  public synchronized void onPaired(dev.parley.pairing.PairedPeer peer) {
    if (!over) {
      over = true;
      observer.onNext(
          paired.apply(
              PairedPeer.newBuilder()
                  .setPeerId(peer.peer().toString())
                  .setPeerName(peer.name())
                  .setVerified(true)
                  .build()));
      observer.onCompleted();
    }
  }

  @Override
  public synchronized void onFailed(PairingException problem) {
    if (!over) {
      over = true;
      observer.onError(Failures.of(problem));
    }
  }

  /** The client has gone. */
  private synchronized void end() {
    over = true;
    if (pairing != null) {
      pairing.close();
    }
  }
}
