package dev.parley.mailbox;

import com.google.protobuf.ByteString;

/**
 * A prekey of this node, with its private half.
 *
 * @param seed the X-Wing private key; whoever has it opens what was sealed to the prekey
 */
public record OwnPrekey(PublicPrekey prekey, ByteString seed) {
  /** The seed is left out, lest it end up in a log. */
  @Override
  public String toString() {
    return "OwnPrekey[" + prekey.id() + "]";
  }
}
