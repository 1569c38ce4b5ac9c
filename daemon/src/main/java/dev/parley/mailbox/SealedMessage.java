package dev.parley.mailbox;

import com.google.protobuf.ByteString;
import dev.parley.identity.kem.XWing;
import dev.parley.proto.id.PeerId;

/**
 * A sealed message as it lies at a relay, cut into its parts:
 *
 * <pre>
 * header = version (1) || prekey id (8) || KEM ciphertext (1,120)
 * sealed = header || ChaCha20-Poly1305(key, nonce 0, header || recipient, padded content)
 * </pre>
 *
 * <p>The key is used once, for each message has a secret of its own; so the nonce may be zero.
 */
public record SealedMessage(ByteString bytes) {
  /** The version of this form; the only one so far. */
  public static final int VERSION = 1;

  static final int ID_AT = 1;
  static final int KEM_AT = ID_AT + Long.BYTES;

  /** Bytes before what is encrypted. */
  public static final int HEADER_BYTES = KEM_AT + XWing.CIPHERTEXT_BYTES;

  /** Bytes of Poly1305 at the end. */
  public static final int TAG_BYTES = 16;

  /** Bytes of the content's length, before the content. */
  static final int LENGTH_BYTES = 4;

  public SealedMessage {
    if (bytes.size() < HEADER_BYTES + TAG_BYTES) {
      throw new IllegalArgumentException("a sealed message of " + bytes.size() + " bytes");
    }
  }

  /** Looks at size and version only; costs nothing. */
  public static Parsed parse(ByteString bytes) {
    if (SizeClass.ofSealed(bytes.size()).isEmpty()) {
      return new Parsed.Refused(Flaw.SIZE);
    }
    return bytes.byteAt(0) == VERSION
        ? new Parsed.Whole(new SealedMessage(bytes))
        : new Parsed.Refused(Flaw.VERSION);
  }

  /** What a first look has shown. */
  public sealed interface Parsed {
    record Whole(SealedMessage message) implements Parsed {}

    record Refused(Flaw flaw) implements Parsed {}
  }

  /** Which prekey opens it. */
  public PrekeyId prekeyId() {
    return new PrekeyId(header().substring(ID_AT, KEM_AT).asReadOnlyByteBuffer().getLong());
  }

  ByteString header() {
    return bytes.substring(0, HEADER_BYTES);
  }

  ByteString kemCiphertext() {
    return bytes.substring(KEM_AT, HEADER_BYTES);
  }

  ByteString body() {
    return bytes.substring(HEADER_BYTES);
  }

  /** What the encryption authenticates beside the content. */
  static ByteString associated(ByteString header, PeerId recipient) {
    return header.concat(recipient.key());
  }

  /** What the sender signs. All but the last part have a fixed length. */
  static ByteString[] signed(
      PeerId sender,
      PeerId recipient,
      ByteString messageId,
      ByteString header,
      ByteString envelope) {
    return new ByteString[] {
      sender.key(), recipient.key(), messageId, header.substring(ID_AT), envelope
    };
  }
}
