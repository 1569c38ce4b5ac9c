package dev.parley.mail;

import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import dev.parley.mailbox.Flaw;
import dev.parley.mailbox.Opener;
import dev.parley.mailbox.Opener.Opening;
import dev.parley.mailbox.OwnPrekey;
import dev.parley.mailbox.PrekeyKind;
import dev.parley.mailbox.PublicPrekey;
import dev.parley.mailbox.SealedMessage;
import dev.parley.messaging.MailFate;
import dev.parley.relay.mailbox.CapabilityHash;
import dev.parley.relay.mailbox.Mailroom;
import dev.parley.relay.v1.AllowDeposits;
import dev.parley.relay.v1.FetchLetters;
import dev.parley.relay.v1.Letter;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.MailResponse;
import dev.parley.relay.v1.PublishPrekeys;
import dev.parley.relay.v1.RemoveLetters;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One visit at a relay of ours: says who may leave mail, publishes keys, and fetches what waits.
 * May be broken off at any point and begun again: a letter is removed once its message is in the
 * inbox, and a message that is there already is known by its id. On the thread for incoming mail.
 */
final class Collector {
  private static final Logger log = LoggerFactory.getLogger(Collector.class);

  /** A relay that has letters without end is left alone until the next visit. */
  static final int MAX_LETTERS = 4_096;

  private final OwnPrekeys prekeys;
  private final Opener opener;
  private final MailInbox inbox;

  Collector(OwnPrekeys prekeys, Opener opener, MailInbox inbox) {
    this.prekeys = prekeys;
    this.opener = opener;
    this.inbox = inbox;
  }

  /**
   * Visits a relay.
   *
   * @param publish whether senders look for us here
   * @return how many messages came in
   */
  int visit(MailRelay relay, ImmutableSet<CapabilityHash> allowed, boolean publish)
      throws IOException {
    AllowDeposits.Builder allow = AllowDeposits.newBuilder();
    allowed.forEach(hash -> allow.addCapabilityHashes(hash.bytes()));
    MailResponse contents = ask(relay, MailRequest.newBuilder().setAllow(allow));
    // Mail first: it is what somebody waits for.
    int taken = contents.getLettersWaiting() > 0 ? fetch(relay) : 0;
    if (publish) {
      publish(relay, contents.getOneTimePrekeysLeft());
    }
    prekeys.destroyOld();
    return taken;
  }

  private void publish(MailRelay relay, int left) throws IOException {
    PublishPrekeys.Builder publish =
        PublishPrekeys.newBuilder().setMediumTerm(prekeys.mediumTerm().signed());
    List<PublicPrekey> oneTime = prekeys.oneTime(left, Mailroom.MAX_PREKEYS);
    oneTime.forEach(key -> publish.addOneTime(key.signed()));
    MailResponse told = ask(relay, MailRequest.newBuilder().setPublish(publish));
    if (!oneTime.isEmpty() && told.getOneTimePrekeysLeft() < left + oneTime.size()) {
      log.debug("the relay keeps fewer one-time keys than were published");
    }
  }

  private int fetch(MailRelay relay) throws IOException {
    int taken = 0;
    int seen = 0;
    long after = 0;
    while (seen < MAX_LETTERS) {
      List<Letter> letters =
          ask(relay, MailRequest.newBuilder().setFetch(FetchLetters.newBuilder().setAfter(after)))
              .getLettersList();
      List<Long> done = new ArrayList<>();
      boolean later = letters.isEmpty();
      for (Letter letter : letters) {
        seen++;
        // A relay that numbers backwards would have us ask for ever.
        after = Math.max(after + 1, letter.getNumber());
        MailFate fate = open(letter.getSealed());
        if (fate == MailFate.LATER) {
          later = true;
          break;
        }
        done.add(letter.getNumber());
        taken += fate == MailFate.KEPT ? 1 : 0;
      }
      if (!done.isEmpty()) {
        ask(
            relay,
            MailRequest.newBuilder().setRemove(RemoveLetters.newBuilder().addAllNumbers(done)));
      }
      if (later) {
        return taken;
      }
    }
    log.warn("a relay has more letters than {}; the rest waits for the next visit", MAX_LETTERS);
    return taken;
  }

  private MailFate open(ByteString bytes) throws IOException {
    if (SealedMessage.parse(bytes) instanceof SealedMessage.Parsed.Refused refused) {
      return refuse(refused.flaw());
    }
    SealedMessage sealed = new SealedMessage(bytes);
    Optional<OwnPrekey> key = prekeys.find(sealed.prekeyId());
    if (key.isEmpty()) {
      // Made up, too late, or opened before: a one-time key is gone once its message is kept.
      return refuse(Flaw.UNOPENED);
    }
    Opening opening = opener.open(sealed, key.get().seed());
    if (!(opening instanceof Opening.Opened opened)) {
      return refuse(((Opening.Refused) opening).flaw());
    }
    MailFate fate = Waiting.forDisk(inbox.take(opened.sender(), opened.envelope()));
    if (fate != MailFate.LATER && key.get().prekey().kind() == PrekeyKind.ONE_TIME) {
      prekeys.destroy(key.get());
    }
    return fate;
  }

  private static MailFate refuse(Flaw flaw) {
    log.debug("a letter was refused: {}", flaw);
    return MailFate.NEVER;
  }

  private static MailResponse ask(MailRelay relay, MailRequest.Builder request) throws IOException {
    MailResponse response = relay.ask(request.build());
    if (response.getStatus() != MailResponse.Status.OK) {
      throw new IOException("the relay answers " + response.getStatus());
    }
    return response;
  }
}
