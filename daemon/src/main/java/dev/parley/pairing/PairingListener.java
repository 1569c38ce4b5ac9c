package dev.parley.pairing;

/**
 * Hears of one pairing, on threads of the node; must not block. {@link #onPaired} or {@link
 * #onFailed} comes once, last, unless the pairing was closed before. Implemented by programs.
 */
public interface PairingListener {
  /** Somebody may use the code now. Comes first, to who invites. */
  default void onInvited(PairingInvitation invitation) {}

  /** Each is a contact of the other, verified, on both disks. */
  void onPaired(PairedPeer peer);

  /** The code, where there was one, is dead. */
  void onFailed(PairingException problem);
}
