package dev.parley.pairing;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.parley.discovery.DiscoveryRecord;
import dev.parley.discovery.DiscoveryRecords;
import dev.parley.identity.Identity;
import dev.parley.identity.SigningLabel;
import dev.parley.identity.pake.Pake;
import dev.parley.peer.v1.Introduction;
import dev.parley.peer.v1.PairingFrame;
import dev.parley.proto.id.PeerId;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One side of one attempt to pair. Both sides send the same frames in the same order; which role a
 * side has decides only by which names and keys it speaks:
 *
 * <pre>
 * first         EC J-PAKE, with names that say role, relay and slot
 * second        EC J-PAKE; from here on there is a key, and perhaps not the same on both sides
 * confirmation  proves that it is the same: whoever guessed wrong learns that, and no more
 * introduction  sealed: the own record, a name, and the identity key's signature of all before
 * finished      sealed: the other one is a contact, on disk
 * </pre>
 *
 * <p>A flaw in any of them ends the exchange for good. Not thread-safe.
 */
public final class PairingExchange {
  /** Largest frame; an introduction with the largest record fits. */
  public static final int MAX_FRAME_BYTES = 1_400;

  private static final String NAME = "parley/pairing/v1";
  private static final String VALID_HINT = "[A-Za-z0-9._-]{1,64}";

  /** What was said last by the other side, and so what it has to say next. */
  private enum State {
    NOTHING,
    FIRST,
    SECOND,
    CONFIRMED,
    INTRODUCED,
    OVER
  }

  /**
   * Where the two meet, which is part of what they prove.
   *
   * @param relay the key that the relay has proven
   */
  public record Place(PeerId relay, int slot) {
    private String name(PairingRole role) {
      return NAME + "/" + role.word() + "/" + relay + "/" + slot;
    }

    private ByteString bytes() {
      ByteBuffer number = ByteBuffer.allocate(Integer.BYTES).putInt(slot).flip();
      return relay.key().concat(ByteString.copyFrom(number));
    }
  }

  /** Who this side is, and what it tells once the other has proven the code. */
  public record Self(Identity identity, DiscoveryRecord record, String nameHint) {}

  private final PairingRole role;
  private final Place place;
  private final Self self;
  private final Pake pake;
  private final ByteString first;
  private ByteString firstOfOther = ByteString.EMPTY;
  private ByteString second = ByteString.EMPTY;
  private ByteString transcript = ByteString.EMPTY;
  private @Nullable PairingKeys keys;
  private State state = State.NOTHING;
  private boolean kept;
  private boolean finishedByOther;

  public PairingExchange(
      PairingRole role, Place place, PairingCode code, Self self, SecureRandom random) {
    this.role = role;
    this.place = place;
    this.self = self;
    this.pake = Pake.begin(place.name(role), place.name(role.other()), code.secret(), random);
    this.first = pake.first();
  }

  /** The first frame, to be sent when the other side is there. */
  public ByteString begin() {
    return PairingFrame.newBuilder().setFirst(first).build().toByteString();
  }

  /** What the other side, or whoever is in its place, has sent. */
  public List<PairingStep> onFrame(ByteString bytes) {
    if (state == State.OVER) {
      return List.of();
    }
    PairingFrame frame;
    try {
      frame =
          bytes.size() > MAX_FRAME_BYTES
              ? PairingFrame.getDefaultInstance()
              : PairingFrame.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      return fail(PairingFlaw.MALFORMED);
    }
    return switch (state) {
      case NOTHING -> frame.hasFirst() ? onFirst(frame.getFirst()) : fail(PairingFlaw.MALFORMED);
      case FIRST -> frame.hasSecond() ? onSecond(frame.getSecond()) : fail(PairingFlaw.MALFORMED);
      case SECOND ->
          frame.hasConfirmation()
              ? onConfirmation(frame.getConfirmation())
              : fail(PairingFlaw.MALFORMED);
      case CONFIRMED ->
          frame.hasIntroduction()
              ? onIntroduction(frame.getIntroduction())
              : fail(PairingFlaw.MALFORMED);
      case INTRODUCED ->
          frame.hasFinished() ? onFinished(frame.getFinished()) : fail(PairingFlaw.MALFORMED);
      case OVER -> List.of();
    };
  }

