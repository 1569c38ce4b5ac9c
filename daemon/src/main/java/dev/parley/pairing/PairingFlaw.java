package dev.parley.pairing;

/** What was wrong with what the other side has said. Each ends the exchange, and the code. */
public enum PairingFlaw {
  /** No frame, one out of turn, or one of another size. */
  MALFORMED,
  /** A proof of the key agreement does not hold. */
  BAD_PROOF,
  /** It does not have the same words. */
  WRONG_CODE,
  /** What is sealed was not sealed by whoever has the key. */
  FORGED,
  /** It has not proven the identity key that it names. */
  BAD_IDENTITY,
  /** The other side is this node. */
  SELF
}
