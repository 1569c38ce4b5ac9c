package dev.parley.discovery.dht;

import com.google.protobuf.ByteString;
import dev.parley.discovery.dht.Bencoded.Dict;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.proto.id.PeerId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * A signed item with a salt (BEP 44 "Mutable items"). Immutable.
 *
 * @param key whose it is, and who has signed it
 * @param sequence of two items the one with the higher one counts
 */
record MutableItem(
    PeerId key, ByteString salt, long sequence, Bencoded value, ByteString signature) {
  /** BEP 44: of the bencoded value. */
  static final int MAX_VALUE_BYTES = 1_000;

  /** BEP 44. */
  static final int MAX_SALT_BYTES = 64;

  /** What {@link SigningLabel#MAINLINE_ITEM} stands for: the beginning of what is signed. */
  private static final ByteString LABEL = ByteString.copyFromUtf8("4:salt");

  static MutableItem sign(Identity self, ByteString salt, long sequence, Bencoded value) {
    ByteString encoded = Bencode.encode(value);
    if (encoded.size() > MAX_VALUE_BYTES || salt.isEmpty() || salt.size() > MAX_SALT_BYTES) {
      throw new IllegalArgumentException("no item: " + encoded.size() + " bytes");
    }
    ByteString signature =
        self.sign(SigningLabel.MAINLINE_ITEM, behindLabel(salt, sequence, encoded));
    return new MutableItem(self.id(), salt, sequence, value, signature);
  }

  /** The item in an answer to the question for this key and salt, if there is a genuine one. */
  static Optional<MutableItem> read(Dict answer, PeerId key, ByteString salt) {
    Optional<Bencoded> value = answer.find("v");
    Optional<Long> sequence = answer.whole("seq");
    Optional<ByteString> signature = answer.bytes("sig");
    boolean another = answer.bytes("k").filter(k -> !k.equals(key.key())).isPresent();
    if (value.isEmpty() || sequence.isEmpty() || signature.isEmpty() || another) {
      return Optional.empty();
    }
    return Optional.of(new MutableItem(key, salt, sequence.get(), value.get(), signature.get()))
        .filter(MutableItem::isGenuine);
  }

  boolean isGenuine() {
    ByteString encoded = Bencode.encode(value);
    return encoded.size() <= MAX_VALUE_BYTES
        && !salt.isEmpty()
        && salt.size() <= MAX_SALT_BYTES
        && sequence >= 0
        && Identity.verify(
            key, signature, SigningLabel.MAINLINE_ITEM, behindLabel(salt, sequence, encoded));
  }

  NodeId target() {
    return target(key.key(), salt);
  }

  /** Where an item lies: SHA-1 of key and salt. */
  static NodeId target(ByteString key, ByteString salt) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(key.asReadOnlyByteBuffer());
      sha1.update(salt.asReadOnlyByteBuffer());
      return new NodeId(ByteString.copyFrom(sha1.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this JVM has no SHA-1", e);
    }
  }

  /** What is signed: parts of a dictionary without its ends; an empty salt is left out. */
  static ByteString signed(ByteString salt, long sequence, ByteString encodedValue) {
    ByteString rest = ascii("3:seqi" + sequence + "e1:v").concat(encodedValue);
    return salt.isEmpty() ? rest : LABEL.concat(ascii(salt.size() + ":")).concat(salt).concat(rest);
  }

  private static ByteString behindLabel(ByteString salt, long sequence, ByteString encoded) {
    return signed(salt, sequence, encoded).substring(LABEL.size());
  }

  private static ByteString ascii(String text) {
    return ByteString.copyFrom(text, StandardCharsets.US_ASCII);
  }
}