  private List<PairingStep> onFirst(ByteString message) {
    Optional<ByteString> answer = pake.second(message);
    if (answer.isEmpty()) {
      return fail(PairingFlaw.BAD_PROOF);
    }
    firstOfOther = message;
    second = answer.get();
    state = State.FIRST;
    return send(PairingFrame.newBuilder().setSecond(second));
  }

  private List<PairingStep> onSecond(ByteString message) {
    Optional<ByteString> agreed = pake.key(message);
    if (agreed.isEmpty()) {
      return fail(PairingFlaw.BAD_PROOF);
    }
    boolean inviting = role == PairingRole.INVITE;
    transcript =
        PairingKeys.transcript(
            place.bytes(),
            inviting ? first : firstOfOther,
            inviting ? firstOfOther : first,
            inviting ? second : message,
            inviting ? message : second);
    PairingKeys derived = new PairingKeys(agreed.get(), transcript);
    keys = derived;
    state = State.SECOND;
    return send(PairingFrame.newBuilder().setConfirmation(derived.confirmation(role)));
  }

  private List<PairingStep> onConfirmation(ByteString message) {
    byte[] expected = keys().confirmation(role.other()).toByteArray();
    if (!MessageDigest.isEqual(expected, message.toByteArray())) {
      return fail(PairingFlaw.WRONG_CODE);
    }
    state = State.CONFIRMED;
    ByteString introduction =
        Introduction.newBuilder()
            .setRecord(self.record().signed())
            .setNameHint(self.nameHint())
            .setSignature(self.identity().sign(SigningLabel.PAIRING, signed(role)))
            .build()
            .toByteString();
    return send(
        PairingFrame.newBuilder()
            .setIntroduction(keys().seal(role, PairingKeys.Message.INTRODUCTION, introduction)));
  }

  private List<PairingStep> onIntroduction(ByteString sealed) {
    Optional<ByteString> opened =
        keys().open(role.other(), PairingKeys.Message.INTRODUCTION, sealed);
    if (opened.isEmpty()) {
      return fail(PairingFlaw.FORGED);
    }
    Introduction introduction;
    try {
      introduction = Introduction.parseFrom(opened.get());
    } catch (InvalidProtocolBufferException e) {
      return fail(PairingFlaw.MALFORMED);
    }
    Optional<DiscoveryRecord> record = DiscoveryRecords.verify(introduction.getRecord());
    if (record.isEmpty()
        || !Identity.verify(
            record.get().peer(),
            introduction.getSignature(),
            SigningLabel.PAIRING,
            signed(role.other()))) {
      return fail(PairingFlaw.BAD_IDENTITY);
    }
    if (record.get().peer().equals(self.identity().id())) {
      return fail(PairingFlaw.SELF);
    }
    state = State.INTRODUCED;
    String hint = introduction.getNameHint();
    return List.of(new PairingStep.Introduced(record.get(), hint.matches(VALID_HINT) ? hint : ""));
  }

  /** The other side is a contact, on disk. */
  public List<PairingStep> onKept() {
    if (state != State.INTRODUCED || kept) {
      return List.of();
    }
    kept = true;
    List<PairingStep> steps =
        new ArrayList<>(
            send(
                PairingFrame.newBuilder()
                    .setFinished(keys().seal(role, PairingKeys.Message.END, ByteString.EMPTY))));
    steps.addAll(finish());
    return steps;
  }

  private List<PairingStep> onFinished(ByteString sealed) {
    if (finishedByOther) {
      return fail(PairingFlaw.MALFORMED);
    }
    if (keys()
        .open(role.other(), PairingKeys.Message.END, sealed)
        .filter(ByteString::isEmpty)
        .isEmpty()) {
      return fail(PairingFlaw.FORGED);
    }
    finishedByOther = true;
    return finish();
  }

  private List<PairingStep> finish() {
    if (!kept || !finishedByOther) {
      return List.of();
    }
    state = State.OVER;
    return List.of(new PairingStep.Finished());
  }

  private ByteString[] signed(PairingRole signer) {
    return new ByteString[] {ByteString.copyFrom(new byte[] {signer.number()}), transcript};
  }

  private List<PairingStep> fail(PairingFlaw flaw) {
    state = State.OVER;
    return List.of(new PairingStep.Failed(flaw));
  }

  private static List<PairingStep> send(PairingFrame.Builder frame) {
    return List.of(new PairingStep.Send(frame.build().toByteString()));
  }

  private PairingKeys keys() {
    if (keys == null) {
      throw new IllegalStateException("there are no keys before both have spoken twice");
    }
    return keys;
  }
}
